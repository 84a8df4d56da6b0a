"""Documents, their types and approval profiles, where they belong and who reads them."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from documents.states import ApprovalMode
from qms.filing.numbers import LabelScheme
from qms.organization.models import Process, Site, User
from qms.trail.models import Span


class ApprovalProfile(models.Model):
    """How revisions of a type are reviewed and approved: all, n of the chosen, or ordered steps."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    mode = models.CharField(_("approval"), max_length=8, choices=[(m.value, m.value) for m in ApprovalMode])
    needed = models.PositiveSmallIntegerField(_("signatures needed"), default=1)
    reviewers_needed = models.PositiveSmallIntegerField(_("reviewers needed"), default=1)
    review_minor = models.BooleanField(_("minor changes are reviewed too"), default=False)
    periodic_review_approvers = models.PositiveSmallIntegerField(_("approvers of a periodic review"), default=1)

    class Meta:
        verbose_name = _("approval profile")
        constraints = [models.CheckConstraint(condition=Q(needed__gte=1), name="an_approval_needs_a_signature")]

    def __str__(self) -> str:
        return self.name


class ProfileStep(models.Model):
    """One step of an ordered approval: its place, its name, and the role its approvers hold (any when empty)."""

    profile = models.ForeignKey(ApprovalProfile, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=24, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["profile", "position"], name="one_profile_step_per_position")]

    def __str__(self) -> str:
        return self.name


class DocumentType(models.Model):
    """A kind of document: its numbers, labels, approval, review interval and what readers owe."""

    code = models.CharField(_("code"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=80)
    number_pattern = models.CharField(_("number pattern"), max_length=60)
    label_scheme = models.CharField(
        _("revision labels"), max_length=12, choices=[(s.value, s.value) for s in LabelScheme]
    )
    profile = models.ForeignKey(
        ApprovalProfile, on_delete=models.PROTECT, related_name="types", verbose_name=_("approval profile")
    )
    review_months = models.PositiveSmallIntegerField(_("review every (months)"), default=24)
    grace_days = models.PositiveSmallIntegerField(_("days to acknowledge"), default=14)
    joiner_days = models.PositiveSmallIntegerField(_("days for people who join"), default=14)
    retraining_months = models.PositiveSmallIntegerField(_("acknowledge again every (months)"), null=True, blank=True)
    credit_approvers = models.BooleanField(_("authors and approvers are credited"), default=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("document type")

    def __str__(self) -> str:
        return self.name


# The day of a document's next review, and the last of all days where there is none. That day is written out: a
# parameter is found in an index by PostgreSQL alone.
REVIEW_DAY = models.Func(
    "next_review_on",
    function="COALESCE",
    template="%(function)s(%(expressions)s, '9999-12-31')",
    output_field=models.DateField(),
)


class Document(models.Model):
    """A controlled document. What it says stands in its revisions; where it belongs, here and in its spans."""

    number = models.CharField(_("number"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=300)
    type = models.ForeignKey(DocumentType, on_delete=models.PROTECT, related_name="documents", verbose_name=_("type"))
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("owner"))
    process = models.ForeignKey(
        Process, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("process")
    )
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("site")
    )
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent")
    )
    next_review_on = models.DateField(_("next review"), null=True, blank=True)
    review_months = models.PositiveSmallIntegerField(_("review every (months)"), null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("document")
        indexes = [
            models.Index(fields=["next_review_on"], name="document_next_review"),
            models.Index(fields=["type", "number"], name="document_type_number"),
            models.Index(fields=["owner"], name="document_owner_idx"),
            models.Index(fields=["title", "id"], name="document_title"),
            models.Index(REVIEW_DAY, "id", name="document_review_day"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(parent=models.F("id")), name="no_document_is_its_own_parent")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        """Return the address of the document's page; it carries the key."""
        return reverse("documents:document", args=[self.pk])


class Placement(Span):
    """Owner, process, site and title of a document over time, for as-of."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="placements")
    title = models.CharField(max_length=300)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    process = models.ForeignKey(Process, on_delete=models.PROTECT, null=True, related_name="+")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["document"], condition=Q(valid_until__isnull=True), name="one_open_placement"
            )
        ]


class AudienceRule(Span):
    """Who reads a document (K1): everybody, a site, a team, a role, a process, or one person."""

    class Kind(models.TextChoices):
        """What the rule names."""

        EVERYBODY = "everybody", _("everybody")
        SITE = "site", _("site")
        TEAM = "team", _("team")
        ROLE = "role", _("role")
        PROCESS = "process", _("process")
        PERSON = "person", _("person")

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="audience")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    key = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["document", "kind", "key"], condition=Q(valid_until__isnull=True), name="one_open_audience_rule"
            )
        ]
        indexes = [models.Index(fields=["kind", "key"], name="audience_kind_key")]
