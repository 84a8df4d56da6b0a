"""What a record offers: what can be done, by whom, first what is asked, with the reason for what cannot be done yet."""

import pytest
from django.urls import reverse

from documents import services
from documents.audience import Rule
from documents.queries import choosable
from documents.states import ChangeClass, ReviewOutcome
from qms.organization.states import Role
from qms.signatures.states import Meaning
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db


def act(revision, name) -> str:
    return reverse("documents:act", args=[revision.document_id, revision.pk, name])


def page(client, person, revision) -> tuple[str | None, list[tuple[str, str]]]:
    """The verb that comes first, and the others with what stands against each."""
    client.force_login(person)
    context = client.get(revision.get_absolute_url()).context
    others = [(offer.verb, offer.why) for offer in (context["counter"], *context["offers"]) if offer]
    return context["primary"] and context["primary"].verb, others


def reviewed(world, revision):
    services.review_periodically(
        revision_id=revision.pk,
        outcome=ReviewOutcome.NO_CHANGE,
        approvers=[world.approver],
        by=world.owner,
        proof=world.proof(world.owner, Meaning.REVIEW_CONFIRMED, revision.content.sha256),
        words="Walked through every step.",
    )


def test_whoever_confirms_a_periodic_review_is_offered_that_and_sees_what_was_found(client, world):
    revision = world.effective()
    reviewed(world, revision)
    assert page(client, world.approver, revision) == ("confirm_periodic_review", [("refuse_periodic_review", "")])
    told = dict(client.get(act(revision, "confirm-review")).context["sign"]["rows"])
    assert {str(key): value for key, value in told.items()} | {
        "Asked by": "Owner Person",
        "Outcome": "Still right, no change",
        "What was looked at": "Walked through every step.",
    } == {str(key): value for key, value in told.items()}


def test_whoever_agrees_to_a_retirement_is_offered_no_periodic_review(client, world):
    revision = world.effective()
    services.ask_retirement(revision_id=revision.pk, approvers=[world.approver], by=world.owner, reason="Not made now")
    assert page(client, world.approver, revision) == ("agree_retirement", [("refuse_retirement", "")])
    assert page(client, world.owner, revision) == (
        None,
        [
            ("ask_retirement", "A withdrawal or periodic review is going on already."),
            ("review_periodically", "A withdrawal or periodic review is going on already."),
        ],
    )


def test_approval_is_not_offered_first_before_the_reviews_are_in(client, world):
    revision = world.in_review()
    first, others = page(client, world.author, revision)
    assert (first, dict(others)["start_approval"]) == (None, "1 reviewer has not answered yet.")
    services.agree_in_review(revision_id=revision.pk, by=world.colleague)
    assert page(client, world.author, revision)[0] == "start_approval"


def test_a_draft_that_needs_review_is_submitted_and_one_that_does_not_goes_to_approval(client, world):
    draft = world.draft()
    first, others = page(client, world.author, draft)
    assert (first, dict(others)["start_approval_from_draft"]) == (
        "submit_for_review",
        "A change of this class goes through review first.",
    )
    empty = world.draft(text=" ")
    assert page(client, world.author, empty)[0] is None


def test_nobody_is_offered_who_would_be_refused(world):
    revision = world.effective()
    world.give(world.author, Role.APPROVER)
    world.give(world.owner, Role.APPROVER)
    assert world.author not in choosable.approvers(revision)
    assert world.owner not in choosable.agreers(revision, world.owner)
    assert {world.author, world.stranger, world.reader} & set(choosable.agreers(revision, world.owner)) == {
        world.author
    }


def test_a_refusal_stands_on_the_form_with_what_was_chosen(client, world):
    revision = world.in_review()
    client.force_login(world.author)
    answer = client.post(
        act(revision, "start-approval"), {"step_1": [world.approver.pk, world.second.pk], "effective_on": "2099-01-01"}
    )
    form = answer.context["form"]
    assert (answer.status_code, form.non_field_errors()) == (409, ["1 reviewer has not answered yet."])
    assert (form["step_1"].value(), form["effective_on"].value()) == (
        [str(world.approver.pk), str(world.second.pk)],
        "2099-01-01",
    )


def test_a_refused_signature_stands_in_the_dialog_with_its_words(client, world):
    revision = world.effective()
    reviewed(world, revision)
    client.force_login(world.owner)
    told = {
        "content_hash": revision.content.sha256,
        "password": PASSWORD,
        "outcome": "no_change",
        "words": "All of it",
        "approvers": [world.approver.pk],
    }
    answer = client.post(act(revision, "review-periodically"), told, headers={"HX-Target": "dialog"})
    form = answer.context["form"]
    assert (answer.status_code, form.non_field_errors(), form["words"].value()) == (
        409,
        ["A withdrawal or periodic review is going on already."],
        "All of it",
    )
    assert b"<html" not in answer.content


def test_who_confirms_is_asked_for_where_the_type_wants_somebody(client, world):
    revision = world.effective()
    client.force_login(world.owner)
    form = client.get(act(revision, "review-periodically")).context["form"]
    assert form.fields["approvers"].required
    told = {"content_hash": revision.content.sha256, "password": PASSWORD, "outcome": "no_change", "words": "All"}
    answer = client.post(act(revision, "review-periodically"), told)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["approvers"])


def test_guests_and_it_are_not_offered_as_owners_nor_what_is_withdrawn_as_a_parent(world):
    guest = world.person("guest", Role.EXTERNAL_AUDITOR)
    assert {guest, world.it, world.stranger, world.owner} & set(choosable.owners()) == {world.owner}
    kept, gone = world.effective(), world.draft(title="Given up")
    services.submit_for_review(revision_id=gone.pk, reviewers=[world.colleague], by=world.author)
    services.cancel_revision(revision_id=gone.pk, by=world.author, reason="Not needed")
    assert list(choosable.parents(world.quality)) == [kept.document]
    assert list(choosable.parents(world.quality, kept.document)) == []


def test_approving_warns_where_nobody_is_asked_to_read(client, world):
    revision = world.in_approval()
    client.force_login(world.approver)
    assert client.get(act(revision, "approve")).context["nobody_reads"]
    services.set_audience(document_id=revision.document_id, rules=[Rule("everybody")], by=world.author)
    assert not client.get(act(revision, "approve")).context["nobody_reads"]


def test_a_minor_change_starts_its_approval_from_the_draft(client, world):
    revision = world.next_revision(world.effective().document, ChangeClass.MINOR)
    client.force_login(world.author)
    answer = client.post(act(revision, "start-approval-from-draft"), {"step_1": [world.approver.pk]})
    revision.refresh_from_db()
    assert (answer.status_code, revision.state) == (302, "in_approval")


@pytest.mark.parametrize(
    ("made", "who", "pair"),
    [
        ("in_review", "colleague", ("agree_in_review", "want_changes")),
        ("in_approval", "approver", ("approve", "reject")),
    ],
)
def test_who_says_no_finds_the_way_as_easily_as_who_says_yes(client, world, made, who, pair):
    revision = getattr(world, made)()
    client.force_login(getattr(world, who))
    page = client.get(revision.get_absolute_url())
    assert (page.context["primary"].verb, page.context["counter"].verb) == pair
    assert pair[1] not in [each.verb for each in page.context["offers"]]


def test_what_holds_a_revision_up_is_said_beside_its_state(client, world):
    revision = world.in_review()
    services.comment_on(revision_id=revision.pk, by=world.colleague, text="Which limit?", blocking=True)
    services.agree_in_review(revision_id=revision.pk, by=world.colleague)
    client.force_login(world.author)
    page = client.get(revision.get_absolute_url())
    assert (page.context["primary"], page.context["held_up"].verb) == (None, "start_approval")
