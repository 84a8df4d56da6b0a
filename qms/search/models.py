"""The index: one entry a record, its text in blocks. What each database searches in is made by the migration."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SearchEntry(models.Model):
    """One record as search knows it. Whoever may see the record is asked of its own room, never kept here."""

    subject_model = models.CharField(max_length=80)
    subject_key = models.BigIntegerField()
    number = models.CharField(max_length=80, blank=True)
    number_key = models.CharField(max_length=60, blank=True, db_index=True)
    title = models.CharField(max_length=400, blank=True)
    kind = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=40, blank=True)
    standing = models.PositiveSmallIntegerField(default=0)
    site_id = models.BigIntegerField(null=True)
    process_id = models.BigIntegerField(null=True)
    language = models.CharField(max_length=16, blank=True)
    updated_at = models.DateTimeField()
    blocks = models.PositiveSmallIntegerField(default=0)
    text_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("search entry")
        constraints = [
            models.UniqueConstraint(fields=["subject_model", "subject_key"], name="one_search_entry_a_record"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()


class Passage(models.Model):
    """A block of a record's text of at most 64 KB, with the places people know it by: `[[offset, locator], ...]`."""

    entry = models.ForeignKey(SearchEntry, on_delete=models.CASCADE, related_name="passages")
    number = models.PositiveSmallIntegerField(default=0)
    text = models.TextField()
    locators = models.TextField(default="[]")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "number"], name="one_passage_an_entry_and_number")]


class TitleWord(models.Model):
    """A word that stands, or once stood, in a title: what a mistyped word may have meant."""

    word = models.CharField(max_length=48, primary_key=True)
