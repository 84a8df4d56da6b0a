"""The life of an action, edge by edge (docs/lifecycles.md, rows T1-T4, T7, T8)."""

from datetime import timedelta
from itertools import product

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from qms.actions import services
from qms.actions.models import Action
from qms.actions.queries import Named
from qms.actions.states import ACTION, ActionFacts, State
from qms.core.errors import NotPermitted, RuleBroken, Stale
from qms.core.seams.after import after
from qms.core.seams.gates import gate_problem
from qms.duties.models import Duty
from qms.duties.services import move_duty
from qms.filing.queries import attachments_of
from qms.filing.services.files import store_bytes
from qms.organization.services import deactivate_person
from qms.organization.states import Role
from qms.signatures.states import SeparationRule
from qms.trail.queries import about, about_key
from tests.actions.conftest import in_days
from tests.signatures.test_exceptions import grant

pytestmark = pytest.mark.django_db


def done(action, by=None, **said):
    return services.do(action_id=action.pk, by=by or action.owner, **{"words": "All are labelled.", **said})


def verified(action, by):
    return services.verify(action_id=action.pk, by=by)


def duties():
    """Every duty as it stands: what, who, by when, and how it ended."""
    rows = Duty.objects.order_by("pk").values_list("kind", "person__username", "outcome")
    return [(kind.removeprefix("actions."), who, outcome) for kind, who, outcome in rows]


def test_every_state_is_reached_and_every_edge_stays_in_the_table():
    states = {state.value for state in State}
    assert {edge.to for edge in ACTION.edges.values()} | {State.OPEN} == states
    assert {source for edge in ACTION.edges.values() for source in edge.sources} <= states


@pytest.mark.parametrize(("verb", "state"), list(product(ACTION.edges, State)))
def test_each_edge_is_gone_from_its_states_with_its_standing_and_from_no_other(verb, state):
    edge = ACTION.edge(verb)
    fitting = ActionFacts(standing=edge.who, extension_open=verb in {"agree_extension", "refuse_extension"})
    for facts, right in ((fitting, True), (ActionFacts(standing=frozenset()), False)):
        allowed = state in edge.sources and right
        try:
            ACTION.check(verb, state, facts, reason="Because.")
        except (RuleBroken, NotPermitted):
            assert not allowed
        else:
            assert allowed


def test_an_action_is_given_with_a_number_a_duty_and_an_entry(world, action):
    assert (action.number, action.state, action.given_by) == ("A-0001", "open", world.author)
    assert duties() == [("do", "reader", "")]
    assert Duty.objects.get().due_on == in_days(30)
    assert [entry.verb for entry in about(action)] == ["actions.given"]


def test_an_action_from_a_record_stands_in_the_history_of_that_record(world, given):
    document = world.draft().document
    action = given(origin=Named.of(document))
    assert (action.subject_model, action.subject_key) == ("documents.document", str(document.pk))
    assert about_key("documents.document", str(document.pk)).first().verb == "actions.given"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"title": " "}, "Say what is to be done"),
        ({"due_on": -1}, "This day has gone"),
        ({"verifier": "reader"}, "Reader Person owns this; somebody else verifies it"),
        ({"gate": Named("trail.entry", "1", "x")}, "cannot wait for such a record"),
    ],
)
def test_what_cannot_be_is_not_given(world, given, said, words):
    people = {name: getattr(world, who) for name, who in said.items() if isinstance(who, str) and hasattr(world, who)}
    said = {**said, **people, **({"due_on": in_days(said["due_on"])} if "due_on" in said else {})}
    with pytest.raises(RuleBroken, match=words):
        given(**said)
    assert (Action.objects.count(), Duty.objects.count()) == (0, 0)


def test_nobody_who_has_left_is_given_anything_and_a_reader_gives_nothing(world, given):
    deactivate_person(person_id=world.second.pk, by=world.it, reason="Left.")
    world.second.refresh_from_db()
    with pytest.raises(RuleBroken, match="Second Person has left"):
        given(owner=world.second)
    with pytest.raises(NotPermitted):
        given(by=world.reader)


def test_doing_needs_something_that_shows_it(world, action):
    with pytest.raises(RuleBroken, match="Say what shows that it is done"):
        done(action, words="  ")
    action.refresh_from_db()
    assert (action.state, action.done_at, duties()) == ("open", None, [("do", "reader", "")])


@pytest.mark.parametrize("shown", ["words", "files", "evidence"])
def test_words_or_a_file_or_a_record_show_that_it_is_done(world, action, shown):
    document = world.draft().document
    ways = {
        "words": "Seen.",
        "files": [services.Upload(store_bytes(b"photo"), "drawers.jpg", "image/jpeg")],
        "evidence": Named.of(document),
    }
    after_ = done(action, **{"words": "", shown: ways[shown]})
    told = (after_.done_words, after_.evidence_label, [each.name for each in attachments_of(after_)])
    expected = {"words": ("Seen.", "", []), "files": ("", "", ["drawers.jpg"]), "evidence": ("", str(document), [])}
    assert (after_.state, told) == ("done", expected[shown])


def test_the_owner_alone_says_that_it_is_done(world, action):
    for person in (world.author, world.colleague, world.quality):
        with pytest.raises(NotPermitted):
            done(action, by=person)


def test_what_is_done_is_verified_by_who_is_named_and_nobody_owes_anything_then(world, action):
    found = verified(done(action), world.colleague)
    assert (found.state, found.verified_by, found.done_by) == ("verified", world.colleague, world.reader)
    assert duties() == [("do", "reader", "done"), ("verify", "colleague", "done")]
    assert [entry.verb for entry in about(action)] == ["actions.verify", "actions.do", "actions.given"]


def test_where_nobody_is_named_quality_verifies_and_the_others_are_not_asked_any_more(world, given):
    second = world.person("quality2", Role.QUALITY_MANAGER)
    found = verified(done(given(verifier=None)), second)
    assert found.verified_by == second
    assert duties() == [("do", "reader", "done"), ("verify", "quality", "void"), ("verify", "quality2", "done")]


def test_quality_verifies_in_the_place_of_who_is_named_but_never_its_own(world, given):
    own = done(given(owner=world.quality))
    with pytest.raises(RuleBroken, match="You own this or did it yourself"):
        verified(own, world.quality)
    assert verified(done(given()), world.quality).state == "verified"


def test_an_exception_to_separation_lets_the_doer_verify_and_stays_with_the_action(world, given):
    world.person("quality2", Role.QUALITY_MANAGER)
    own = done(given(owner=world.quality, verifier=None))
    exception = grant(world, rule=SeparationRule.VERIFIER_IS_DOER, valid_until=timezone.now() + timedelta(days=30))
    assert verified(own, world.quality).exception == exception


def test_what_nobody_else_can_verify_is_not_done_before_a_verifier_is_named(world, given):
    own = given(owner=world.quality, verifier=None, by=world.quality)
    with pytest.raises(RuleBroken, match="Nobody else is there who verifies this"):
        done(own)
    later = {"new_due_on": in_days(40), "reason": "Late."}
    with pytest.raises(RuleBroken, match="Nobody else is there who answers this"):
        services.ask_extension(action_id=own.pk, by=world.quality, **later)
    said = {"title": own.title, "words": "", "gate": None, "site": None, "process": None}
    services.change(action_id=own.pk, **said, verifier=world.author, by=world.quality)
    assert done(own).state == "done"


def test_one_who_is_alone_is_asked_to_verify_under_an_exception(world, given):
    own = given(owner=world.quality, verifier=None, by=world.quality)
    grant(world, rule=SeparationRule.VERIFIER_IS_DOER, valid_until=timezone.now() + timedelta(days=30))
    done(own)
    assert duties()[-1] == ("verify", "quality", "")


@pytest.mark.both
def test_the_database_itself_refuses_a_verifier_who_is_the_owner(world, action):
    found = done(action)
    for changes in ({"verified_by": world.reader, "verified_at": timezone.now()}, {"verifier": world.reader}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Action.objects.filter(pk=found.pk).update(**changes)
    with pytest.raises(IntegrityError), transaction.atomic():
        Action.objects.filter(pk=found.pk).update(state="verified")


def test_the_verifier_sends_it_back_with_a_reason_and_it_is_owed_again(world, action):
    found = done(action)
    with pytest.raises(RuleBroken, match="reason"):
        services.send_back(action_id=found.pk, by=world.colleague, reason=" ")
    back = services.send_back(action_id=found.pk, by=world.colleague, reason="Drawer 4 is not labelled.")
    assert (back.state, back.done_at, back.done_by, back.done_words) == ("open", None, None, "")
    assert duties() == [("do", "reader", "done"), ("verify", "colleague", "done"), ("do", "reader", "")]
    assert verified(done(back), world.colleague).state == "verified"


def test_whoever_looked_at_another_state_is_told_and_nothing_is_done(world, action):
    done(action)
    with pytest.raises(Stale):
        services.send_back(action_id=action.pk, by=world.colleague, reason="No.", seen_state="verified")


def test_an_action_that_changes_a_document_is_done_once_its_new_revision_is_in_force(world, given):
    document = world.effective().document
    action = given(gate=Named.of(document))
    with pytest.raises(RuleBroken, match="No new revision of SOP-0001 is in force yet"):
        done(action)
    changed = world.next_revision(document)
    waits = given(gate=Named.of(changed))
    with pytest.raises(RuleBroken, match=r"Revision 2\.0 of SOP-0001 is not in force yet: Draft"):
        done(waits)
    world.released(changed)
    assert [done(each).state for each in (action, waits)] == ["done", "done"]


def test_what_waits_for_a_room_that_is_not_there_says_so():
    assert gate_problem("nowhere.record", "1", timezone.now()) == (
        "This waits for a record of a room that is not installed."
    )


def test_an_action_is_handed_over_and_what_was_owed_is_moved(world, action):
    with pytest.raises(RuleBroken, match="Reader Person owns this already"):
        services.hand_over(action_id=action.pk, to=world.reader, reason="Ill.", by=world.author)
    with pytest.raises(RuleBroken, match="somebody else verifies it"):
        services.hand_over(action_id=action.pk, to=world.colleague, reason="Ill.", by=world.author)
    with pytest.raises(NotPermitted):
        services.hand_over(action_id=action.pk, to=world.second, reason="Ill.", by=world.reader)
    found = services.hand_over(action_id=action.pk, to=world.second, reason="Ill.", by=world.author)
    assert (found.owner, duties()) == (world.second, [("do", "reader", "moved"), ("do", "second", "")])


def test_quality_gives_the_duty_to_another_and_the_action_goes_with_it(world, action):
    asked = Duty.objects.get()
    with pytest.raises(RuleBroken, match="Colleague Person verifies this"):
        move_duty(duty_id=asked.pk, to=world.colleague, reason="Left.", by=world.quality)
    move_duty(duty_id=asked.pk, to=world.second, reason="Left.", by=world.quality)
    action.refresh_from_db()
    assert action.owner == world.second
    done(action)
    asked = Duty.objects.get(kind="actions.verify")
    with pytest.raises(RuleBroken, match="owns this; somebody else verifies it"):
        move_duty(duty_id=asked.pk, to=world.second, reason="Away.", by=world.quality)
    move_duty(duty_id=asked.pk, to=world.approver, reason="Away.", by=world.quality)
    action.refresh_from_db()
    assert action.verifier == world.approver


def test_what_somebody_who_left_owed_stays_open_for_quality_to_give_on(world, action):
    deactivate_person(person_id=world.reader.pk, by=world.it, reason="Left.")
    assert duties() == [("do", "reader", "")]
    move_duty(duty_id=Duty.objects.get().pk, to=world.second, reason="Left.", by=world.quality)
    action.refresh_from_db()
    assert action.owner == world.second


def test_a_verifier_who_left_is_not_asked_but_quality_is(world, action):
    deactivate_person(person_id=world.colleague.pk, by=world.it, reason="Left.")
    done(action)
    assert duties()[-1] == ("verify", "quality", "")


def test_who_gave_it_or_manages_there_cancels_it_with_a_reason(world, given):
    for by in (world.author, world.quality, world.owner):
        action = given(process=world.process)
        found = services.cancel(action_id=action.pk, reason="Not needed.", by=by)
        assert (found.state, found.cancelled_by, found.cancel_reason) == ("cancelled", by, "Not needed.")
    with pytest.raises(NotPermitted):
        services.cancel(action_id=given().pk, reason="Not needed.", by=world.owner)
    assert {outcome for _kind, _who, outcome in duties()[:-1]} == {"void"}


def test_changing_says_what_changed_and_saying_the_same_writes_no_entry(world, action):
    same = {"title": action.title, "words": "", "verifier": world.colleague, "gate": None, "site": None}
    services.change(action_id=action.pk, **same, process=None, by=world.author)
    assert about(action).count() == 1
    found = services.change(action_id=action.pk, **{**same, "verifier": None}, process=world.process, by=world.author)
    assert (found.verifier, found.process) == (None, world.process)
    assert about(action).first().verb == "actions.change"
    with pytest.raises(RuleBroken, match="somebody else verifies it"):
        services.change(action_id=action.pk, **{**same, "verifier": world.reader}, process=None, by=world.author)


def test_the_rooms_above_hear_when_nothing_of_an_origin_is_left_to_do_or_to_verify(world, given):
    heard = []
    for name in ("actions.all_done", "actions.all_verified"):
        after.register(name, "test", lambda told: heard.append((told.verb, told.subject_model, told.subject_key)))
    try:
        first, second, third = (given(origin=Named("documents.document", "7", "SOP-0007")) for _turn in range(3))
        given()
        done(first)
        services.cancel(action_id=third.pk, reason="No.", by=world.author)
        verified(first, world.colleague)
        assert heard == []
        done(second)
        assert heard == [("actions.all_done", "documents.document", "7")]
        verified(second, world.colleague)
    finally:
        for name in ("actions.all_done", "actions.all_verified"):
            del after._handlers[name]
    assert heard[1:] == [("actions.all_verified", "documents.document", "7")]
