"""The ladder (K8), over years, working days and rests."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qms.duties.ladder import (
    K8,
    ORDINARY,
    Calendar,
    Ladder,
    Next,
    Owed,
    Step,
    digest_day,
    first_step_on,
    ladder_of,
    next_step,
    rest,
    take_steps,
)
from qms.duties.states import Audience

PERSON = frozenset({Audience.PERSON})
PERSON_AND_MANAGER = frozenset({Audience.PERSON, Audience.LINE_MANAGER})
MANAGER_AND_OWNER = frozenset({Audience.LINE_MANAGER, Audience.PROCESS_OWNER})
QUALITY = frozenset({Audience.QUALITY})
EVERYBODY = PERSON | MANAGER_AND_OWNER | QUALITY

days = st.dates(date(1990, 1, 1), date(2100, 12, 31))
calendars = st.builds(
    Calendar,
    weekdays=st.frozensets(st.integers(1, 7)),
    holidays=st.frozensets(st.dates(date(2026, 12, 20), date(2027, 1, 20)), max_size=30),
)


def climb(owed, calendar=ORDINARY, ladder=K8, steps=8):
    """Return the days on which a duty steps when a run comes every day."""
    found = []
    for _each in range(steps):
        following = next_step(owed, ladder, calendar)
        found.append(following.day)
        owed = Owed(owed.counts_from, following.step + 1, owed.rested_until)
    return found


def test_the_ladder_of_the_book_tells_each_audience_on_its_day():
    monday = date(2027, 3, 15)
    owed, found = Owed(monday), []
    for _each in range(7):
        following = next_step(owed)
        found.append((following.day, following.tell))
        owed = Owed(monday, following.step + 1)
    assert found == [
        (date(2027, 3, 4), PERSON),
        (date(2027, 3, 15), PERSON),
        (date(2027, 3, 18), PERSON_AND_MANAGER),
        (date(2027, 3, 24), MANAGER_AND_OWNER),
        (date(2027, 4, 2), QUALITY),
        (date(2027, 4, 9), PERSON_AND_MANAGER),
        (date(2027, 4, 16), PERSON_AND_MANAGER),
    ]


def test_a_due_day_at_the_weekend_is_reminded_of_on_the_friday_before():
    assert climb(Owed(date(2027, 3, 14)), steps=3) == [date(2027, 3, 4), date(2027, 3, 12), date(2027, 3, 17)]


def test_a_holiday_of_the_site_moves_the_steps():
    calendar = Calendar(holidays=frozenset({date(2027, 3, 15), date(2027, 3, 16)}))
    assert climb(Owed(date(2027, 3, 15)), calendar, steps=3) == [date(2027, 3, 4), date(2027, 3, 12), date(2027, 3, 19)]


def test_a_weekly_reminder_on_a_holiday_waits_for_the_next_working_day_and_comes_back_to_its_weekday():
    due = date(2027, 3, 15)
    calendar = Calendar(holidays=frozenset({date(2027, 4, 9)}))
    assert climb(Owed(due, step=5), calendar, steps=3) == [date(2027, 4, 12), date(2027, 4, 16), date(2027, 4, 23)]


def test_a_shift_that_works_at_the_weekend_counts_its_own_days():
    calendar = Calendar(weekdays=frozenset({6, 7}))
    assert climb(Owed(date(2027, 3, 13)), calendar, steps=3) == [
        date(2027, 2, 14),
        date(2027, 3, 13),
        date(2027, 3, 21),
    ]


def test_29_february_is_a_day_like_any_other():
    assert climb(Owed(date(2028, 2, 29)), steps=4) == [
        date(2028, 2, 18),
        date(2028, 2, 29),
        date(2028, 3, 3),
        date(2028, 3, 9),
    ]


@pytest.mark.parametrize("due_on", [None, date.min, date.max])
def test_without_a_day_that_can_be_counted_there_is_no_reminder(due_on):
    assert next_step(Owed(due_on)) is None
    assert first_step_on(due_on) is None
    assert take_steps(Owed(due_on), date(2027, 1, 1)).next_on is None


def test_a_site_without_a_working_day_is_taken_to_work_every_day():
    assert Calendar(weekdays=frozenset()).add(date(2027, 3, 13), 2) == date(2027, 3, 15)


def test_a_server_that_was_off_catches_up_with_one_step_that_tells_everybody_once():
    taken = take_steps(Owed(date(2027, 3, 15)), date(2027, 4, 2))
    assert (taken.step, taken.next_on, taken.tell) == (5, date(2027, 4, 9), EVERYBODY)


def test_a_duty_that_is_not_due_for_a_step_takes_none():
    taken = take_steps(Owed(date(2027, 3, 15), step=1), date(2027, 3, 14))
    assert (taken.step, taken.next_on, taken.tell) == (1, date(2027, 3, 15), frozenset())


def test_a_rest_before_the_due_day_only_moves_what_falls_into_it():
    due, now = date(2027, 3, 15), date(2027, 3, 1)
    assert rest(due, now, date(2027, 3, 9)) == due
    assert climb(Owed(due, rested_until=date(2027, 3, 9)), steps=3) == [
        date(2027, 3, 9),
        date(2027, 3, 15),
        date(2027, 3, 18),
    ]


def test_a_rest_over_the_due_day_starts_the_count_when_it_ends():
    due, now, until = date(2027, 3, 15), date(2027, 3, 10), date(2027, 3, 29)
    counts_from = rest(due, now, until)
    assert counts_from == until
    assert climb(Owed(counts_from, 1, until), steps=3) == [until, date(2027, 4, 1), date(2027, 4, 7)]


def test_a_rest_after_the_due_day_stops_the_count_for_as_long_as_it_lasts():
    due, now, until = date(2027, 3, 15), date(2027, 3, 22), date(2027, 3, 29)
    assert rest(due, now, until) == date(2027, 3, 22)
    assert climb(Owed(date(2027, 3, 22), 3, until), steps=2) == [date(2027, 3, 31), date(2027, 4, 9)]


def test_a_longer_rest_goes_on_where_the_first_one_would_have_ended():
    due, now = date(2027, 3, 15), date(2027, 3, 22)
    once = rest(due, now, date(2027, 3, 29))
    assert rest(once, date(2027, 3, 23), date(2027, 4, 5), date(2027, 3, 29)) == rest(due, now, date(2027, 4, 5))


def test_audiences_that_share_a_day_share_a_step():
    ladder = ladder_of(before=5, manager=3, owner=3, quality=3, every=7)
    assert [(each.day, each.tell) for each in ladder.steps] == [(-5, PERSON), (0, PERSON), (3, EVERYBODY)]


def test_steps_stand_in_the_order_of_their_days_whatever_is_set():
    ladder = ladder_of(before=2, manager=10, owner=5, quality=1, every=1)
    assert [each.day for each in ladder.steps] == [-2, 0, 1, 5, 10]


@settings(deadline=None, max_examples=60)
@given(day=days, n=st.integers(-30, 30), calendar=calendars)
def test_counting_working_days_ends_on_a_working_day_in_the_right_direction(day, n, calendar):
    found = calendar.add(day, n)
    assert calendar.works(found)
    assert (found > day) == (n > 0)
    assert (found < day) if n < 0 else True


@settings(deadline=None, max_examples=60)
@given(day=days, n=st.integers(1, 20), calendar=calendars)
def test_working_days_between_a_day_and_the_one_counted_to_are_as_many_as_counted(day, n, calendar):
    found = calendar.add(day, n)
    between = [day + timedelta(days=each) for each in range(1, (found - day).days + 1)]
    assert sum(calendar.works(each) for each in between) == n


@settings(deadline=None, max_examples=60)
@given(due_on=days, calendar=calendars, rested=st.none() | days)
def test_steps_never_go_back_and_fall_on_working_days_only(due_on, calendar, rested):
    found = climb(Owed(due_on, rested_until=rested), calendar)
    assert found == sorted(found)
    assert all(calendar.works(day) for day in found)
    assert rested is None or found[0] >= rested


@settings(deadline=None, max_examples=60)
@given(due_on=days, calendar=calendars)
def test_nobody_is_told_that_something_is_overdue_before_it_is(due_on, calendar):
    before, on, *after = climb(Owed(due_on), calendar, steps=5)
    assert before < on <= due_on < after[0]
    assert after == sorted(set(after))


@settings(deadline=None, max_examples=60)
@given(due_on=days, calendar=calendars, gaps=st.lists(st.integers(1, 40), min_size=1, max_size=30))
def test_however_often_a_run_comes_each_step_is_taken_once_and_everybody_is_told(due_on, calendar, gaps):
    today, owed, told = due_on - timedelta(days=15), Owed(due_on), []
    for gap in gaps:
        today += timedelta(days=gap)
        taken = take_steps(owed, today, K8, calendar)
        told += list(range(owed.step, taken.step))
        owed = Owed(due_on, taken.step)
        assert taken.next_on > today
        assert take_steps(owed, today, K8, calendar).step == taken.step
    assert told == list(range(owed.step))
    once = take_steps(Owed(due_on), today, K8, calendar)
    assert (once.step, once.next_on) == (owed.step, taken.next_on)


@settings(deadline=None, max_examples=60)
@given(due_on=days, calendar=calendars)
def test_a_duty_that_stays_open_is_told_of_every_week_for_ever(due_on, calendar):
    found = climb(Owed(due_on, step=4), calendar, steps=60)
    longest = max((later - earlier).days for earlier, later in pairwise(found))
    assert longest <= 7 + 6 + 31


@settings(deadline=None, max_examples=60)
@given(
    due_on=days,
    now=st.integers(-40, 60),
    length=st.integers(1, 60),
    calendar=calendars,
)
def test_a_rest_never_brings_a_step_forward(due_on, now, length, calendar):
    today = due_on + timedelta(days=now)
    until = today + timedelta(days=length)
    before = take_steps(Owed(due_on), today, K8, calendar)
    moved = next_step(Owed(rest(due_on, today, until), before.step, until), K8, calendar)
    assert moved.day >= max(before.next_on, until)


@settings(deadline=None, max_examples=200)
@given(
    zone=st.timezone_keys(allow_prefix=False).map(ZoneInfo),
    day=st.dates(date(2000, 1, 1), date(2060, 12, 31)),
    hour=st.integers(0, 23),
    calendar=calendars,
)
def test_every_working_day_that_there_is_anywhere_has_a_moment_for_its_digest_and_no_other_day_has(
    zone, day, hour, calendar
):
    """Every quarter of an hour of four days, whatever the clocks there do: Samoa had no 30 December 2011 at all."""
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
    there = [(begin + timedelta(minutes=15 * n)).astimezone(zone) for n in range(4 * 24 * 4)]
    found = {digest_day(each, hour, calendar) for each in there} - {None}
    whole = {each.date() for each in there} - {there[0].date(), there[-1].date()}
    reached = {each.date() for each in there if each.hour >= hour}
    assert {each for each in found if each in whole} == {each for each in whole & reached if calendar.works(each)}
    assert all(calendar.works(each) for each in found)


def test_the_next_step_is_said_with_its_day_and_its_audiences():
    ladder = Ladder((Step(0, PERSON),), 7, QUALITY)
    assert next_step(Owed(date(2027, 3, 15)), ladder) == Next(0, date(2027, 3, 15), PERSON)
    assert next_step(Owed(date(2027, 3, 15), step=1), ladder) == Next(1, date(2027, 3, 22), QUALITY)
