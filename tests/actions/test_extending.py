"""More time: asked with a reason, answered by another; the old day is kept, and each time counts (rows T5, T6)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from qms.actions import services
from qms.actions.models import Extension, ExtensionAnswer
from qms.actions.queries import rows_of
from qms.actions.queries.register import RegisterFilter, registered
from qms.core.errors import NotPermitted, RuleBroken
from qms.duties.models import Duty
from qms.duties.services import move_duty
from tests.actions.conftest import in_days
from tests.actions.test_doing import done, duties

pytestmark = pytest.mark.django_db


def ask(action, days=60, by=None):
    said = {"new_due_on": in_days(days), "reason": "The label printer is broken."}
    return services.ask_extension(action_id=action.pk, by=by or action.owner, **said)


def asked_of(action, by, **said):
    return services.agree_extension(action_id=action.pk, by=by, **said)


def test_the_owner_asks_and_the_day_holds_until_the_verifier_agrees(world, action):
    assert ask(action).due_on == in_days(30)
    assert duties() == [("do", "reader", ""), ("answer_extension", "colleague", "")]
    found = asked_of(action, world.colleague)
    assert (found.due_on, duties()[1:]) == (
        in_days(60),
        [("answer_extension", "colleague", "done"), ("do", "reader", "")],
    )
    assert [(duty.due_on, duty.outcome) for duty in Duty.objects.filter(kind="actions.do").order_by("pk")] == [
        (in_days(30), "moved"),
        (in_days(60), ""),
    ]


def test_the_old_day_stays_and_each_time_counts(world, action):
    for days in (40, 50):
        asked_of(ask(action, days), world.colleague)
    kept = list(Extension.objects.order_by("position").values_list("position", "old_due_on", "new_due_on"))
    assert kept == [(1, in_days(30), in_days(40)), (2, in_days(40), in_days(50))]
    assert [row.extended for row in rows_of(registered(world.quality, RegisterFilter()))] == [2]


def test_a_refusal_wants_a_reason_and_the_day_goes_on_holding(world, action):
    ask(action)
    with pytest.raises(RuleBroken, match="reason"):
        services.refuse_extension(action_id=action.pk, by=world.colleague, reason=" ")
    found = services.refuse_extension(action_id=action.pk, by=world.colleague, reason="Borrow one.")
    assert (found.due_on, ExtensionAnswer.objects.get().outcome) == (in_days(30), "refused")
    assert duties() == [("do", "reader", ""), ("answer_extension", "colleague", "done")]
    assert [row.extended for row in rows_of(registered(world.quality, RegisterFilter()))] == [0]


def test_one_request_is_open_at_a_time_and_none_is_answered_that_was_not_made(world, action):
    with pytest.raises(RuleBroken, match="No request for more time is open"):
        asked_of(action, world.quality)
    ask(action)
    with pytest.raises(RuleBroken, match="More time is asked for already"):
        ask(action, 90)


@pytest.mark.parametrize("days", [30, 29, -3])
def test_more_time_means_a_later_day(action, days):
    with pytest.raises(RuleBroken, match="a later day than the one that holds"):
        ask(action, days)


def test_nobody_answers_what_they_asked_themselves(world, given):
    own = given(owner=world.quality)
    with pytest.raises(RuleBroken, match="You asked for this yourself"):
        asked_of(ask(own), world.quality)


def test_only_the_owner_asks_and_a_stranger_answers_nothing(world, action):
    with pytest.raises(NotPermitted):
        ask(action, by=world.author)
    with pytest.raises(NotPermitted):
        asked_of(ask(action), world.second)


def test_without_a_verifier_whoever_gave_it_is_asked_and_of_their_own_quality_is(world, given):
    ask(given(verifier=None))
    ask(given(verifier=None, owner=world.author))
    assert [who for kind, who, _end in duties() if kind == "answer_extension"] == ["author", "quality"]


def test_an_answer_that_quality_gives_to_another_is_given_by_them_and_never_by_who_asked(world, action):
    ask(action)
    owed = Duty.objects.get(kind="actions.answer_extension")
    with pytest.raises(RuleBroken, match="Reader Person asked for this"):
        move_duty(duty_id=owed.pk, to=world.reader, reason="Away.", by=world.quality)
    move_duty(duty_id=owed.pk, to=world.second, reason="Away.", by=world.quality)
    assert asked_of(action, world.second).due_on == in_days(60)


def test_an_answer_is_asked_of_who_verifies_now(world, action):
    ask(action)
    said = {"title": action.title, "words": "", "gate": None, "site": None, "process": None}
    services.change(action_id=action.pk, **said, verifier=world.second, by=world.author)
    assert duties()[1:] == [("answer_extension", "colleague", "moved"), ("answer_extension", "second", "")]


@pytest.mark.parametrize("verb", ["done", "cancelled"])
def test_a_request_ends_with_the_action(world, action, verb):
    ask(action)
    done(action) if verb == "done" else services.cancel(action_id=action.pk, reason="No.", by=world.author)
    assert (ExtensionAnswer.objects.get().outcome, duties()[1]) == ("void", ("answer_extension", "colleague", "void"))


def test_a_day_that_went_by_while_the_answer_waited_is_not_agreed_to(world, action):
    ask(action, 31)
    past = {"old_due_on": in_days(-9), "new_due_on": in_days(-1), "asked_at": timezone.now(), "position": 1}
    other = services.give(title="Old", owner=world.reader, due_on=in_days(1), by=world.author)
    Extension.objects.create(action=other, reason="Late.", asked_by=world.reader, **past)
    with pytest.raises(RuleBroken, match="The day that was asked for has gone"):
        asked_of(other, world.quality)


@pytest.mark.both
def test_the_database_keeps_both_days_and_lets_nobody_answer_themselves(world, action):
    ask(action)
    asked = Extension.objects.get()
    said = {"extension": asked, "asked_by": world.reader, "answered_at": timezone.now()}
    for wrong in ({"answered_by": world.reader, "outcome": "agreed"}, {"answered_by": None, "outcome": "agreed"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ExtensionAnswer.objects.create(**said, **wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Extension.objects.create(
            action=action,
            position=1,
            old_due_on=in_days(1),
            new_due_on=in_days(2),
            reason="x",
            asked_at=timezone.now() + timedelta(1),
            asked_by=world.reader,
        )
    with pytest.raises(TypeError):
        asked.delete()
