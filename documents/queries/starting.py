"""How far somebody is who starts with their own data."""

from documents.models import Document, DocumentType, Seat
from documents.states import Decision, RoundKind


def types_there() -> bool:
    """Return whether there is a document type."""
    return DocumentType.objects.exists()


def something_here() -> bool:
    """Return whether there is a document."""
    return Document.objects.exists()


def something_approved() -> bool:
    """Return whether anybody has ever signed an approval here."""
    return Seat.objects.filter(round__kind=RoundKind.APPROVAL, decision=Decision.YES).exists()
