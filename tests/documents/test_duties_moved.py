"""Quality gives a duty of the documents room to somebody else: the room follows, or says why not and what to do."""

import pytest

from documents import services
from documents.audience import Rule
from documents.models import Objection, Seat
from documents.services.audience import recompute_document
from documents.states import ApprovalMode
from qms.core.errors import RuleBroken
from qms.duties.models import Duty
from qms.duties.services import move_duty
from qms.organization.states import Role

pytestmark = pytest.mark.django_db


def duty(kind):
    return Duty.objects.get(kind=f"documents.{kind}", closed_at=None)


def move(world, kind, to):
    return move_duty(duty_id=duty(kind).pk, to=to, reason="On leave.", by=world.quality)


def seats(revision):
    return list(
        Seat.objects.filter(round__revision=revision, round__closed_at=None)
        .order_by("step", "pk")
        .values_list("person__username", flat=True)
    )


def test_an_approval_goes_to_another_approver_with_its_seat(world):
    revision = world.in_approval()
    move(world, "approve", world.second)
    assert seats(revision) == ["second"]
    with pytest.raises(RuleBroken):
        world.approve(revision, by=world.approver)
    assert (world.approve(revision, by=world.second).state, Duty.objects.filter(closed_at=None).count()) == (
        "effective",
        0,
    )


def test_an_approval_does_not_go_to_the_author_nor_to_who_may_not_approve(world):
    revision = world.in_approval()
    world.give(world.author, Role.APPROVER)
    for person, words in ((world.author, "wrote"), (world.reader, "does not hold the right")):
        with pytest.raises(RuleBroken, match=words):
            move(world, "approve", person)
    assert (seats(revision), duty("approve").person) == (["approver"], world.approver)


def test_nobody_gets_a_second_seat_in_a_round(world):
    revision = world.in_approval(world.approver, world.second)
    world.approve(revision)
    with pytest.raises(RuleBroken, match="asked in this round already"):
        move(world, "approve", world.approver)


def test_a_step_keeps_the_role_it_asks_for(world):
    world.profile.mode = ApprovalMode.ORDERED
    world.profile.save()
    world.profile.steps.create(position=1, name="Top", role=Role.TOP_MANAGEMENT)
    world.give(world.top, Role.APPROVER)
    world.in_approval(world.top)
    with pytest.raises(RuleBroken, match="another role"):
        move(world, "approve", world.second)


def test_a_review_goes_to_another_reviewer_and_not_to_a_writer(world):
    revision = world.in_review()
    with pytest.raises(RuleBroken, match="wrote this"):
        move(world, "review", world.author)
    move(world, "review", world.approver)
    services.agree_in_review(revision_id=revision.pk, by=world.approver)
    assert seats(revision) == ["approver"]


def test_who_asks_for_a_retirement_does_not_agree_to_it(world):
    revision = world.effective()
    services.ask_retirement(revision_id=revision.pk, approvers=[world.approver], by=world.quality, reason="Old.")
    with pytest.raises(RuleBroken, match="cannot approve it"):
        move(world, "agree_retirement", world.quality)
    move(world, "agree_retirement", world.second)
    assert seats(revision) == ["second"]


def test_an_acknowledgement_is_nobody_elses_and_the_refusal_says_what_to_do(world):
    document = world.effective().document
    services.set_audience(document_id=document.pk, rules=[Rule("team", str(world.team.pk))], by=world.author)
    recompute_document(document_id=document.pk)
    with pytest.raises(RuleBroken, match="Excuse the person with a reason, or change who reads"):
        move(world, "acknowledge", world.colleague)
    assert (duty("acknowledge").person, duty("acknowledge").asked_by) == (world.reader, world.owner)


def test_a_difficulty_is_answered_by_the_owner_or_by_quality(world):
    document = world.effective().document
    services.set_audience(document_id=document.pk, rules=[Rule("team", str(world.team.pk))], by=world.author)
    recompute_document(document_id=document.pk)
    services.object_to(revision_id=document.revisions.get().pk, by=world.reader, text="Which oil?")
    with pytest.raises(RuleBroken, match="Make Colleague Person its owner instead"):
        move(world, "answer_objection", world.colleague)
    assert duty("answer_objection").asked_by == world.reader
    move(world, "answer_objection", world.quality)
    services.answer_objection(objection_id=Objection.objects.get().pk, by=world.quality, answer="Type 2.")
    assert Duty.objects.filter(kind="documents.answer_objection", closed_at=None).count() == 0


def test_my_work_says_who_asks_for_a_review_and_for_an_approval(world):
    revision = world.in_review()
    asked = [duty("review").asked_by]
    world.reviewed(revision)
    asked.append(duty("approve").asked_by)
    assert asked == [world.author, world.author]
