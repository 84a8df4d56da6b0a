"""Rounds of review, approval, retirement and periodic review, and the seats of the people in them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from documents.models.document import Document
from documents.models.revision import Content, Revision
from documents.states import (
    REVIEW_OUTCOME_WORDS,
    ROUND_OUTCOME_WORDS,
    Decision,
    ReviewOutcome,
    RoundKind,
    RoundOutcome,
)
from qms.organization.models import User
from qms.signatures.models import SeparationException, Signature
from qms.trail.models import AppendOnly


class Round(models.Model):
    """People asked about one frozen content. A new attempt is a new round; the old one is kept as it ended."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="rounds")
    content = models.ForeignKey(Content, on_delete=models.PROTECT, related_name="rounds")
    kind = models.CharField(max_length=16, choices=[(k.value, k.value) for k in RoundKind])
    number = models.PositiveSmallIntegerField()
    mode = models.CharField(max_length=8)
    needed = models.PositiveSmallIntegerField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(blank=True)
    proposed = models.CharField(max_length=12, blank=True, choices=[(o.value, o.value) for o in ReviewOutcome])
    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, blank=True, choices=[(o.value, o.value) for o in RoundOutcome])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["revision", "kind", "number"], name="rounds_are_numbered"),
            models.UniqueConstraint(
                fields=["revision"], condition=Q(closed_at__isnull=True), name="one_open_round_per_revision"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, outcome="") | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="a_closed_round_has_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"

    @property
    def proposed_words(self) -> str:
        """Return what a periodic review found, as people read it; nothing for other rounds."""
        return str(REVIEW_OUTCOME_WORDS[ReviewOutcome(self.proposed)]) if self.proposed else ""

    @property
    def outcome_words(self) -> str:
        """Return how the round ended, as people read it; nothing while it is open."""
        return str(ROUND_OUTCOME_WORDS[RoundOutcome(self.outcome)]) if self.outcome else ""


class Seat(models.Model):
    """One person's place in a round, and what they said. All ids stand here, so that the database can compare them."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="seats")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    step = models.PositiveSmallIntegerField(default=1)
    decision = models.CharField(max_length=4, blank=True, choices=[(d.value, d.value) for d in Decision])
    decided_at = models.DateTimeField(null=True)
    words = models.TextField(blank=True)
    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, null=True, related_name="+")
    exception = models.ForeignKey(SeparationException, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "person", "step"], name="one_seat_per_person_and_step"),
            models.CheckConstraint(
                condition=~Q(person=F("author")) | Q(exception__isnull=False),
                name="approver_is_not_author_or_exception",
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True) | (~Q(decision="") & Q(decided_at__isnull=False)),
                name="a_decision_has_its_instant",
            ),
        ]
        indexes = [models.Index(fields=["person", "decision"], name="seat_person")]


class PeriodicReview(AppendOnly):
    """Evidence that a document was reviewed and is, or is not, still right (D11)."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="periodic_reviews")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=12, choices=[(o.value, o.value) for o in ReviewOutcome])
    words = models.TextField()
    reviewed_at = models.DateTimeField()
    next_review_on = models.DateField()

    class Meta:
        verbose_name = _("periodic review")

    def __str__(self) -> str:
        return f"{self.document} {self.reviewed_at:%Y-%m-%d}"

    @property
    def outcome_words(self) -> str:
        """Return the outcome as people read it."""
        return str(REVIEW_OUTCOME_WORDS[ReviewOutcome(self.outcome)])
