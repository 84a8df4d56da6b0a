"""Requests for evidence packs, and what became of them."""

import json
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qms.filing.models import StoredFile
from qms.organization.models import User


class Pack(models.Model):
    """One request for a pack. `plan` lists every file with size, CRC-32 and SHA-256; the zip follows from it alone.

    `holds` says what is in it: sentences of the rooms, and what was counted, as canonical JSON.
    """

    selection = models.TextField()
    words = models.TextField()
    recipient = models.CharField(_("for whom"), max_length=200)
    purpose = models.CharField(_("why"), max_length=300)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    files = models.PositiveIntegerField(default=0)
    missing = models.PositiveIntegerField(default=0)
    holds = models.TextField(default="[[], []]")
    built_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("evidence pack")
        indexes = [models.Index(fields=["requested_by", "-requested_at"], name="pack_person")]

    def __str__(self) -> str:
        return f"{_('Evidence pack')} {self.pk}"

    def get_absolute_url(self) -> str:
        """Return the address of the pack's page."""
        return reverse("evidence:pack", args=[self.pk])

    @property
    def contents(self) -> dict[str, Any]:
        """Return what is in it: `records` in sentences, and `counts` with their words."""
        records, counts = json.loads(self.holds)
        return {"records": records, "counts": counts}

    @property
    def download_name(self) -> str:
        """Return the name under which it is downloaded."""
        return f"evidence-{self.requested_at:%Y-%m-%d}-{self.pk}.zip"
