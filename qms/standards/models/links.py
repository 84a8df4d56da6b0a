"""What is linked to clauses, what the links come to as evidence, what is expected of a clause, what people judge."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from qms.core.canonical import dumps, instant
from qms.organization.models import Process, Site, User
from qms.signatures.models import Signature
from qms.standards.models.library import Clause
from qms.standards.states import STANDING_WORDS, Standing
from qms.standards.status import EVIDENCE_WORDS, KIND_WORDS, Evidence
from qms.trail.models import AppendOnly, Span


class ClauseLink(Span):
    """A record linked to a clause of an edition. It counts from the instant at which a person confirmed it.

    It counts where the record lies; `everywhere` it counts for all sites and processes.
    """

    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="links")
    subject_model = models.CharField(max_length=80)
    subject_key = models.CharField(max_length=40)
    standing = models.CharField(max_length=10, choices=[(s.value, w) for s, w in STANDING_WORDS.items()])
    everywhere = models.BooleanField(_("counts for all sites and processes"), default=False)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    carried_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("link to a clause")
        constraints = [
            models.UniqueConstraint(
                fields=["clause", "subject_model", "subject_key"],
                condition=Q(valid_until__isnull=True),
                name="a_record_is_linked_to_a_clause_once",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="a_link_is_confirmed_by_somebody_at_an_instant",
            ),
            models.CheckConstraint(
                condition=~Q(standing=Standing.CONFIRMED.value) | Q(confirmed_at__isnull=False),
                name="a_confirmed_link_says_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(standing=Standing.DISMISSED.value) | Q(valid_until__isnull=False),
                name="a_dismissed_link_has_ended",
            ),
        ]
        indexes = [models.Index(fields=["subject_model", "subject_key"], name="clauselink_subject")]

    def __str__(self) -> str:
        return f"{self.subject_model}/{self.subject_key} → {self.clause_id}"

    @property
    def standing_words(self) -> str:
        """Return in words how the link stands."""
        return str(STANDING_WORDS[Standing(self.standing)])


class EvidenceSpan(Span):
    """That a linked record is evidence of one kind for a clause at one place, from an instant until another.

    Written in the transaction that changes the record or its link. What has begun is only closed, never edited; a span
    whose beginning was known in advance and did not come is taken out again.
    """

    link = models.ForeignKey(ClauseLink, on_delete=models.PROTECT, related_name="spans")
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=[(k.value, w) for k, w in KIND_WORDS.items()])
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    process = models.ForeignKey(Process, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    words = models.CharField(max_length=80, blank=True)
    # Set with the end of the link: what ended because nothing is linked any more is no longer missed.
    released_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("evidence")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="evidence_ends_after_it_began",
            )
        ]
        indexes = [
            models.Index(
                fields=["clause", "process", "site", "kind", "valid_from", "valid_until", "released_at", "words"],
                name="evidence_of_a_clause",
            )
        ]

    def __str__(self) -> str:
        return f"{self.clause_id} {self.kind}"


class Expectation(Span):
    """Which kinds of evidence a clause expects here where that is not what its edition asks to keep, and why."""

    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="expectations")
    maintain = models.BooleanField(_("a document in force"))
    retain = models.BooleanField(_("records within their period"))
    reason = models.TextField(_("reason"))
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("expected evidence")
        constraints = [
            models.UniqueConstraint(
                fields=["clause"], condition=Q(valid_until__isnull=True), name="one_expectation_of_a_clause_stands"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="what_is_expected_otherwise_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.clause_id}"


class Judgement(AppendOnly):
    """What a person judges of a clause, signed and dated. It stands beside the status and never changes it."""

    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="judgements")
    said = models.TextField(_("judgement"))
    computed = models.CharField(max_length=10, choices=[(s.value, w) for s, w in EVIDENCE_WORDS.items()])
    judged_at = models.DateTimeField()
    judged_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("judgement")
        ordering = ["-judged_at", "-pk"]

    def __str__(self) -> str:
        return self.said[:60]

    @property
    def computed_words(self) -> str:
        """Return the status as it was computed when this was judged, in words."""
        return str(EVIDENCE_WORDS[Evidence(self.computed)])

    def canonical(self) -> str:
        """Return the canonical form whose hash stands in the trail."""
        return dumps(
            {
                "v": 1,
                "clause": [str(self.clause.edition), self.clause.number],
                "said": self.said,
                "computed": self.computed,
                "judged_at": instant(self.judged_at),
                "judged_by": self.judged_by_id,
                "signature": str(self.signature.uid),
            }
        )
