"""The ladder of reminders (K8): who is told on which day, in working days of a site. Pure."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count

from qms.duties.states import Audience

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(9000, 1, 1)
EVERY_DAY = frozenset(range(1, 8))
MONDAY_TO_FRIDAY = frozenset(range(1, 6))


@dataclass(frozen=True)
class Calendar:
    """The days on which a site works: weekdays as 1 (Monday) to 7, and its holidays."""

    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    holidays: frozenset[date] = frozenset()

    def works(self, day: date) -> bool:
        """Return whether a day is a working day. A site without any weekday is taken to work every day."""
        return day.isoweekday() in (self.weekdays or EVERY_DAY) and day not in self.holidays

    def on_or_after(self, day: date) -> date:
        """Return the day itself when it is a working day, else the next one."""
        return day if self.works(day) else self.add(day, 1)

    def on_or_before(self, day: date) -> date:
        """Return the day itself when it is a working day, else the one before."""
        return day if self.works(day) else self.add(day, -1)

    def add(self, day: date, working_days: int) -> date:
        """Return the n-th working day after a day (before it for a negative n); for 0 the last one up to it."""
        if working_days == 0:
            return self.on_or_before(day)
        one = timedelta(days=1 if working_days > 0 else -1)
        for _each in range(abs(working_days)):
            day = next(found for n in count(1) if self.works(found := day + n * one))
        return day


ORDINARY = Calendar()


@dataclass(frozen=True)
class Step:
    """One rung: so many working days from the due day (negative: before it), and whom it tells."""

    day: int
    tell: frozenset[Audience]


@dataclass(frozen=True)
class Ladder:
    """All rungs in order, then one more every `every` days (a week) for as long as the duty is open."""

    steps: tuple[Step, ...]
    every: int
    then_tell: frozenset[Audience]

    def told_at(self, index: int) -> frozenset[Audience]:
        """Return whom the rung with this index tells."""
        return self.steps[index].tell if index < len(self.steps) else self.then_tell


def ladder_of(*, before: int, manager: int, owner: int, quality: int, every: int) -> Ladder:
    """Return the ladder with these working days: before the due day, then after it until each audience is told.

    Audiences that share a day share the rung. `every` is in days, at least one.
    """
    told = [
        (-before, {Audience.PERSON}),
        (0, {Audience.PERSON}),
        (manager, {Audience.PERSON, Audience.LINE_MANAGER}),
        (owner, {Audience.LINE_MANAGER, Audience.PROCESS_OWNER}),
        (quality, {Audience.QUALITY}),
    ]
    days: dict[int, set[Audience]] = {}
    for day, tell in told:
        days.setdefault(day, set()).update(tell)
    steps = tuple(Step(day, frozenset(days[day])) for day in sorted(days))
    return Ladder(steps, max(every, 1), frozenset({Audience.PERSON, Audience.LINE_MANAGER}))


K8 = ladder_of(before=7, manager=3, owner=7, quality=14, every=7)


@dataclass(frozen=True)
class Owed:
    """What the ladder needs to know of a duty: the day its rungs count from, how many were taken, and its rest."""

    counts_from: date | None
    step: int = 0
    rested_until: date | None = None


@dataclass(frozen=True)
class Next:
    """The next rung of a duty: its index, its day, and whom it tells."""

    step: int
    day: date
    tell: frozenset[Audience]


@dataclass(frozen=True)
class Taken:
    """Rungs taken at once: how many were taken in all, the day of the next one, and everybody to tell."""

    step: int
    next_on: date | None
    tell: frozenset[Audience] = field(default_factory=frozenset)


def next_step(owed: Owed, ladder: Ladder = K8, calendar: Calendar = ORDINARY) -> Next | None:
    """Return the next rung of a duty, moved to the end of its rest; None where no day is set."""
    if owed.counts_from is None or not FIRST_DAY < owed.counts_from < LAST_DAY:
        return None
    day = _day_of(owed.counts_from, owed.step, ladder, calendar)
    if owed.rested_until is not None:
        day = max(day, calendar.on_or_after(owed.rested_until))
    return Next(owed.step, day, ladder.told_at(owed.step))


def take_steps(owed: Owed, today: date, ladder: Ladder = K8, calendar: Calendar = ORDINARY) -> Taken:
    """Take every rung that is due by a day, however many days were missed, as one: each is told once (K9)."""
    tell: frozenset[Audience] = frozenset()
    step = owed.step
    while True:
        following = next_step(Owed(owed.counts_from, step, owed.rested_until), ladder, calendar)
        if following is None:
            return Taken(step, None, tell)
        if following.day > today:
            return Taken(step, following.day, tell)
        tell |= following.tell
        step += 1


def digest_day(there: datetime, from_hour: int, calendar: Calendar = ORDINARY) -> date | None:
    """Return the day whose digest may go out at an instant, told where the reader is; None before the hour and on a
    day off (K9).
    """
    day = there.date()
    return day if there.hour >= from_hour and calendar.works(day) else None


def first_step_on(due_on: date | None, ladder: Ladder = K8, calendar: Calendar = ORDINARY) -> date | None:
    """Return the day of the first rung of a new duty, which may have passed; None where no day is set."""
    following = next_step(Owed(due_on), ladder, calendar)
    return following.day if following else None


def rest(counts_from: date, today: date, until: date, rested_until: date | None = None) -> date:
    """Return the day to count from after a rest: the ladder stands still for the part of it after the due day (K12).

    A rest that still lasts goes on: what was added for it is not added again.
    """
    still = max(today, counts_from, rested_until or today)
    return counts_from + (until - still) if until > still else counts_from


def _day_of(counts_from: date, index: int, ladder: Ladder, calendar: Calendar) -> date:
    last = len(ladder.steps) - 1
    if index <= last:
        return calendar.add(counts_from, ladder.steps[index].day)
    weeks = timedelta(days=ladder.every * (index - last))
    return calendar.on_or_after(calendar.add(counts_from, ladder.steps[last].day) + weeks)
