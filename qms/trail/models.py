"""Entries of the trail, and the two abstract kinds of row that never change: append-only rows and spans."""

from typing import Any, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """Refuses what the database would refuse as well, with the name of the mistake."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Always raise TypeError."""
        raise TypeError(f"{self.model.__name__} rows are written once.")

    def delete(self) -> NoReturn:
        """Always raise TypeError."""
        raise TypeError(f"{self.model.__name__} rows are kept.")


class AppendOnly(models.Model):
    """A row that is written once. Triggers on both databases refuse UPDATE and DELETE."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, **kwargs: Any) -> None:
        """Insert the row; raise TypeError when it already stands in the database."""
        if not self._state.adding:
            raise TypeError(f"{type(self).__name__} rows are written once.")
        super().save(force_insert=True, **{k: v for k, v in kwargs.items() if k == "using"})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Always raise TypeError."""
        raise TypeError(f"{type(self).__name__} rows are kept.")


class Span(models.Model):
    """Something that holds from an instant until another: closed and opened, never edited."""

    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class Entry(AppendOnly):
    """One thing that was done. `leaf` is the canonical text of everything else, hashed as stored, never made again."""

    uid = models.UUIDField(unique=True)
    at = models.DateTimeField(db_index=True)
    actor = models.CharField(max_length=40)
    verb = models.CharField(max_length=80)
    detail_hash = models.CharField(max_length=64)
    leaf = models.TextField()

    class Meta:
        verbose_name = _("trail entry")
        indexes = [models.Index(fields=["actor", "at"], name="trail_actor_at")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.verb}"


class EntryDetail(AppendOnly):
    """The detail of an entry, salted so that it can be erased while its hash stays in the leaf."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="detail", primary_key=True)
    salt = models.BinaryField(max_length=16)
    text = models.TextField()


class EntryTarget(AppendOnly):
    """Index of the trail by record."""

    model = models.CharField(max_length=80)
    key = models.CharField(max_length=40)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="targets")

    class Meta:
        indexes = [models.Index(fields=["model", "key", "entry"], name="trail_target")]


class Erasure(AppendOnly):
    """Names one entry whose detail was erased, by whom and why; the trigger lets nothing else be deleted."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="erasure", primary_key=True)
    at = models.DateTimeField()
    by_person = models.BigIntegerField()
    reason = models.TextField()
