"""The life of a revision, edge by edge (docs/lifecycles.md, rows D1-D12)."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from documents import services
from documents.models import Revision, Round, Seat
from documents.services.release import release_due
from documents.services.rounds import Place
from documents.states import REVISION, ApprovalMode, ChangeClass, ReviewOutcome, RevisionFacts, State
from qms.core.errors import NotPermitted, RuleBroken, Stale
from qms.duties.models import Duty
from qms.filing.services import comment, link
from qms.signatures.models import Signature, SigningProof
from qms.signatures.states import Meaning
from qms.trail.models import Entry

pytestmark = pytest.mark.django_db


def owed(person) -> list[str]:
    return list(Duty.objects.filter(person=person, closed_at=None).order_by("pk").values_list("kind", flat=True))


def test_every_state_is_reached_and_every_edge_stays_in_the_table():
    states = {state.value for state in State}
    reached = {edge.to for edge in REVISION.edges.values()} | {State.DRAFT, State.MIGRATED}
    assert reached == states
    assert {source for edge in REVISION.edges.values() for source in edge.sources} <= states


def test_a_document_gets_its_number_and_a_draft_with_the_first_label(world):
    revision = world.draft()
    assert (revision.document.number, revision.label, revision.state) == ("SOP-0001", "1.0", State.DRAFT)


def test_numbers_go_on_from_the_sequence_and_never_from_a_count(world):
    first = world.draft()
    services.discard_draft(revision_id=first.pk, by=world.author)
    assert world.draft().document.number == "SOP-0002"


def test_a_stranger_may_not_write_documents(world):
    with pytest.raises(NotPermitted):
        services.create_document(type_=world.procedure, title="Anything", by=world.stranger)


def test_a_procedure_goes_from_draft_to_effective(world):
    revision = world.effective()
    assert revision.state == State.EFFECTIVE
    assert list(Signature.objects.values_list("person__username", "meaning", "content_hash")) == [
        ("approver", "approved", revision.content.sha256)
    ]
    verbs = Entry.objects.filter(verb__startswith="documents.").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == [
        "documents.created",
        "documents.draft_started",
        "documents.submit_for_review",
        "documents.agree_in_review",
        "documents.start_approval",
        "documents.approve",
        "documents.complete_approval",
        "documents.take_effect",
    ]


def test_submitting_without_a_reviewer_is_refused_and_changes_nothing(world):
    revision = world.draft()
    with pytest.raises(RuleBroken, match="Choose at least 1 reviewer"):
        services.submit_for_review(revision_id=revision.pk, reviewers=[], by=world.author)
    revision.refresh_from_db()
    assert (revision.state, revision.content, Round.objects.count()) == (State.DRAFT, None, 0)


def test_an_empty_text_is_not_submitted(world):
    revision = world.draft(text="  ")
    with pytest.raises(RuleBroken, match="no text and no file"):
        services.submit_for_review(revision_id=revision.pk, reviewers=[world.colleague], by=world.author)


def test_a_reviewer_wants_changes_with_words_and_the_round_is_closed(world):
    revision = world.in_review()
    with pytest.raises(RuleBroken, match="reason"):
        services.want_changes(revision_id=revision.pk, by=world.colleague, reason=" ")
    services.want_changes(revision_id=revision.pk, by=world.colleague, reason="Step 3 is missing.")
    revision.refresh_from_db()
    assert (revision.state, revision.rounds.get().outcome, owed(world.colleague)) == ("draft", "changes_wanted", [])


def test_approval_does_not_start_before_every_reviewer_answered(world):
    revision = world.in_review()
    with pytest.raises(RuleBroken, match="1 reviewer has not answered"):
        services.start_approval(revision_id=revision.pk, approvers=[Place(world.approver)], by=world.author)


def test_a_blocking_comment_holds_approval_back(world):
    revision = world.in_review()
    services.agree_in_review(revision_id=revision.pk, by=world.colleague)
    comment(row=revision, text="Which tolerance?", by=world.colleague, blocking=True)
    with pytest.raises(RuleBroken, match="1 comment must be resolved"):
        services.start_approval(revision_id=revision.pk, approvers=[Place(world.approver)], by=world.author)


def test_the_author_cannot_be_the_approver(world):
    revision = world.in_review()
    world.give(world.author, "approver")
    services.agree_in_review(revision_id=revision.pk, by=world.colleague)
    with pytest.raises(RuleBroken, match="wrote or asks for this and cannot approve"):
        services.start_approval(revision_id=revision.pk, approvers=[Place(world.author)], by=world.author)


def test_the_database_itself_refuses_an_approver_who_is_the_author(world):
    revision = world.in_approval()
    current = revision.rounds.get(kind="approval")
    with pytest.raises(IntegrityError), transaction.atomic():
        Seat.objects.create(round=current, person=world.author, author=world.author, step=2)


def test_approving_needs_a_proof_for_exactly_this_content(world):
    revision = world.in_approval()
    wrong = world.proof(world.approver, Meaning.APPROVED, "0" * 64)
    with pytest.raises(RuleBroken, match="changed since you read it"):
        services.approve(revision_id=revision.pk, by=world.approver, proof=wrong)
    assert SigningProof.objects.get(pk=wrong.pk).used_at is None


def test_a_proof_signs_once(world):
    first, second = world.in_approval(world.approver, world.second), world.in_approval(title="Another")
    proof = world.proof(world.approver, Meaning.APPROVED, first.content.sha256)
    services.approve(revision_id=first.pk, by=world.approver, proof=proof)
    with pytest.raises(RuleBroken):
        services.approve(revision_id=second.pk, by=world.approver, proof=proof)


def test_the_same_approver_cannot_answer_twice(world):
    revision = world.in_approval(world.approver, world.second)
    world.approve(revision)
    with pytest.raises(NotPermitted):
        world.approve(revision)


def test_all_approvers_must_sign_before_it_is_complete(world):
    revision = world.in_approval(world.approver, world.second)
    assert world.approve(revision).state == State.IN_APPROVAL
    assert world.approve(revision, world.second).state == State.EFFECTIVE


def test_n_of_the_approvers_are_enough_and_the_others_are_no_longer_asked(world):
    world.profile.mode, world.profile.needed = ApprovalMode.N_OF, 1
    world.profile.save()
    revision = world.in_approval(world.approver, world.second)
    assert world.approve(revision).state == State.EFFECTIVE
    assert owed(world.second) == []


def test_ordered_steps_ask_one_after_the_other(world):
    world.profile.mode = ApprovalMode.ORDERED
    world.profile.save()
    world.profile.steps.create(position=1, name="Subject")
    world.profile.steps.create(position=2, name="Quality", role="quality_manager")
    revision = world.in_review()
    services.agree_in_review(revision_id=revision.pk, by=world.colleague)
    places = [Place(world.approver, 1), Place(world.quality, 2)]
    services.start_approval(revision_id=revision.pk, approvers=places, by=world.author)
    assert (owed(world.approver), owed(world.quality)) == (["documents.approve"], [])
    with pytest.raises(NotPermitted):
        world.approve(revision, world.quality)
    world.approve(revision)
    assert owed(world.quality) == ["documents.approve"]
    assert world.approve(revision, world.quality).state == State.EFFECTIVE


def test_a_refused_approval_goes_back_to_draft_and_voids_what_was_given(world):
    revision = world.in_approval(world.approver, world.second)
    world.approve(revision)
    proof = world.proof(world.second, Meaning.REJECTED, revision.content.sha256)
    services.reject(revision_id=revision.pk, by=world.second, proof=proof, reason="The limits are wrong.")
    revision.refresh_from_db()
    current = revision.rounds.get(kind="approval")
    assert (revision.state, current.outcome) == ("draft", "rejected")
    assert [seat.decision for seat in current.seats.order_by("pk")] == ["yes", "no"]


def test_the_author_withdraws_from_approval_with_a_reason(world):
    revision = world.in_approval()
    with pytest.raises(RuleBroken, match="reason"):
        services.withdraw_from_approval(revision_id=revision.pk, by=world.author, reason="")
    services.withdraw_from_approval(revision_id=revision.pk, by=world.author, reason="A table is missing.")
    assert owed(world.approver) == []


def test_a_minor_change_needs_no_review(world):
    document = world.effective().document
    revision = world.next_revision(document, ChangeClass.MINOR)
    started = services.start_approval(revision_id=revision.pk, approvers=[Place(world.approver)], by=world.author)
    assert (started.state, started.label) == (State.IN_APPROVAL, "1.1")


def test_a_major_change_does_not_skip_review(world):
    document = world.effective().document
    revision = world.next_revision(document, ChangeClass.MAJOR)
    with pytest.raises(RuleBroken, match="goes through review first"):
        services.start_approval(revision_id=revision.pk, approvers=[Place(world.approver)], by=world.author)


def test_after_a_review_that_agreed_the_author_may_edit_and_start_approval(world):
    revision = world.in_review()
    services.agree_in_review(revision_id=revision.pk, by=world.colleague, words="Two commas.")
    services.withdraw_from_review(revision_id=revision.pk, by=world.author)
    services.write_markdown(revision_id=revision.pk, text="# Purpose\n\nBetter.\n", version=1, by=world.author)
    started = services.start_approval(revision_id=revision.pk, approvers=[Place(world.approver)], by=world.author)
    assert (started.state, started.contents.count()) == (State.IN_APPROVAL, 2)


def test_an_approver_raises_the_class_and_the_label_follows(world):
    document = world.effective().document
    revision = world.next_revision(document, ChangeClass.MINOR)
    services.start_approval(revision_id=revision.pk, approvers=[Place(world.approver)], by=world.author)
    released = world.approve(revision, raise_to=ChangeClass.MAJOR)
    assert (released.label, released.change_class) == ("2.0", "major")


def reviewed(world, change_class):
    """A second revision of a document that waits for its approver."""
    revision = world.next_revision(world.effective().document, change_class)
    services.submit_for_review(revision_id=revision.pk, reviewers=[world.colleague], by=world.author)
    services.agree_in_review(revision_id=revision.pk, by=world.colleague)
    return services.start_approval(revision_id=revision.pk, approvers=[Place(world.approver)], by=world.author)


def test_an_approver_lowers_the_class_only_with_a_reason(world):
    revision = reviewed(world, ChangeClass.MAJOR)
    with pytest.raises(RuleBroken, match="why the kind of change is lowered"):
        world.approve(revision, raise_to=ChangeClass.MINOR, words=" ")
    released = world.approve(revision, raise_to=ChangeClass.MINOR, words="Only the oil's name has changed.")
    assert (released.state, released.label, released.change_class) == ("effective", "1.1", "minor")


def test_the_class_of_a_first_revision_is_not_lowered(world):
    revision = world.in_approval()
    with pytest.raises(RuleBroken, match="new to everybody"):
        world.approve(revision, raise_to=ChangeClass.MINOR, words="Nobody needs to read it.")
    assert Signature.objects.count() == 0


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
    assert (list(rounds), owed(world.approver)) == (["void", ""], ["documents.approve"])


def test_a_cancelled_revision_makes_room_for_another(world):
    document = world.effective().document
    revision = world.next_revision(document)
    services.cancel_revision(revision_id=revision.pk, by=world.author, reason="No longer wanted")
    assert world.next_revision(document).sequence == 3


def test_only_one_revision_is_open(world):
    document = world.effective().document
    world.next_revision(document)
    with pytest.raises(RuleBroken, match="open already"):
        world.next_revision(document)


def test_retirement_is_asked_agreed_and_withdraws_the_document(world):
    revision = world.effective()
    services.ask_retirement(revision_id=revision.pk, approvers=[world.approver], by=world.owner, reason="Not made now")
    assert owed(world.approver) == ["documents.agree_retirement"]
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
    assert owed(world.approver) == ["documents.confirm_periodic_review"]


def test_an_administrative_change_needs_one_approver_whatever_the_profile_asks(world):
    document = world.effective().document
    world.profile.mode, world.profile.needed = ApprovalMode.N_OF, 2
    world.profile.save()
    revision = world.next_revision(document, ChangeClass.ADMINISTRATIVE)
    services.start_approval(revision_id=revision.pk, approvers=[Place(world.approver)], by=world.author)
    assert world.approve(revision).state == State.EFFECTIVE


def test_two_writers_do_not_overwrite_each_other(world):
    revision = world.draft()
    with pytest.raises(Stale):
        services.write_markdown(revision_id=revision.pk, text="Mine", version=0, by=world.author)


def test_somebody_else_cannot_write_while_the_lock_holds(world):
    revision = world.draft()
    services.change_draft(revision_id=revision.pk, by=world.author, co_authors=[world.colleague])
    with pytest.raises(RuleBroken, match="is writing in this draft"):
        services.write_markdown(revision_id=revision.pk, text="Mine", version=1, by=world.colleague)


@pytest.mark.parametrize("verb", [edge.verb for edge in REVISION.edges.values() if edge.who])
@pytest.mark.parametrize("state", list(State))
def test_a_stranger_goes_no_edge_from_any_state(verb, state):
    edge = REVISION.edge(verb)
    with pytest.raises(RuleBroken) as refusal:
        REVISION.check(verb, state, RevisionFacts(standing=frozenset()), reason="because")
    assert refusal.value.code == ("not_permitted" if state in edge.sources else "wrong_state")
