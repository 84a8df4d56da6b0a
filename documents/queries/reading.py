"""What a reader owes, and what they are shown of it."""

from dataclasses import dataclass

from django.db.models import F, QuerySet

from documents.models import Acknowledgement, Document, Objection, ReadingDuty, Revision
from qms.duties.models import Duty
from qms.organization.models import User


@dataclass(frozen=True)
class Reading:
    """One document that a reader owes, or has just read: the duty if it is open, their acknowledgement if given."""

    revision: Revision
    duty: Duty | None
    acknowledgement: Acknowledgement | None
    objections: list[Objection]


def owed_reading(person: User) -> QuerySet[ReadingDuty]:
    """Return what a person still has to acknowledge, the earliest due first."""
    return (
        ReadingDuty.objects.filter(person=person, duty__closed_at__isnull=True)
        .select_related("duty", "revision", "document__type")
        .order_by(F("duty__due_on").asc(nulls_last=True), "pk")
    )


def reading_of(person: User, revision: Revision, *, duty: Duty | None = None) -> Reading:
    """Return how it stands between a reader and a revision; `duty` is the open one where it is known already."""
    if duty is None:
        waiting = ReadingDuty.objects.filter(person=person, revision=revision, duty__closed_at__isnull=True)
        row = waiting.select_related("duty").first()
        duty = row.duty if row else None
    given = Acknowledgement.objects.filter(person=person, revision=revision).order_by("-at").first()
    objections = Objection.objects.filter(person=person, revision=revision).select_related("answered_by")
    return Reading(revision, duty, given, list(objections.order_by("pk")))


def next_reading(person: User) -> ReadingDuty | None:
    """Return what a person should read next, or None when nothing is owed."""
    return owed_reading(person).first()


def objections_on(document: Document) -> list[Objection]:
    """Return what readers found difficult in a document, what is not answered first."""
    found = Objection.objects.filter(revision__document=document).select_related("person", "revision", "answered_by")
    return sorted(found.order_by("-made_at"), key=lambda each: each.answered_at is not None)


def owed_by(document: Document, reader: int) -> ReadingDuty | None:
    """Return the open reading duty of a person on a document, with revision and person."""
    return (
        ReadingDuty.objects.filter(document=document, person_id=reader, duty__closed_at__isnull=True)
        .select_related("revision__content", "revision__document", "person")
        .first()
    )
