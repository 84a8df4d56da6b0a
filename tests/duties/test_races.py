"""Several at once: each person is told once, each duty moves once, each open duty stands once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier

import pytest
from django.db import IntegrityError, OperationalError, connection

from qms.core.errors import RuleBroken
from qms.duties.models import Digest, Duty, Notice
from qms.duties.services import move_duty, open_for, run_reminders
from qms.jobs.models import OutgoingMail
from qms.organization.models import User
from qms.organization.states import Role
from tests.duties import cast
from tests.duties.cast import APPROVE, READ

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]

NINE = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)


def at_once(number, act):
    """Call `act(n)` from so many threads at the same moment; return what each gave or raised."""
    gate = Barrier(number)

    def one(n):
        gate.wait()
        try:
            return act(n)
        except (RuleBroken, IntegrityError, OperationalError) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def test_four_runs_at_once_tell_everybody_once(db):
    lea = cast.person("lea")
    people = [cast.person(f"p{n}", line_manager=lea) for n in range(40)]
    quality = cast.person("quinn", Role.QUALITY_MANAGER)
    for n in range(3):
        row = cast.process(f"P{n}")
        for each in people:
            cast.duty(each, row, READ, date(2027, 1, 12), step=2, next_step_on=date(2027, 1, 15))
    runs = at_once(4, lambda _n: run_reminders(NINE))
    assert sum(run.climbed for run in runs) >= 120
    assert sum(run.mails for run in runs) == Digest.objects.count() == OutgoingMail.objects.count()
    digests = OutgoingMail.objects.filter(kind="digest").values_list("to_person", flat=True)
    assert sorted(digests) == sorted([lea.pk, *(each.pk for each in people)])
    assert [mail.to_person for mail in OutgoingMail.objects.filter(kind="escalation")] == [quality.pk]
    assert Notice.objects.filter(digest__isnull=True).count() == 0
    assert Notice.objects.count() == 3 * 40 * 3
    assert set(Duty.objects.values_list("step", flat=True)) == {5}


def test_a_duty_is_opened_once_however_many_open_it(db):
    ann, row = cast.person("ann"), cast.process()
    at_once(4, lambda _n: open_for([ann.pk], READ, row, due_on=date(2027, 2, 15)))
    assert Duty.objects.filter(person=ann, closed_at__isnull=True).count() == 1


def test_of_two_who_give_a_duty_away_one_wins(db):
    givers = [cast.person(f"q{n}", Role.QUALITY_MANAGER) for n in range(4)]
    ann, row = cast.person("ann"), cast.process()
    takers = [cast.person(f"t{n}") for n in range(4)]
    duty = cast.duty(ann, row, APPROVE, date(2027, 2, 15))

    def give(n):
        return move_duty(duty_id=duty.pk, to=takers[n], reason="on holiday", by=User.objects.get(pk=givers[n].pk))

    answers = at_once(4, give)
    assert sum(isinstance(answer, Duty) for answer in answers) == 1
    refusals = [str(answer) for answer in answers if isinstance(answer, RuleBroken)]
    assert refusals == ["This duty is closed already."] * 3
    assert Duty.objects.filter(closed_at__isnull=True).count() == 1
