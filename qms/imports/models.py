"""Runs of imports and their rows."""

import json

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qms.filing.models import StoredFile
from qms.imports.states import ROW_WORDS, RUN_WORDS, RowOutcome
from qms.organization.models import User


class ImportRun(models.Model):
    """One import: what came, by which mapping, what was planned, and whether it was run or taken back."""

    kind = models.CharField(max_length=40)
    source = models.CharField(max_length=300)
    upload = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    mapping = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=[(s.value, w) for s, w in RUN_WORDS.items()])
    words = models.TextField(blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("import")
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="import_undone_at_and_by_go_together",
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.made_at:%Y-%m-%d}"


class ImportRow(models.Model):
    """One row of a run: what it was, what became of it, and the record that came of it."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=500)
    outcome = models.CharField(max_length=12, choices=[(o.value, w) for o, w in ROW_WORDS.items()])
    words = models.TextField(blank=True)
    data = models.TextField(blank=True)
    subject_model = models.CharField(max_length=80, blank=True)
    subject_key = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "position"], name="one_row_per_position")]
        indexes = [models.Index(fields=["subject_model", "subject_key"], name="import_row_subject")]

    def __str__(self) -> str:
        return self.name

    @property
    def outcome_words(self) -> str:
        """Return the outcome as people read it."""
        return str(ROW_WORDS[RowOutcome(self.outcome)])

    @property
    def proposed(self) -> list[str]:
        """Return what is proposed for the row, in the order of the plan; empty where nothing is."""
        kept = json.loads(self.data) if self.data else {}
        return [str(kept[name]) for name in ("number", "type", "title", "revision", "owner") if kept.get(name)]
