"""What is owed by a person, and on a record."""

from django.db.models import F, Model, QuerySet

from qms.duties.models import Duty
from qms.organization.models import User


def open_duties(person: User) -> QuerySet[Duty]:
    """Return what a person owes, the earliest due first; duties without a day come last."""
    return Duty.objects.filter(person=person, closed_at__isnull=True).order_by(F("due_on").asc(nulls_last=True), "pk")


def open_duties_on(row: Model, kind: str | None = None) -> QuerySet[Duty]:
    """Return the open duties on a record, with their people."""
    found = Duty.objects.filter(
        subject_model=row._meta.label_lower, subject_key=str(row.pk), closed_at__isnull=True
    ).select_related("person")
    return found.filter(kind=kind) if kind else found
