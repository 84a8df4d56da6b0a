"""Periodic review of a document in force (D11)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from documents.models import Document, PeriodicReview, Revision, Round
from documents.queries import is_met
from documents.queries.seating import agreers_problem, places_of
from documents.services.following import follow_review
from documents.services.moving import MovedRevision, revision_move
from documents.services.release import REVIEW_DUTY
from documents.services.rounds import answer, close_round, open_round
from documents.states import ReviewOutcome, RevisionFacts, RoundKind, RoundOutcome
from qms.core.days import add_months
from qms.duties.models import Duty
from qms.duties.services import close_on, open_for
from qms.duties.states import Outcome
from qms.organization.models import User
from qms.organization.queries import today
from qms.signatures.models import SigningProof


def review_periodically(
    *,
    revision_id: int,
    outcome: ReviewOutcome,
    approvers: Sequence[User],
    by: User,
    proof: SigningProof | None,
    words: str,
) -> Revision:
    """The owner records what a periodic review found, signed; where the profile asks for an approver, they confirm.

    A change or a withdrawal that it asks for is owed by the owner from its conclusion on, beside the next review.
    """
    places = places_of(approvers)

    def told(row: Revision, facts: RevisionFacts) -> RevisionFacts:
        needed = row.document.type.profile.periodic_review_approvers
        return replace(facts, approvers_problem=agreers_problem(row, places, by=by, needed=needed))

    def effect(moved: MovedRevision) -> dict[str, Any]:
        made = open_round(
            moved.row,
            RoundKind.PERIODIC_REVIEW,
            places,
            by=by,
            words=words,
            proposed=outcome,
            signature=moved.signature,
        )
        close_on(moved.row.document, Outcome.DONE, kinds=[REVIEW_DUTY])
        if not places:
            _conclude(made)
        return {"round": made.number, "outcome": outcome.value}

    return revision_move(
        revision_id,
        "review_periodically",
        by=by,
        effect=effect,
        proof=proof,
        reason=words,
        told=told,
    )


def confirm_periodic_review(*, revision_id: int, by: User, proof: SigningProof | None, words: str = "") -> Revision:
    """Confirm a periodic review, signed; with the last confirmation it is concluded and the next date is set."""
    effect = answer(by, words, then=_confirmed)
    return revision_move(revision_id, "confirm_periodic_review", by=by, effect=effect, proof=proof, reason=words)


def refuse_periodic_review(*, revision_id: int, by: User, proof: SigningProof | None, reason: str) -> Revision:
    """Send a periodic review back to the owner with a reason, signed; it is owed again."""
    effect = answer(by, reason, ends=RoundOutcome.REJECTED, then=lambda current: ask_owner(current.revision, by=by))
    return revision_move(revision_id, "refuse_periodic_review", by=by, effect=effect, proof=proof, reason=reason)


def ask_owner(revision: Revision, *, by: User) -> None:
    """Open the owner's duty to review a document periodically, due on the document's review date."""
    document = revision.document
    open_for([document.owner_id], REVIEW_DUTY, document, due_on=document.next_review_on or today(), by=by)


@transaction.atomic
def ask_owners(documents: QuerySet[Document]) -> int:
    """Open the duty of every owner whose document comes up for review and who does not owe it yet."""
    near = sorted({document.pk for document in documents} - _asked())
    if not near:
        return 0
    held = Document.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=near).order_by("pk")
    found, asked = {document.pk for document in held}, _asked()
    new = list(documents.filter(pk__in=found - asked).order_by("pk"))
    for document in new:
        open_for([document.owner_id], REVIEW_DUTY, document, due_on=document.next_review_on)
    return len(new)


def _asked() -> set[int]:
    """Return the documents whose owner owes the review."""
    waiting = Duty.objects.filter(kind=REVIEW_DUTY, closed_at__isnull=True).values_list("subject_key", flat=True)
    return {int(key) for key in waiting}


def _confirmed(current: Round) -> dict[str, Any]:
    if is_met(current):
        _conclude(current)
    return {"outcome": current.proposed}


def _conclude(current: Round) -> None:
    close_round(current, RoundOutcome.AGREED)
    document = current.revision.document
    document.next_review_on = add_months(today(), document.review_months or document.type.review_months)
    document.save(update_fields=["next_review_on"])
    close_on(document, Outcome.DONE, kinds=[REVIEW_DUTY])
    PeriodicReview(
        document=document,
        revision=current.revision,
        round=current,
        outcome=current.proposed,
        words=current.words,
        reviewed_at=timezone.now(),
        next_review_on=document.next_review_on,
    ).save()
    follow_review(document, by=current.opened_by)
