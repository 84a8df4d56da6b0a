"""The life of a revision, edge by edge (docs/lifecycles.md, rows D1-D12)."""

import pytest
from django.db import IntegrityError, transaction

from documents import services
from documents.models import Round, Seat
from documents.services.rounds import Place
from documents.states import REVISION, ApprovalMode, ChangeClass, RevisionFacts, State
from qms.core.errors import NotPermitted, RuleBroken, Stale
from qms.filing.services import comment
from qms.signatures.models import Signature, SigningProof
from qms.signatures.states import Meaning
from qms.trail.models import Entry

pytestmark = pytest.mark.django_db


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
    assert (revision.state, revision.rounds.get().outcome, world.owed(world.colleague)) == (
        "draft",
        "changes_wanted",
        [],
    )


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
    assert world.owed(world.second) == []


def test_ordered_steps_ask_one_after_the_other(world):
    world.profile.mode = ApprovalMode.ORDERED
    world.profile.save()
    world.profile.steps.create(position=1, name="Subject")
    world.profile.steps.create(position=2, name="Quality", role="quality_manager")
    revision = world.in_review()
    services.agree_in_review(revision_id=revision.pk, by=world.colleague)
    places = [Place(world.approver, 1), Place(world.quality, 2)]
    services.start_approval(revision_id=revision.pk, approvers=places, by=world.author)
    assert (world.owed(world.approver), world.owed(world.quality)) == (["documents.approve"], [])
    with pytest.raises(NotPermitted):
        world.approve(revision, world.quality)
    world.approve(revision)
    assert world.owed(world.quality) == ["documents.approve"]
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
    assert world.owed(world.approver) == []


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
    return world.reviewed(revision)


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
