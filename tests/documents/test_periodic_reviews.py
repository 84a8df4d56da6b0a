"""A periodic review is owed once, and not again while its answer is awaited (D11)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from documents import services
from documents.queries import due_for_review
from documents.services.periodic import ask_owners
from documents.states import ReviewOutcome
from qms.duties.models import Duty
from qms.organization.queries import today
from qms.signatures.states import Meaning

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


def recorded(world, revision):
    services.review_periodically(
        revision_id=revision.pk,
        outcome=ReviewOutcome.NO_CHANGE,
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
