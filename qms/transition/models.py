"""A move from one edition to another, its lines as the mapping stood when it began, and what people assessed."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qms.core.canonical import dumps, instant
from qms.organization.models import User
from qms.standards.models import Clause, Mapping
from qms.standards.states import RELATION_WORDS, Relation
from qms.trail.models import AppendOnly
from qms.transition.states import GAP_WORDS, OUTCOME_WORDS, Gap, Outcome, gap_of


class Project(models.Model):
    """The move from one edition to another by its mapping, with the day on which the transition is reported to end."""

    mapping = models.ForeignKey(Mapping, on_delete=models.PROTECT, related_name="+")
    # The mapping's file as it was when the move began.
    mapping_sha256 = models.CharField(max_length=64)
    ends_on = models.DateField(_("the transition ends"), null=True)
    ends_source = models.CharField(_("by whom that was said"), max_length=200, blank=True)
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("move to another edition")
        constraints = [
            models.UniqueConstraint(
                fields=["mapping"], condition=Q(closed_at__isnull=True), name="one_move_by_a_mapping_is_on"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="move_closed_at_and_by_go_together",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("begun_at")), name="a_move_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return str(self.mapping)

    def get_absolute_url(self) -> str:
        """Return the address of the move's page."""
        return reverse("transition:project", args=[self.pk])


class Line(models.Model):
    """One line of the move: the clauses on either side, and what the mapping says they are to each other."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField()
    source = models.ForeignKey(Clause, on_delete=models.PROTECT, null=True, related_name="+")
    targets: "models.ManyToManyField[Clause, Any]" = models.ManyToManyField(Clause, related_name="+")
    relation = models.CharField(max_length=12, choices=[(r.value, w) for r, w in RELATION_WORDS.items()])
    note = models.TextField(blank=True)

    class Meta:
        verbose_name = _("line of a move")
        ordering = ["project", "position"]
        constraints = [models.UniqueConstraint(fields=["project", "position"], name="one_line_of_a_move")]

    def __str__(self) -> str:
        numbers = ", ".join(each.number for each in self.targets.all())
        return f"{self.project.mapping}: {self.source.number if self.source else '–'} → {numbers or '–'}"

    def get_absolute_url(self) -> str:
        """Return the address of the line's page."""
        return reverse("transition:line", args=[self.pk])

    @property
    def gap(self) -> Gap:
        """Return the kind of the gap."""
        return gap_of(self.relation)

    @property
    def gap_words(self) -> str:
        """Return the kind of the gap in words."""
        return str(GAP_WORDS[self.gap])

    @property
    def relation_words(self) -> str:
        """Return what the mapping says, in words."""
        return str(RELATION_WORDS[Relation(self.relation)])


class Assessment(AppendOnly):
    """What a person found of a line; the last one counts, those before stay."""

    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="assessments")
    outcome = models.CharField(max_length=16, choices=[(o.value, w) for o, w in OUTCOME_WORDS.items()])
    words = models.TextField(blank=True)
    assessed_at = models.DateTimeField()
    assessed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("assessment")
        ordering = ["assessed_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.NOT_APPLICABLE.value) | ~Q(words=""),
                name="what_is_not_applicable_has_a_reason",
            )
        ]

    def __str__(self) -> str:
        return self.outcome_words

    @property
    def outcome_words(self) -> str:
        """Return the outcome in words."""
        return str(OUTCOME_WORDS[Outcome(self.outcome)])

    def canonical(self) -> str:
        """Return the canonical form whose hash stands in the trail."""
        return dumps(
            {
                "v": 1,
                "line": self.line_id,
                "outcome": self.outcome,
                "words": self.words,
                "assessed_at": instant(self.assessed_at),
                "assessed_by": self.assessed_by_id,
            }
        )
