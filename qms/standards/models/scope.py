"""What the management system covers: the scope as it was confirmed, and what of the standards does not apply in it."""

from typing import Any

from django.db import models
from django.db.models import F, Q, Value
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qms.organization.models import Process, Site, User
from qms.standards.models.library import Clause, Edition
from qms.trail.models import Span


class ScopeStatement(Span):
    """What the management system covers, as it was confirmed: closed by the next one, never edited (ISO 9001 4.3)."""

    products = models.TextField(_("products and services"))
    answers = models.JSONField(default=dict)
    editions: "models.ManyToManyField[Edition, Any]" = models.ManyToManyField(Edition, related_name="+")
    # None stands for all of them.
    sites: "models.ManyToManyField[Site, Any]" = models.ManyToManyField(Site, related_name="+")
    processes: "models.ManyToManyField[Process, Any]" = models.ManyToManyField(Process, related_name="+")
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    document_key = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("scope")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")), name="a_scope_ends_after_it_began"
            ),
            models.UniqueConstraint(Value(1), condition=Q(valid_until__isnull=True), name="one_scope_stands"),
        ]

    def __str__(self) -> str:
        return gettext("Scope of %(day)s") % {"day": timezone.localdate(self.valid_from)}


class NotApplicable(models.Model):
    """A clause, with what belongs to it, or one item of a clause, that does not apply in a scope, and why.

    With sites it does not apply at these alone.
    """

    statement = models.ForeignKey(ScopeStatement, on_delete=models.PROTECT, related_name="left_out")
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="+")
    sub_item = models.CharField(max_length=4, blank=True)
    reason = models.TextField(_("reason"))
    sites: "models.ManyToManyField[Site, Any]" = models.ManyToManyField(Site, related_name="+")

    class Meta:
        verbose_name = _("what does not apply")
        constraints = [
            models.UniqueConstraint(
                fields=["statement", "clause", "sub_item"], name="what_does_not_apply_is_said_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="what_does_not_apply_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.clause.number} {self.sub_item}".strip()

    @property
    def only_at(self) -> list[int]:
        """Return the sites at which alone it does not apply, by key; none for all of them."""
        return [site.pk for site in self.sites.all()]

    @property
    def places(self) -> str:
        """Return the names of these sites."""
        return ", ".join(sorted(site.name for site in self.sites.all()))
