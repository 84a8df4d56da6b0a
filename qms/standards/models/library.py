"""Editions and their clauses, mappings between editions, and the glossary. No text of a standard is kept."""

import re
from collections import defaultdict
from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import formats
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qms.organization.models import User
from qms.standards.states import (
    EDITION_WORDS,
    KEEPS_WORDS,
    RELATION_WORDS,
    STRENGTH_WORDS,
    ClauseKind,
    EditionState,
    Keeps,
    Relation,
    Strength,
)

MONTH = re.compile(r"\d{4}-\d{2}", re.ASCII)
_SAME = {Relation.SAME, Relation.EQUIVALENT}


class Edition(models.Model):
    """One edition of a standard, or requirements of the organization's own, customers' or an industry's."""

    standard = models.CharField(_("standard"), max_length=60)
    edition = models.CharField(_("edition"), max_length=20)
    title = models.CharField(_("title"), max_length=300)
    family = models.CharField(_("family"), max_length=60, blank=True)
    aliases = models.JSONField(default=list)
    state = models.CharField(_("state"), max_length=12, choices=[(s.value, w) for s, w in EDITION_WORDS.items()])
    facts = models.JSONField(default=dict)
    ships = models.BooleanField(default=False)
    sha256 = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()
    loaded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("edition of a standard")
        constraints = [models.UniqueConstraint(fields=["standard", "edition"], name="an_edition_is_loaded_once")]

    def __str__(self) -> str:
        return f"{self.standard}:{self.edition}"

    def get_absolute_url(self) -> str:
        """Return the address of the edition's page."""
        return reverse("standards:edition", args=[self.pk])

    @property
    def state_words(self) -> str:
        """Return the state in words."""
        return str(EDITION_WORDS[EditionState(self.state)])

    @property
    def shelf(self) -> str:
        """Return under which heading the edition stands in the library."""
        if self.state == EditionState.OWN:
            return gettext("Our own")
        name = self.family or self.standard
        return gettext("%(name)s family") % {"name": name} if name.startswith("ISO") else name

    @property
    def is_current(self) -> bool:
        """Return whether this is the edition of today, or one of the organization's own."""
        return self.state in {EditionState.CURRENT, EditionState.OWN}

    @property
    def said(self) -> defaultdict[str, str]:
        """Return what the catalogue says of the edition, by name, days as people read them; empty for the rest."""
        return defaultdict(str, {name: _as_day(words) for name, words in self.facts.items()})


def _as_day(words: str) -> str:
    """A day, or a month where no day is known (`2018-09`), as people read it; other words as they are."""
    a_month = MONTH.fullmatch(words)
    try:
        day = date.fromisoformat(f"{words}-01" if a_month else words)
    except ValueError:
        return words
    # Translators: a month, and a day, in the format letters of Django's "date" filter.
    return formats.date_format(day, gettext("M Y") if a_month else gettext("j M Y"))


class Clause(models.Model):
    """A clause of an edition. One that is in use is never removed; a file that no longer has it retires it."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="clauses")
    number = models.CharField(_("clause"), max_length=40)
    title = models.CharField(_("title"), max_length=300)
    is_label = models.BooleanField(default=False)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=[(kind.value, kind.value) for kind in ClauseKind])
    keeps = models.CharField(max_length=8, choices=[(k.value, w) for k, w in KEEPS_WORDS.items()])
    excludable = models.BooleanField(default=False)
    strength = models.CharField(max_length=8, choices=[(s.value, w) for s, w in STRENGTH_WORDS.items()])
    summary = models.TextField(blank=True)
    hints = models.JSONField(default=list)
    stages = models.JSONField(default=list)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("clause")
        ordering = ["edition", "position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="a_clause_number_stands_once"),
            models.CheckConstraint(condition=Q(parent=None) | ~Q(parent=F("pk")), name="no_clause_is_its_own_parent"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        """Return the address of the clause's page."""
        return reverse("standards:clause", args=[self.pk])

    @property
    def is_requirement(self) -> bool:
        """Return whether something is required here; a heading is not counted."""
        return self.kind == ClauseKind.REQUIREMENT

    @property
    def keeps_words(self) -> str:
        """Return which documented information is asked for, in words."""
        return str(KEEPS_WORDS[Keeps(self.keeps)])

    @property
    def strength_words(self) -> str:
        """Return whether this is the least that is asked, or more, in words."""
        return str(STRENGTH_WORDS[Strength(self.strength)])

    @property
    def is_beyond(self) -> bool:
        """Return whether this goes beyond the least that is asked."""
        return self.strength == Strength.BEYOND


class Mapping(models.Model):
    """How two editions correspond, and what that rests on."""

    source = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="mappings_from")
    target = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="mappings_to")
    basis = models.TextField(blank=True)
    confidence = models.CharField(max_length=200, blank=True)
    ships = models.BooleanField(default=False)
    sha256 = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("mapping")
        constraints = [
            models.UniqueConstraint(fields=["source", "target"], name="two_editions_are_mapped_once"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="no_edition_is_mapped_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"

    def get_absolute_url(self) -> str:
        """Return the address of the page that shows both side by side."""
        return reverse("standards:compare", args=[self.pk])


class Correspondence(models.Model):
    """One line of a mapping: a clause of the source (none for what is new) and what it is to its counterparts."""

    mapping = models.ForeignKey(Mapping, on_delete=models.CASCADE, related_name="rows")
    position = models.PositiveIntegerField()
    source = models.ForeignKey(Clause, on_delete=models.PROTECT, null=True, related_name="+")
    targets: "models.ManyToManyField[Clause, Any]" = models.ManyToManyField(Clause, related_name="+")
    relation = models.CharField(max_length=12, choices=[(r.value, w) for r, w in RELATION_WORDS.items()])
    note = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mapping", "position"], name="one_row_of_a_mapping")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.relation}"

    @property
    def shown(self) -> str:
        """Return the relation as it is shown: a row with a note is never shown as the same."""
        return Relation.CHECK if self.note and self.relation in _SAME else self.relation

    @property
    def words(self) -> str:
        """Return the relation in words, as it is shown."""
        return str(RELATION_WORDS[Relation(self.shown)])


class Term(models.Model):
    """A word of the field, what it means in our words, and what people say instead."""

    name = models.CharField(_("term"), max_length=120, unique=True)
    definition = models.TextField()
    domain = models.CharField(max_length=40)
    also = models.JSONField(default=list)

    class Meta:
        verbose_name = _("term")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the word in the glossary."""
        return f"{reverse('standards:glossary')}#{slugify(self.name)}"


class Shipment(models.Model):
    """That all files which ship with a version of the product were loaded: the SHA-256 over them, and when."""

    fingerprint = models.CharField(max_length=64, unique=True)
    loaded_at = models.DateTimeField()
