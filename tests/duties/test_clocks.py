"""Reminders under clocks that are set back, changed, or leap: nothing is sent twice, a leap holds (K8, K9)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from qms.core.errors import NotPermitted, RuleBroken
from qms.duties.models import Duty, Notice, ReminderClock
from qms.duties.services import release_reminders, run_reminders
from qms.organization.models import Setting
from qms.trail.models import Entry
from tests.duties import cast
from tests.duties.cast import DAY, NINE, READ, mails, owe


def test_a_clock_set_back_sends_nothing_twice(house):
    owe(house.ann, house, date(2027, 2, 1))
    run_reminders(NINE)
    before = mails()
    for back in (timedelta(hours=1), DAY):
        assert run_reminders(NINE - back).mails == 0
    assert mails() == before
    assert ReminderClock.objects.get().last_run_at == NINE


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/Berlin", date(2027, 3, 28)),
        ("Europe/Berlin", date(2027, 10, 31)),
        ("America/New_York", date(2027, 3, 14)),
        ("Australia/Lord_Howe", date(2027, 4, 4)),
        ("Australia/Lord_Howe", date(2027, 10, 3)),
        ("Asia/Kathmandu", date(2027, 6, 6)),
        ("Pacific/Chatham", date(2027, 4, 4)),
        ("Pacific/Kiritimati", date(2027, 6, 6)),
        ("Pacific/Niue", date(2027, 6, 6)),
    ],
)
def test_each_day_has_one_digest_when_clocks_change(house, zone, day):
    """Four days around the change of clocks, with a run every three hours."""
    site = cast.site("DST", zone=zone, working_days="1234567")
    worker = cast.person("worker", site=site)
    for n in range(-2, 3):
        cast.duty(worker, cast.process(f"D{n}"), READ, day + n * DAY, step=1, next_step_on=day + n * DAY)
    at = datetime.combine(day - 2 * DAY, datetime.min.time(), tzinfo=UTC)
    for _run in range(4 * 8):
        run_reminders(at)
        at += timedelta(hours=3)
    days = [slot for person, _kind, slot in mails() if person == worker.pk]
    assert len(days) == len(set(days))
    assert set(days) >= {(day + n * DAY).isoformat() for n in range(2)}


def leap(house, duties=3, away=10 * 365 * DAY):
    """Let the clock leap forward with so many duties open; return the instant after it."""
    Setting.objects.create(key="duties.sane_reminders", value="2", valid_from=NINE - DAY)
    run_reminders(NINE)
    for n in range(duties):
        cast.duty(house.ann, cast.process(f"J{n}"), READ, date(2027, 2, 8), next_step_on=date(2027, 2, 2))
    return NINE + away


def test_a_clock_that_leaps_ten_years_holds_reminders_and_asks(house):
    assert run_reminders(leap(house)).held
    assert [(person, kind) for person, kind, _slot in mails()] == [
        (house.ivo.pk, "escalation"),
        (house.quinn.pk, "escalation"),
    ]
    assert not Notice.objects.exists()
    assert set(Duty.objects.values_list("step", flat=True)) == {0}


def test_a_long_leap_holds_even_a_single_reminder(house):
    assert run_reminders(leap(house, duties=1)).held


def test_a_long_weekend_with_few_reminders_is_caught_up_without_asking(house):
    at = leap(house, duties=2, away=3 * DAY)
    assert run_reminders(at).mails == 1


def test_a_clock_that_is_put_right_ends_the_hold_by_itself(house):
    run_reminders(leap(house))
    assert not run_reminders(NINE + timedelta(hours=2)).held
    assert ReminderClock.objects.get().held_at is None


def test_held_reminders_stay_held_until_somebody_lets_them_go_on(house, monday):
    later = leap(house, away=4 * DAY)
    run_reminders(later)
    assert run_reminders(later + timedelta(minutes=5)).held
    monday.move_to(later + timedelta(minutes=10))
    for person in (house.ann, house.lea):
        with pytest.raises(NotPermitted):
            release_reminders(by=person)
    release_reminders(by=house.ivo)
    assert run_reminders(later + timedelta(minutes=11)).mails == 1
    assert Entry.objects.filter(verb="duties.reminders_released").count() == 1
    with pytest.raises(RuleBroken):
        release_reminders(by=house.ivo)
