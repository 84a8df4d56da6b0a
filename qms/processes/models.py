"""What is said of processes, each as a span: read as of any date, closed and opened, never edited."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from qms.organization.models import Process
from qms.processes.states import BAND_WORDS, RESOURCE_WORDS, Band, ResourceKind
from qms.trail.models import Span

NOW = Q(valid_until__isnull=True)


class Description(Span):
    """What a process is for, where it stands on the map, and what measures it and what could go wrong, in words."""

    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="descriptions")
    band = models.CharField(
        _("band"), max_length=12, choices=[(each.value, words) for each, words in BAND_WORDS.items()]
    )
    purpose = models.TextField(_("purpose"))
    measures = models.TextField(_("measures"), blank=True)
    risks = models.TextField(_("risks and opportunities"), blank=True)

    class Meta:
        verbose_name = _("description of a process")
        constraints = [models.UniqueConstraint(fields=["process"], condition=NOW, name="one_description_of_a_process")]

    def __str__(self) -> str:
        return self.purpose

    @property
    def band_words(self) -> str:
        """Return the band in words."""
        return str(BAND_WORDS[Band(self.band)])


class Flow(Span):
    """Something that goes from a maker to a taker. One of them is a process; the other one too, a party outside, or
    nobody yet.
    """

    what = models.CharField(_("what"), max_length=120)
    maker = models.ForeignKey(Process, on_delete=models.PROTECT, null=True, blank=True, related_name="gives")
    taker = models.ForeignKey(Process, on_delete=models.PROTECT, null=True, blank=True, related_name="takes")
    maker_outside = models.CharField(max_length=80, blank=True)
    taker_outside = models.CharField(max_length=80, blank=True)

    class Meta:
        verbose_name = _("flow between processes")
        indexes = [
            models.Index(fields=["maker"], condition=NOW, name="flow_open_maker"),
            models.Index(fields=["taker"], condition=NOW, name="flow_open_taker"),
        ]
        constraints = [
            models.UniqueConstraint(
                "what",
                Coalesce("maker", 0),
                Coalesce("taker", 0),
                "maker_outside",
                "taker_outside",
                condition=NOW,
                name="one_open_flow_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(maker__isnull=False) | Q(taker__isnull=False), name="a_flow_has_a_process"
            ),
            models.CheckConstraint(
                condition=(Q(maker__isnull=True) | Q(maker_outside="")) & (Q(taker__isnull=True) | Q(taker_outside="")),
                name="an_end_of_a_flow_is_one_party",
            ),
            models.CheckConstraint(condition=~Q(maker=F("taker")), name="a_flow_leads_elsewhere"),
        ]

    def __str__(self) -> str:
        return self.what


class Resource(Span):
    """Something that a process needs."""

    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="resources")
    kind = models.CharField(
        _("kind"), max_length=16, choices=[(each.value, words) for each, words in RESOURCE_WORDS.items()]
    )
    what = models.CharField(_("what"), max_length=120)

    class Meta:
        verbose_name = _("resource of a process")
        constraints = [
            models.UniqueConstraint(fields=["process", "kind", "what"], condition=NOW, name="one_open_resource")
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def kind_words(self) -> str:
        """Return the kind in words."""
        return str(RESOURCE_WORDS[ResourceKind(self.kind)])
