"""Coming into force: at once, on a date, early, or back to those who were asked (docs/lifecycles.md, rows D8, D9)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from documents import services
from documents.models import Revision
from documents.services.release import release_due
from documents.services.rounds import Place
from documents.states import ChangeClass, State
from documents.tasks import tick_release
from qms.core.errors import NotPermitted, RuleBroken
from qms.core.seams.after import Happening, after
from qms.duties.models import Duty
from qms.organization.queries import today
from qms.signatures.states import Meaning

BREAKS = "Cannot come into force"

pytestmark = pytest.mark.django_db


def break_some(happening: Happening) -> None:
    if Revision.objects.get(pk=happening.subject_key).title == BREAKS:
        raise RuleBroken("No room for this one.")


after.register("documents.take_effect", "tests", break_some)


def test_the_new_revision_supersedes_the_old_one_in_the_same_moment(world):
    first = world.effective()
    revision = world.next_revision(first.document, ChangeClass.MINOR)
    services.start_approval(revision_id=revision.pk, approvers=[Place(world.approver)], by=world.author)
    world.approve(revision)
    states = Revision.objects.filter(document=first.document).order_by("sequence").values_list("state", flat=True)
    assert list(states) == [State.SUPERSEDED, State.EFFECTIVE]


def test_a_future_date_takes_effect_by_itself(world):
    revision = world.in_review()
    services.agree_in_review(revision_id=revision.pk, by=world.colleague)
    later = timezone.now() + timedelta(days=3)
    services.start_approval(
        revision_id=revision.pk, approvers=[Place(world.approver)], by=world.author, effective_from=later
    )
    assert world.approve(revision).state == State.APPROVED
    assert release_due(timezone.now()) == 0
    Revision.objects.filter(pk=revision.pk).update(effective_from=timezone.now() - timedelta(minutes=1))
    assert release_due(timezone.now()) == 1
    revision.refresh_from_db()
    assert revision.state == State.EFFECTIVE


def test_quality_releases_early_signed_and_with_a_reason(world):
    revision = world.in_review()
    services.agree_in_review(revision_id=revision.pk, by=world.colleague)
    later = timezone.now() + timedelta(days=3)
    services.start_approval(
        revision_id=revision.pk, approvers=[Place(world.approver)], by=world.author, effective_from=later
    )
    approved = world.approve(revision)
    proof = world.proof(world.quality, Meaning.RELEASED, approved.content.sha256)
    with pytest.raises(NotPermitted):
        services.release_now(revision_id=revision.pk, by=world.approver, proof=None, reason="Now")
    released = services.release_now(revision_id=revision.pk, by=world.quality, proof=proof, reason="Customer audit")
    assert released.state == State.EFFECTIVE


def test_quality_returns_an_approved_revision_and_the_same_people_are_asked_again(world):
    revision = world.in_review()
    services.agree_in_review(revision_id=revision.pk, by=world.colleague)
    later = timezone.now() + timedelta(days=3)
    services.start_approval(
        revision_id=revision.pk, approvers=[Place(world.approver)], by=world.author, effective_from=later
    )
    approved = world.approve(revision)
    proof = world.proof(world.quality, Meaning.RETURNED, approved.content.sha256)
    services.return_to_approval(revision_id=revision.pk, by=world.quality, proof=proof, reason="New law")
    rounds = revision.rounds.filter(kind="approval").order_by("number").values_list("outcome", flat=True)
    assert (list(rounds), world.owed(world.approver)) == (["void", ""], ["documents.approve"])


def approved_for_later(world, title):
    """A revision that is approved and whose day has come a minute ago."""
    revision = world.in_review(title=title)
    services.agree_in_review(revision_id=revision.pk, by=world.colleague)
    day = timezone.now() + timedelta(days=3)
    services.start_approval(
        revision_id=revision.pk, approvers=[Place(world.approver)], by=world.author, effective_from=day
    )
    world.approve(revision)
    Revision.objects.filter(pk=revision.pk).update(effective_from=timezone.now() - timedelta(minutes=1))
    return revision


def test_one_that_cannot_take_effect_stops_neither_the_others_nor_the_periodic_reviews(world):
    near = world.effective().document
    near.next_review_on = today()
    near.save()
    broken, sound = approved_for_later(world, BREAKS), approved_for_later(world, "Sound")
    with pytest.raises(ExceptionGroup, match="No room for this one"):
        tick_release(timezone.now())
    states = [Revision.objects.get(pk=each.pk).state for each in (broken, sound)]
    assert states == [State.APPROVED, State.EFFECTIVE]
    owed = Duty.objects.filter(kind="documents.periodic_review", closed_at=None)
    assert list(owed.values_list("subject_key", flat=True)) == [str(near.pk)]
