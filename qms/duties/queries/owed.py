"""What is owed by a person."""

from collections.abc import Sequence

from django.db.models import Count, F, QuerySet, Window

from qms.duties.models import Duty
from qms.organization.models import User

# Where a person that a request has read keeps how much they owe.
COUNTED = "open_duties_counted"


def open_duties(person: User) -> QuerySet[Duty]:
    """Return what a person owes, the earliest due first; duties without a day come last."""
    return Duty.objects.filter(person=person, closed_at__isnull=True).order_by(F("due_on").asc(nulls_last=True), "pk")


def open_count(person: User) -> int:
    """Return how much a person owes; a page that has listed their work in this request knows it (`note_count`)."""
    known: int | None = vars(person).get(COUNTED)
    return open_duties(person).count() if known is None else known


def most_urgent(person: User, most: int) -> list[Duty]:
    """Return the first of what a person owes, each with who asked for it, and note how much it is."""
    rows = open_duties(person).select_related("asked_by").annotate(in_all=Window(Count("pk")))[:most]
    found: list[Duty] = list(rows)
    note_count(person, found)
    return found


def note_count(person: User, first: Sequence[Duty]) -> None:
    """Keep with a person how much they owe, which the first of their duties say as `in_all`; see `open_count`."""
    vars(person)[COUNTED] = vars(first[0])["in_all"] if first else 0
