"""Kinds of record, and the records of each (ISO 9001, 7.5.3): kept here as files, or seen elsewhere and counted."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from documents.models.document import Document
from documents.models.revision import Revision
from qms.core.canonical import dumps, instant
from qms.filing.models import StoredFile
from qms.organization.models import Process, Site, User
from qms.trail.models import AppendOnly

LONGEST_PERIOD = 600


class RecordKind(models.Model):
    """A kind of record: what its records show, who answers for them, and how often there must be one.

    `last_on` and `wanted_by` follow from its records and are written with each of them.
    """

    name = models.CharField(_("name"), max_length=120)
    shows = models.CharField(_("what it shows"), max_length=300)
    process = models.ForeignKey(
        Process, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("process")
    )
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("site")
    )
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("owner"))
    kept_at = models.CharField(_("where they are kept"), max_length=200, blank=True)
    form = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("form")
    )
    period_months = models.PositiveSmallIntegerField(_("a record at least every (months)"), null=True, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    last_on = models.DateField(null=True)
    wanted_by = models.DateField(null=True)

    class Meta:
        verbose_name = _("kind of record")
        constraints = [
            models.UniqueConstraint(
                Lower("name"), condition=Q(is_active=True), name="kinds_of_record_in_use_differ_in_name"
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(shows=""), name="a_kind_of_record_says_what_it_is_and_shows"
            ),
            models.CheckConstraint(
                condition=Q(period_months=None) | Q(period_months__gte=1, period_months__lte=LONGEST_PERIOD),
                name="a_period_of_records_is_between_a_month_and_fifty_years",
            ),
            models.CheckConstraint(
                condition=Q(wanted_by=None) | Q(is_active=True), name="of_an_ended_kind_no_record_is_wanted"
            ),
        ]
        indexes = [
            models.Index(fields=["name", "id"], name="recordkind_name"),
            models.Index(fields=["wanted_by"], name="recordkind_wanted"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the page of the kind with its records."""
        return reverse("documents:record_kind", args=[self.pk])

    @property
    def kept_words(self) -> str:
        """Return where its records are kept, in words."""
        return self.kept_at or _now("here")


class Record(AppendOnly):
    """One record of a kind: a file that is kept here, or what somebody saw of records kept elsewhere. Never edited:
    another one corrects it, with a reason.
    """

    uid = models.UUIDField(unique=True)
    kind = models.ForeignKey(RecordKind, on_delete=models.PROTECT, related_name="records", db_index=False)
    title = models.CharField(_("number or name"), max_length=200)
    happened_on = models.DateField(_("day"))
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("site")
    )
    process = models.ForeignKey(
        Process,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("process"),
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    file_name = models.CharField(max_length=255, blank=True)
    media_type = models.CharField(max_length=120, blank=True)
    sighted = models.PositiveIntegerField(_("how many"), null=True)
    sighted_at_place = models.CharField(_("where"), max_length=200, blank=True)
    sighted_words = models.TextField(_("what was seen"), blank=True)
    form_revision = models.ForeignKey(
        Revision, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("revision of the form")
    )
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="correction")
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("record")
        constraints = [
            models.CheckConstraint(
                condition=Q(file__isnull=False, sighted__isnull=True)
                | Q(file__isnull=True, sighted__gte=1) & ~Q(sighted_at_place="") & ~Q(sighted_words=""),
                name="a_record_is_a_file_or_a_sighting",
            ),
            models.CheckConstraint(
                condition=Q(supersedes__isnull=True) | ~Q(reason=""), name="a_correction_of_a_record_has_a_reason"
            ),
            models.CheckConstraint(condition=~Q(supersedes=F("id")), name="no_record_corrects_itself"),
            models.CheckConstraint(condition=~Q(title=""), name="a_record_has_a_number_or_name"),
        ]
        indexes = [
            models.Index(fields=["kind", "site", "process", "happened_on", "recorded_at"], name="record_last_of_place"),
            models.Index(fields=["kind", "happened_on", "id"], name="record_of_kind"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of the page of the record."""
        return reverse("documents:record", args=[self.pk])

    @property
    def is_corrected(self) -> bool:
        """Return whether another record corrects this one; lists join `correction`."""
        return hasattr(self, "correction")

    def canonical(self) -> str:
        """Return the canonical form whose hash stands in the trail."""
        return dumps(
            {
                "v": 1,
                "uid": str(self.uid),
                "kind": self.kind_id,
                "title": self.title,
                "happened_on": self.happened_on.isoformat(),
                "site": self.site_id,
                "process": self.process_id,
                "recorded_at": instant(self.recorded_at),
                "recorded_by": self.recorded_by_id,
                "file": self.file.sha256 if self.file else None,
                "file_name": self.file_name,
                "sighted": [self.sighted, self.sighted_at_place, self.sighted_words] if self.sighted else None,
                "form_revision": self.form_revision_id,
                "supersedes": self.supersedes_id,
                "reason": self.reason,
            }
        )
