"""Opening, closing and moving duties. All set-based: a release opens thousands at once."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Model, QuerySet
from django.utils import timezone

from qms.duties.ladder import first_step_on
from qms.duties.models import Duty
from qms.duties.states import Outcome


def open_for(people: Iterable[int], kind: str, row: Model, *, due_on: date | None) -> list[Duty]:
    """Open one duty a person on a record; a person who already owes it keeps the open one. Returns the new ones."""
    model, key = row._meta.label_lower, str(row.pk)
    open_rows = Duty.objects.filter(kind=kind, subject_model=model, subject_key=key, closed_at__isnull=True)
    owing = set(open_rows.values_list("person_id", flat=True))
    now = timezone.now()
    return Duty.objects.bulk_create(
        [
            Duty(
                person_id=person,
                kind=kind,
                subject_model=model,
                subject_key=key,
                opened_at=now,
                due_on=due_on,
                next_step_on=first_step_on(due_on),
            )
            for person in dict.fromkeys(people)
            if person not in owing
        ],
        batch_size=1000,
    )


def close(duties: QuerySet[Duty], outcome: Outcome) -> int:
    """Close the open ones of these duties with an outcome; return how many were closed."""
    return duties.filter(closed_at__isnull=True).update(
        closed_at=timezone.now(), outcome=outcome, next_step_on=None
    )


def close_on(row: Model, outcome: Outcome, *, kinds: Iterable[str] = (), people: Iterable[int] | None = None) -> int:
    """Close the open duties on a record, of these kinds and people (all when not given)."""
    duties = Duty.objects.filter(subject_model=row._meta.label_lower, subject_key=str(row.pk))
    if kinds:
        duties = duties.filter(kind__in=list(kinds))
    if people is not None:
        duties = duties.filter(person_id__in=list(people))
    return close(duties, outcome)
