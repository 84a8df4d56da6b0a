"""What is owed by a person."""

from django.db.models import F, QuerySet

from qms.duties.models import Duty
from qms.organization.models import User


def open_duties(person: User) -> QuerySet[Duty]:
    """Return what a person owes, the earliest due first; duties without a day come last."""
    return Duty.objects.filter(person=person, closed_at__isnull=True).order_by(F("due_on").asc(nulls_last=True), "pk")
