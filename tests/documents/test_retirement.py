"""Retirement and the periodic review, which may lead to it (docs/lifecycles.md, rows D10, D11)."""

import json

import pytest

from documents import services
from documents.states import ApprovalMode, ReviewOutcome, State
from qms.core.errors import RuleBroken
from qms.filing.services import link
from qms.signatures.states import Meaning
from qms.trail.models import Entry

pytestmark = pytest.mark.django_db


def test_retirement_is_asked_agreed_and_withdraws_the_document(world):
    revision = world.effective()
    services.ask_retirement(revision_id=revision.pk, approvers=[world.approver], by=world.owner, reason="Not made now")
    assert world.owed(world.approver) == ["documents.agree_retirement"]
    proof = world.proof(world.approver, Meaning.RETIRED, revision.content.sha256)
    assert services.agree_retirement(revision_id=revision.pk, by=world.approver, proof=proof).state == State.OBSOLETE


def test_what_refers_to_a_document_and_stands_below_it_is_shown_and_accepted_before_it_is_retired(client, world):
    revision = world.effective()
    link(row=world.effective(title="Refers").document, kind="refers_to", to=revision.document, by=world.author)
    world.effective(title="Below", parent=revision.document)
    asked = {"revision_id": revision.pk, "approvers": [world.approver], "by": world.owner, "reason": "Not made now"}
    with pytest.raises(RuleBroken, match="2 records refer"):
        services.ask_retirement(**asked)
    client.force_login(world.owner)
    page = client.get(f"/documents/{revision.document_id}/revisions/{revision.pk}/ask-retirement/")
    assert page.context["form"].fields["references_accepted"].help_text == "SOP-0003, SOP-0002"
    services.ask_retirement(**asked, references_accepted=True)
    detail = json.loads(Entry.objects.get(verb="documents.ask_retirement").detail.text)
    assert detail["references"] == ["SOP-0003", "SOP-0002"]


def test_retirement_asks_for_no_acceptance_where_nothing_refers_to_the_document(client, world):
    revision = world.effective()
    client.force_login(world.owner)
    page = client.get(f"/documents/{revision.document_id}/revisions/{revision.pk}/ask-retirement/")
    assert "references_accepted" not in page.context["form"].fields


def test_retirement_is_refused_while_another_revision_is_open(world):
    revision = world.effective()
    world.next_revision(revision.document)
    with pytest.raises(RuleBroken, match="Another revision is open"):
        services.ask_retirement(
            revision_id=revision.pk, approvers=[world.approver], by=world.owner, reason="Not made now"
        )


def test_a_periodic_review_is_signed_confirmed_and_sets_the_next_date(world):
    revision = world.effective()
    proof = world.proof(world.owner, Meaning.REVIEW_CONFIRMED, revision.content.sha256)
    services.review_periodically(
        revision_id=revision.pk,
        outcome=ReviewOutcome.NO_CHANGE,
        approvers=[world.approver],
        by=world.owner,
        proof=proof,
        words="Read again, still right.",
    )
    proof = world.proof(world.approver, Meaning.REVIEW_CONFIRMED, revision.content.sha256)
    services.confirm_periodic_review(revision_id=revision.pk, by=world.approver, proof=proof)
    review = revision.document.periodic_reviews.get()
    revision.refresh_from_db()
    assert (review.outcome, revision.state) == ("no_change", "effective")
    assert review.next_review_on == revision.document.next_review_on


def test_whoever_asks_for_a_retirement_does_not_agree_to_it(world):
    revision = world.effective()
    with pytest.raises(RuleBroken, match="asks for this and cannot approve"):
        services.ask_retirement(revision_id=revision.pk, approvers=[world.owner], by=world.owner, reason="Not made")


def test_a_periodic_review_asks_as_many_as_the_profile_says_whatever_approval_needs(world):
    revision = world.effective()
    world.profile.mode, world.profile.needed = ApprovalMode.ORDERED, 2
    world.profile.save()
    proof = world.proof(world.owner, Meaning.REVIEW_CONFIRMED, revision.content.sha256)
    services.review_periodically(
        revision_id=revision.pk,
        outcome=ReviewOutcome.NO_CHANGE,
        approvers=[world.approver],
        by=world.owner,
        proof=proof,
        words="Read again, still right.",
    )
    assert world.owed(world.approver) == ["documents.confirm_periodic_review"]
