"""Acknowledgements, the duties that wait for them, excusals and objections."""

from datetime import datetime
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.models.document import Document
from documents.models.revision import Revision
from qms.core.canonical import dumps, instant
from qms.duties.models import Duty
from qms.organization.models import User
from qms.signatures.models import Signature
from qms.trail.models import AppendOnly


class ReadingDuty(models.Model):
    """The row of this room beside each acknowledgement duty: which document and revision it asks for."""

    duty = models.OneToOneField(Duty, on_delete=models.PROTECT, related_name="reading")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="reading_duties")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="reading_duties")

    class Meta:
        indexes = [
            models.Index(fields=["document", "person"], name="reading_document_person"),
            models.Index(fields=["revision", "person"], name="reading_revision_person"),
        ]


class Acknowledgement(AppendOnly):
    """A person says: I have read this content. Written once, never changed (K5); it is not a signature."""

    class Method(models.TextChoices):
        """How it was given."""

        SESSION = "session", _("signed in")
        AGAIN = "re-authentication", _("signed in again")
        CREDITED = "credited", _("credited as author or approver")

    uid = models.UUIDField(unique=True)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="acknowledgements")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="acknowledgements")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="acknowledgements")
    content_hash = models.CharField(max_length=64)
    language = models.CharField(max_length=12)
    base_revision = models.ForeignKey(Revision, on_delete=models.PROTECT, null=True, related_name="+")
    statement = models.TextField()
    at = models.DateTimeField()
    zone = models.CharField(max_length=64)
    method = models.CharField(max_length=20, choices=Method.choices)

    class Meta:
        verbose_name = _("acknowledgement")
        indexes = [
            models.Index(fields=["person", "document", "at"], name="ack_person_document_at"),
            models.Index(fields=["revision", "person"], name="ack_revision_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.revision}"

    def canonical(self) -> str:
        """Return the canonical form whose hash stands in the trail."""
        return acknowledgement_text(*(getattr(self, name) for name in ACKNOWLEDGED))


# What the canonical form of an acknowledgement is made of, in the order in which `acknowledgement_text` takes it.
ACKNOWLEDGED = (
    "uid",
    "person_id",
    "document_id",
    "revision_id",
    "content_hash",
    "language",
    "base_revision_id",
    "statement",
    "at",
    "zone",
    "method",
)


def acknowledgement_text(
    uid: UUID,
    person: int,
    document: int,
    revision: int,
    content_hash: str,
    language: str,
    base_revision: int | None,
    statement: str,
    at: datetime,
    zone: str,
    method: str,
) -> str:
    """Return the canonical form of an acknowledgement, of what its row holds."""
    return dumps(
        {
            "v": 1,
            "uid": str(uid),
            "person": person,
            "document": document,
            "revision": revision,
            "content_hash": content_hash,
            "language": language,
            "base_revision": base_revision,
            "statement": statement,
            "at": instant(at),
            "zone": zone,
            "method": method,
        }
    )


class Excusal(AppendOnly):
    """Somebody need not acknowledge a revision: who decided, why, signed."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="excusals")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="excusals")
    reason = models.TextField()
    excused_at = models.DateTimeField()
    excused_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.person} {self.revision}"


class Objection(models.Model):
    """A reader says "I do not understand" or "I cannot do this"; the owner answers (K12)."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="objections")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="objections")
    text = models.TextField(_("what is the difficulty?"))
    made_at = models.DateTimeField()
    answer = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="objection_answered_at_and_by_go_together",
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]
