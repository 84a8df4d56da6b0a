"""What a reader owes, and what they are shown of it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, QuerySet

from documents.models import (
    Acknowledgement,
    Document,
    DocumentType,
    Excusal,
    Objection,
    ReadingDuty,
    Revision,
)
from documents.states import State
from qms.duties.models import Duty
from qms.jobs.queries import jobs_about
from qms.organization.models import User

TOLD = "documents.see_change"


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


def told_about(document: Document) -> QuerySet[Duty]:
    """Return the duties, open and closed, by which people are told of a minor change of a document (K2)."""
    keys = [str(pk) for pk in document.revisions.values_list("pk", flat=True)]
    return Duty.objects.filter(kind=TOLD, subject_model="documents.revision", subject_key__in=keys)


def is_told(person: User, document: Document) -> bool:
    """Return whether a person is told of a minor change of a document and has not looked at it yet."""
    return told_about(document).filter(person=person, closed_at__isnull=True).exists()


def read_before(type_: DocumentType, instant: datetime) -> QuerySet[Acknowledgement, Any]:
    """Return document, person and instant (`last`) of what people last read before an instant and have not read since,
    among the documents of a type that are in force; people who have left and those who are asked already are left out.
    """
    effective = Revision.objects.filter(document=OuterRef("document"), state=State.EFFECTIVE)
    excused = Excusal.objects.filter(
        person=OuterRef("person"), revision__document=OuterRef("document"), revision__state=State.EFFECTIVE
    )
    asked = ReadingDuty.objects.filter(
        person=OuterRef("person"), document=OuterRef("document"), duty__closed_at__isnull=True
    )
    rows = Acknowledgement.objects.filter(document__type=type_, person__is_active=True)
    rows = rows.filter(Exists(effective), ~Exists(excused), ~Exists(asked)).order_by("document", "person")
    last = rows.values("document", "person").annotate(last=Max("at"))
    found: QuerySet[Acknowledgement, Any] = last.filter(last__lt=instant)
    return found


def readers_are_due(day: date) -> bool:
    """Return whether a look at who reads again, and at what was told long ago, is wanted and was not begun this day."""
    if jobs_about(*readers_of_day(day)).exists():
        return False
    again = DocumentType.objects.filter(retraining_months__isnull=False)
    return again.exists() or Duty.objects.filter(kind=TOLD, closed_at__isnull=True).exists()


def readers_of_day(day: date) -> tuple[str, str]:
    """Return what the job of a day that looks at readers is about, so that it is put down once."""
    return ("documents.readers", day.isoformat())
