"""Giving a duty to somebody else, and what becomes of the duties of a leaver."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from qms.core.errors import NotPermitted, RuleBroken
from qms.core.seams.after import Happening, after
from qms.duties.models import Duty, Notice
from qms.duties.queries import open_duties
from qms.duties.services import move_duty, open_for, person_left, run_reminders
from qms.duties.states import Outcome
from qms.organization.states import Role
from qms.trail.models import Entry
from qms.trail.queries import about
from tests.duties import cast
from tests.duties.cast import APPROVE, READ

HEARD: list[Happening] = []


def listen(happening):
    """Note what was heard, as a room above does; refuse whom the test calls the author."""
    HEARD.append(happening)
    if happening.detail.get("reason") == "to its author":
        raise RuleBroken("An author does not approve.")


after.register("duties.moved", "tests", listen)


@pytest.fixture
def approval(house):
    """An approval that Ann owes."""
    HEARD.clear()
    return open_for([house.ann.pk], APPROVE, house.process, due_on=date(2027, 2, 15), by=house.otto)[0]


def test_quality_gives_a_duty_to_another_person_with_a_reason(house, approval):
    new = move_duty(duty_id=approval.pk, to=house.bob, reason=" on holiday ", by=house.quinn)
    old = Duty.objects.get(pk=approval.pk)
    assert (old.outcome, old.closed_at, old.moved_to, old.next_step_on) == (Outcome.MOVED, timezone.now(), new, None)
    assert (new.person, new.due_on, new.next_step_on, new.asked_by) == (
        house.bob,
        date(2027, 2, 15),
        date(2027, 2, 4),
        house.quinn,
    )
    detail = {
        "kind": APPROVE,
        "old": old.pk,
        "new": new.pk,
        "from": house.ann.pk,
        "to": house.bob.pk,
        "reason": "on holiday",
    }
    happening = Happening("duties.moved", "organization.process", str(house.process.pk), house.quinn, detail)
    assert [happening] == HEARD
    entry = about(house.process).get()
    assert (entry.verb, entry.actor) == ("duties.moved", house.quinn.actor_key)
    assert set(entry.targets.values_list("model", "key")) == {
        ("organization.process", str(house.process.pk)),
        ("duties.duty", str(old.pk)),
        ("duties.duty", str(new.pk)),
    }


def test_the_new_person_is_told_with_the_next_digest(house, approval):
    move_duty(duty_id=approval.pk, to=house.bob, reason="on holiday", by=house.quinn)
    run_reminders()
    assert cast.mails() == [(house.bob.pk, "digest", "2027-02-01")]


def test_an_approval_wanted_today_is_told_at_once(house):
    duty = cast.duty(house.ann, house.process, APPROVE, date(2027, 2, 1))
    new = move_duty(duty_id=duty.pk, to=house.bob, reason="on holiday", by=house.quinn)
    assert list(Notice.objects.values_list("duty", "recipient", "kind")) == [(new.pk, house.bob.pk, "approval")]


def test_an_overdue_duty_is_as_overdue_with_its_new_person_and_is_not_escalated_a_second_time(house):
    duty = cast.duty(house.ann, house.process, APPROVE, date(2027, 1, 11), step=5, next_step_on=date(2027, 2, 5))
    new = move_duty(duty_id=duty.pk, to=house.bob, reason="on holiday", by=house.quinn)
    assert (new.due_on, new.step, new.next_step_on) == (date(2027, 1, 11), 5, date(2027, 2, 5))


def test_a_person_without_e_mail_is_told_through_their_line_manager(house, approval):
    house.bob.email = ""
    house.bob.save()
    move_duty(duty_id=approval.pk, to=house.bob, reason="on holiday", by=house.quinn)
    assert list(Notice.objects.values_list("recipient", "section")) == [(house.lea.pk, "pass_on")]


def refused(house, duty, to="bob", reason="on holiday", by="quinn"):
    """Try to move a duty; return the code of the refusal when nothing at all was changed."""
    before = (list(Duty.objects.order_by("pk").values()), Entry.objects.count(), Notice.objects.count(), len(HEARD))
    with pytest.raises(RuleBroken) as refusal:
        move_duty(duty_id=duty.pk, to=getattr(house, to), reason=reason, by=getattr(house, by))
    now = (list(Duty.objects.order_by("pk").values()), Entry.objects.count(), Notice.objects.count())
    assert now == before[:3]
    return refusal.value.code


@pytest.mark.parametrize("by", ["ann", "bob", "lea", "otto", "ivo", "stan"])
def test_nobody_but_quality_moves_a_duty(house, approval, by):
    assert refused(house, approval, by=by) == "not_permitted"


def test_quality_of_another_site_does_not_move_a_duty(house, approval):
    house.there = cast.person("there", Role.QUALITY_MANAGER, at=cast.site("P2"))
    assert refused(house, approval, by="there") == "not_permitted"


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_reason_is_wanted(house, approval, reason):
    assert refused(house, approval, reason=reason) == "reason_missing"


def test_what_only_the_person_can_do_is_not_moved(house):
    reading = cast.duty(house.ann, house.process, READ, date(2027, 2, 15))
    assert refused(house, reading) == "not_delegable"


def test_a_kind_that_no_room_knows_any_more_is_not_moved(house):
    assert refused(house, cast.duty(house.ann, house.process, "gone.kind")) == "not_delegable"


def test_a_closed_duty_is_not_moved(house):
    closed = cast.duty(house.ann, house.process, APPROVE, closed_at=timezone.now(), outcome=Outcome.DONE)
    assert refused(house, closed) == "wrong_state"


def test_nobody_gets_what_they_owe_already(house, approval):
    open_for([house.bob.pk], APPROVE, house.process, due_on=date(2027, 2, 15))
    assert refused(house, approval) == "owes_already"
    assert refused(house, approval, to="ann") == "owes_already"


def test_somebody_who_left_gets_nothing(house, approval):
    house.bob.is_active, house.bob.left_on = False, date(2027, 1, 1)
    house.bob.save()
    assert refused(house, approval) == "person_left"


def test_a_room_above_may_refuse_and_then_nothing_has_changed(house, approval):
    assert refused(house, approval, reason="to its author") == "rule_broken"
    assert len(HEARD) == 1


def test_a_duty_moved_twice_at_once_is_moved_once(house, approval):
    move_duty(duty_id=approval.pk, to=house.bob, reason="on holiday", by=house.quinn)
    assert refused(house, approval, to="stan") == "wrong_state"


def test_when_a_person_leaves_what_only_they_could_do_is_cancelled_and_quality_is_told_of_the_rest(house, monday):
    cast.duty(house.ann, house.process, READ, date(2027, 2, 15))
    kept = cast.duty(house.ann, house.process, APPROVE, date(2027, 2, 15), next_step_on=date(2027, 2, 4))
    person_left(Happening("organization.person_left", "organization.user", str(house.ann.pk), house.ivo, {}))
    assert list(Duty.objects.order_by("pk").values_list("kind", "outcome")) == [(READ, Outcome.LEFT), (APPROVE, "")]
    monday.move_to(datetime(2027, 2, 1, 23, 0, tzinfo=UTC))
    run_reminders()
    assert cast.mails() == [(house.quinn.pk, "escalation", "2027-02-01T23")]
    assert list(open_duties(house.ann)) == [kept]


def test_a_person_who_owes_nothing_leaves_nothing_behind(house):
    person_left(Happening("organization.person_left", "organization.user", str(house.ann.pk), house.ivo, {}))
    assert not Notice.objects.exists()


def test_not_permitted_is_a_refusal_of_its_own(house, approval):
    with pytest.raises(NotPermitted):
        move_duty(duty_id=approval.pk, to=house.bob, reason="x", by=house.stan)
