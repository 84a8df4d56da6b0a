"""A periodic review is owed once, and not again while its answer is awaited (D11)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from documents import services
from documents.queries import due_for_review
from documents.services.periodic import ask_owners
from documents.states import ReviewOutcome
from documents.work import KINDS
from qms.duties.models import Duty
from qms.organization.queries import today
from qms.signatures.states import Meaning
from tests.api.conftest import Program

pytestmark = pytest.mark.django_db


def owed(kind) -> list[str]:
    return list(Duty.objects.filter(kind=kind, closed_at=None).values_list("person__username", flat=True))


@pytest.fixture
def overdue(world):
    """A procedure in force whose review is eleven days late and owed by its owner."""
    revision = world.effective()
    revision.document.next_review_on = today() - timedelta(days=11)
    revision.document.save()
    ask_owners(due_for_review())
    return revision


def recorded(world, revision, outcome=ReviewOutcome.NO_CHANGE):
    services.review_periodically(
        revision_id=revision.pk,
        outcome=outcome,
        approvers=[world.approver],
        by=world.owner,
        proof=world.proof(world.owner, Meaning.REVIEW_CONFIRMED, revision.content.sha256),
        words="Read again, still right.",
    )


def test_a_recorded_review_is_not_owed_again_while_it_waits_for_its_confirmer(world, overdue):
    assert owed("documents.periodic_review") == ["owner"]
    recorded(world, overdue)
    ask_owners(due_for_review())
    assert owed("documents.periodic_review") == []
    assert owed("documents.confirm_periodic_review") == ["approver"]


def test_a_confirmed_review_leaves_nothing_owed(world, overdue):
    recorded(world, overdue)
    Duty.objects.create(
        person=world.owner,
        kind="documents.periodic_review",
        subject_model="documents.document",
        subject_key=str(overdue.document_id),
        opened_at=timezone.now(),
    )
    proof = world.proof(world.approver, Meaning.REVIEW_CONFIRMED, overdue.content.sha256)
    services.confirm_periodic_review(revision_id=overdue.pk, by=world.approver, proof=proof)
    ask_owners(due_for_review())
    assert (owed("documents.periodic_review"), owed("documents.confirm_periodic_review")) == ([], [])


def test_a_review_that_was_sent_back_is_owed_again(world, overdue):
    recorded(world, overdue)
    proof = world.proof(world.approver, Meaning.REJECTED, overdue.content.sha256)
    services.refuse_periodic_review(revision_id=overdue.pk, by=world.approver, proof=proof, reason="Page 3 is old.")
    assert owed("documents.periodic_review") == ["owner"]


def concluded(world, revision, outcome):
    """The owner records an outcome and the approver confirms it."""
    recorded(world, revision, outcome)
    proof = world.proof(world.approver, Meaning.REVIEW_CONFIRMED, revision.content.sha256)
    return services.confirm_periodic_review(revision_id=revision.pk, by=world.approver, proof=proof)


def asked(document):
    found = Duty.objects.filter(subject_model="documents.document", subject_key=str(document.pk), closed_at=None)
    return list(found.values_list("kind", "person__username", "due_on"))


def in_30_days():
    return today() + timedelta(days=30)


@pytest.mark.parametrize("outcome", [ReviewOutcome.MINOR, ReviewOutcome.MAJOR])
def test_a_change_that_a_review_asks_for_is_owed_by_the_owner_until_the_revision_is_started(world, overdue, outcome):
    concluded(world, overdue, outcome)
    document = overdue.document
    assert asked(document) == [("documents.start_revision", "owner", in_30_days())]
    draft = world.next_revision(document)
    assert asked(document) == []
    services.discard_draft(revision_id=draft.pk, by=world.author)
    assert asked(document) == [("documents.start_revision", "owner", in_30_days())]


def test_a_withdrawal_that_a_review_asks_for_is_owed_until_it_is_proposed_and_again_when_it_is_refused(world, overdue):
    concluded(world, overdue, ReviewOutcome.RETIRE)
    document, owes = overdue.document, [("documents.propose_withdrawal", "owner", in_30_days())]
    assert asked(document) == owes
    services.ask_retirement(revision_id=overdue.pk, approvers=[world.approver], by=world.owner, reason="Not used.")
    assert asked(document) == []
    proof = world.proof(world.approver, Meaning.REJECTED, overdue.content.sha256)
    services.refuse_retirement(revision_id=overdue.pk, by=world.approver, proof=proof, reason="It is used.")
    assert asked(document) == owes
    concluded(world, overdue, ReviewOutcome.NO_CHANGE)
    assert asked(document) == []


def test_what_a_review_asks_for_goes_to_the_new_owner_and_ends_when_another_revision_is_in_force(world, overdue):
    concluded(world, overdue, ReviewOutcome.RETIRE)
    document = overdue.document
    services.change_document(document_id=document.pk, by=world.quality, owner=world.author)
    assert asked(document) == [("documents.propose_withdrawal", "author", in_30_days())]
    revision = services.submit_for_review(
        revision_id=world.next_revision(document).pk, reviewers=[world.colleague], by=world.author
    )
    world.reviewed(revision)
    world.approve(revision)
    assert asked(document) == []


def test_the_outcome_of_a_review_stands_on_approvals_history_record_and_api(client, world, overdue):
    concluded(world, overdue, ReviewOutcome.MAJOR)
    client.force_login(world.quality)
    document, told = overdue.document, "Needs a major change"
    rounds = client.get(f"/documents/{document.pk}/revisions/{overdue.pk}/approvals/").context["rounds"]
    assert [each["proposed"] for each in rounds if each["proposed"]] == [told]
    texts = [each["text"] for each in client.get(f"/documents/{document.pk}/history/").context["entries"]]
    assert [text for text in texts if told in text] == [
        f"Approver Person confirmed the periodic review: {told}",
        f"Owner Person recorded the periodic review and signed: {told}",
    ]
    facts = {str(name): str(value) for name, value in client.get(f"/documents/{document.pk}/").context["facts"]}
    assert facts["Last periodic review"].startswith(told)
    [answered] = Program(world.quality).get(f"documents/{document.pk}/reviews/").json()
    assert (answered["outcome"], answered["words"], answered["revision"]) == (
        "major",
        "Read again, still right.",
        overdue.pk,
    )


def test_a_recorded_review_says_in_the_register_who_confirms_it_and_a_confirmed_one_what_it_asks_for(
    client, world, overdue
):
    client.force_login(world.quality)
    recorded(world, overdue, ReviewOutcome.MAJOR)
    [row] = client.get("/documents/").context["rows"]
    assert row.review == "recorded, waits for confirmation by Approver Person"
    proof = world.proof(world.approver, Meaning.REVIEW_CONFIRMED, overdue.content.sha256)
    services.confirm_periodic_review(revision_id=overdue.pk, by=world.approver, proof=proof)
    [row] = client.get("/documents/").context["rows"]
    assert row.review == "the review asks for a change"


def test_the_work_of_a_review_leads_to_where_it_is_done(world, overdue):
    key = str(overdue.document_id)
    address = KINDS["periodic_review"].describe([key])[key].url
    assert address == f"/documents/{key}/revisions/{overdue.pk}/review-periodically/"
    assert KINDS["start_revision"].describe([key])[key].url == f"/documents/{key}/revise/"
    withdraw = KINDS["propose_withdrawal"].describe([key])[key].url
    assert withdraw == f"/documents/{key}/revisions/{overdue.pk}/ask-retirement/"


def test_a_review_is_not_given_to_somebody_who_may_not_read_there(world, overdue):
    may_take = KINDS["periodic_review"].may_take
    told = may_take(str(overdue.document_id), world.owner.pk, world.it.pk)
    assert told == "It Person may not read this document. Choose somebody who may."
    told = may_take(str(overdue.document_id), world.owner.pk, world.reader.pk)
    assert told.endswith("Make Reader Person its owner instead.")
