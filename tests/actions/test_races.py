"""Two at the same moment on one action, or on the last two of one origin: one is first, and nothing is lost."""

import pytest

from qms.actions import services
from qms.actions.models import Action
from qms.actions.queries import Named
from qms.core.seams.after import after
from qms.duties.models import Duty
from qms.trail.models import Entry
from tests.actions.conftest import in_days
from tests.documents.test_races import at_once, fresh
from tests.world import World

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]


def give(world, **fields):
    said = {"title": "Label", "owner": world.reader, "due_on": in_days(9), "by": world.author}
    return services.give(**said, verifier=world.colleague, **fields)


def finish(action, by):
    return services.do(action_id=action.pk, by=fresh(by), words="Seen.").pk


def test_a_double_click_does_an_action_once(db):
    world = World()
    action = give(world)
    answers = at_once(*(lambda: finish(action, world.reader) for _turn in range(3)))
    told = (Entry.objects.filter(verb="actions.do").count(), Duty.objects.filter(kind="actions.verify").count())
    assert (sorted(map(str, answers)), told) == ([str(action.pk), "no", "no"], (1, 1))


def test_of_the_last_two_of_an_origin_done_at_once_exactly_one_is_the_last(db):
    world, heard = World(), []
    after.register("actions.all_done", "test", lambda told: heard.append(told.subject_key))
    try:
        for turn in range(4):
            origin = Named("documents.document", str(turn), "SOP")
            actions = [give(world, origin=origin) for _which in range(2)]
            at_once(*(lambda each=each: finish(each, world.reader) for each in actions))
    finally:
        del after._handlers["actions.all_done"]
    assert heard == ["0", "1", "2", "3"]


def test_a_number_is_given_once(db):
    world = World()
    at_once(*(lambda: give(world).pk for _turn in range(4)))
    assert sorted(Action.objects.values_list("number", flat=True)) == ["A-0001", "A-0002", "A-0003", "A-0004"]


def test_two_who_answer_a_request_at_once_answer_it_once(db):
    world = World()
    action = give(world)
    said = {"new_due_on": in_days(20), "reason": "Late."}
    services.ask_extension(action_id=action.pk, by=world.reader, **said)
    answers = at_once(
        lambda: services.agree_extension(action_id=action.pk, by=fresh(world.colleague)).pk,
        lambda: services.refuse_extension(action_id=action.pk, by=fresh(world.quality), reason="No.").pk,
    )
    assert (sorted(map(str, answers)), Duty.objects.filter(kind="actions.do", closed_at=None).count()) == (
        [str(action.pk), "no"],
        1,
    )
