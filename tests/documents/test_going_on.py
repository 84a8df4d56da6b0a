"""Between the rounds it is the author's turn, and the reminders know it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from documents import services
from documents.services.rounds import Place
from qms.duties.models import Duty
from qms.organization.queries import today
from qms.organization.services import deactivate_person
from qms.signatures.states import Meaning

pytestmark = pytest.mark.django_db


def test_the_author_is_asked_to_start_the_approval_once_all_reviewers_said_yes(world):
    revision = world.draft()
    reviewers = [world.colleague, world.quality]
    services.submit_for_review(revision_id=revision.pk, reviewers=reviewers, by=world.author)
    owed = []
    for person in reviewers:
        services.agree_in_review(revision_id=revision.pk, by=person)
        owed.append(world.owed(world.author))
    assert owed == [[], ["documents.start_approval"]]
    asked = Duty.objects.get(kind="documents.start_approval")
    assert ((asked.due_on - today()).days, asked.asked_by) == (7, world.quality)


def test_the_author_has_gone_on_when_the_approval_is_started(world):
    revision = world.in_review()
    world.reviewed(revision)
    assert world.owed(world.author) == []


def test_the_author_takes_up_what_a_reviewer_sent_back(world):
    revision = world.in_review()
    services.want_changes(revision_id=revision.pk, by=world.colleague, reason="The limit is wrong.")
    asked = world.owed(world.author)
    services.submit_for_review(revision_id=revision.pk, reviewers=[world.colleague], by=world.author)
    assert (asked, world.owed(world.author)) == (["documents.take_up"], [])


def test_the_author_takes_up_what_an_approver_refused(world):
    revision = world.in_approval()
    proof = world.proof(world.approver, Meaning.REJECTED, revision.content.sha256)
    services.reject(revision_id=revision.pk, by=world.approver, proof=proof, reason="Not yet.")
    asked = world.owed(world.author)
    services.cancel_revision(revision_id=revision.pk, by=world.author, reason="Not needed.")
    assert (asked, world.owed(world.author)) == (["documents.take_up"], [])


def test_the_owner_is_asked_where_the_author_has_left(world):
    revision = world.in_review()
    deactivate_person(person_id=world.author.pk, by=world.it)
    services.agree_in_review(revision_id=revision.pk, by=world.colleague)
    assert world.owed(world.owner) == ["documents.start_approval"]


def test_an_author_who_takes_it_back_is_asked_nothing(world):
    revision = world.in_review()
    services.agree_in_review(revision_id=revision.pk, by=world.colleague)
    services.withdraw_from_review(revision_id=revision.pk, by=world.author)
    assert world.owed(world.author) == []


def test_who_answers_what_was_taken_back_hears_so_and_keeps_the_words(client, world):
    revision = world.in_review()
    services.withdraw_from_review(revision_id=revision.pk, by=world.author)
    client.force_login(world.colleague)
    address = f"/documents/{revision.document_id}/revisions/{revision.pk}/agree/"
    answer = client.post(address, {"words": "Clause 4 reads well."})
    page = answer.content.decode()
    assert (answer.status_code, "You are not asked about this any more" in page, "Clause 4 reads well." in page) == (
        409,
        True,
        True,
    )
    client.force_login(world.stranger)
    assert client.post(address, {"words": "x"}).status_code == 404


@pytest.mark.parametrize(("planned", "due"), [(2, 2), (30, 5)])
def test_no_approval_is_due_after_the_day_on_which_the_revision_takes_effect(world, planned, due):
    revision = world.in_review()
    services.agree_in_review(revision_id=revision.pk, by=world.colleague)
    day = timezone.now() + timedelta(days=planned)
    services.start_approval(
        revision_id=revision.pk, approvers=[Place(world.approver)], by=world.author, effective_from=day
    )
    assert (Duty.objects.get(person=world.approver, closed_at=None).due_on - today()).days == due
