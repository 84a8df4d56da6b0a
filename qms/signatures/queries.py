"""Questions about signatures and exceptions."""

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from qms.organization.models import User
from qms.signatures.models import SeparationException, Signature
from qms.signatures.states import SeparationRule


def signatures_of(row: Model) -> QuerySet[Signature]:
    """Return the signatures given on a record, oldest first."""
    return Signature.objects.filter(subject_model=row._meta.label_lower, subject_key=str(row.pk)).order_by("signed_at")


def exception_for(rule: SeparationRule, *, person: User, process_id: int | None) -> SeparationException | None:
    """Return the exception that sets a rule aside now for a person and a process, or None."""
    now = timezone.now()
    return (
        SeparationException.objects.filter(
            Q(person__isnull=True) | Q(person=person),
            Q(process__isnull=True) | Q(process_id=process_id),
            rule=rule,
            signature__isnull=False,
            valid_from__lte=now,
            valid_until__gt=now,
            ended_at__isnull=True,
        )
        .order_by("pk")
        .first()
    )
