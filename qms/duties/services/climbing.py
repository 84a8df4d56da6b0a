"""Taking the rungs that are due: set-based, in batches, claimed by compare-and-swap."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import F

from qms.duties.ladder import Calendar, Ladder, Owed, Taken, take_steps
from qms.duties.models import Duty
from qms.duties.queries import calendars, ladder
from qms.duties.queries.told import due_for_a_step, local_day
from qms.duties.services.notices import Telling, Told, put_down, reach_of

BATCH = 500


class Due(NamedTuple):
    """What one duty whose rung is due needs: who, on what, and where it stands on the ladder."""

    pk: int
    person_id: int
    kind: str
    subject_key: str
    counts_from: date | None
    step: int
    next_step_on: date
    rested_until: date | None
    site_id: int | None


class Climb:
    """One run up the ladder. Many duties stand on the same rung, so that each rung is worked out once."""

    def __init__(self, at: datetime) -> None:
        self.today: date = local_day(at)
        self.ladder: Ladder = ladder()
        self.calendars: dict[int | None, Calendar] = calendars()
        self.telling = Telling(at)
        self._taken: dict[tuple[Owed, int | None], Taken] = {}

    def run(self, tell: Callable[[int], None]) -> int:
        """Take every rung that is due by today, batch by batch; return how many duties took one."""
        climbed, most = 0, due_for_a_step(self.today).count() // BATCH + 2
        for _batch in range(most):
            rows = list(_due(self.today))
            if not rows:
                break
            climbed += self._batch(rows)
            tell(climbed)
        return climbed

    @transaction.atomic
    def _batch(self, rows: list[Due]) -> int:
        taken = {row.pk: self._take(row) for row in rows}
        ours = set(self._claim(rows, taken))
        told = [_told(row, taken[row.pk]) for row in rows if row.pk in ours and taken[row.pk].tell]
        reach = reach_of(each.person_id for each in told)
        put_down(self.telling.notes(told, reach), self.telling.at)
        return len(ours)

    def _take(self, row: Due) -> Taken:
        owed = Owed(row.counts_from, row.step, row.rested_until)
        known = self._taken.get((owed, row.site_id))
        if known is None:
            known = take_steps(owed, self.today, self.ladder, self.calendars[row.site_id])
            self._taken[owed, row.site_id] = known
        return known

    def _claim(self, rows: list[Due], taken: dict[int, Taken]) -> Iterator[int]:
        """Move rows that stand on the same rung in one statement; yield the keys that were still there to be moved."""
        alike: dict[tuple[int, date, int, date | None], list[int]] = {}
        for row in rows:
            after = taken[row.pk]
            alike.setdefault((row.step, row.next_step_on, after.step, after.next_on), []).append(row.pk)
        for (step, next_on, new_step, new_next_on), keys in alike.items():
            there = Duty.objects.filter(pk__in=keys, closed_at__isnull=True)
            moved = there.filter(step=step, next_step_on=next_on).update(step=new_step, next_step_on=new_next_on)
            if moved == len(keys):
                yield from keys
            else:
                # Some were closed or taken meanwhile. A notice is unique, so that telling of a rung twice is harmless.
                yield from there.filter(step=new_step, next_step_on=new_next_on).values_list("pk", flat=True)


def _due(today: date) -> Iterator[Due]:
    rows = due_for_a_step(today).annotate(site_id=F("person__site_id"))[:BATCH]
    yield from (Due(*row) for row in rows.values_list(*Due._fields))


def _told(row: Due, after: Taken) -> Told:
    return Told(row.pk, row.person_id, row.kind, row.subject_key, after.step, after.tell)
