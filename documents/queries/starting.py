"""How far somebody is who starts with their own data."""

from django.db.models import QuerySet

from documents.models import Document, DocumentType, Seat
from documents.states import Decision, RoundKind


def types_there() -> QuerySet[DocumentType]:
    """Return the document types."""
    return DocumentType.objects.all()


def something_here() -> QuerySet[Document]:
    """Return the documents."""
    return Document.objects.all()


def something_approved() -> QuerySet[Seat]:
    """Return the approvals that anybody has ever signed here."""
    return Seat.objects.filter(round__kind=RoundKind.APPROVAL, decision=Decision.YES)
