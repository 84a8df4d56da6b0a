"""Review: submitting a draft, agreeing, wanting changes (D2-D4)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from documents.models import Revision, Round
from documents.queries.seating import places_of, reviewer_problem
from documents.services.freezing import freeze
from documents.services.going_on import ask_to_start_approval, ask_to_take_up
from documents.services.moving import MovedRevision, revision_move
from documents.services.rounds import answer, ending, open_round
from documents.states import Decision, RoundKind, RoundOutcome
from qms.core.errors import RuleBroken
from qms.organization.models import User


def submit_for_review(
    *, revision_id: int, reviewers: Sequence[User], by: User, seen_state: str | None = None
) -> Revision:
    """Freeze a draft and ask people to review it (D2). Raises RuleBroken for an unmet guard or an unfit reviewer."""

    def effect(moved: MovedRevision) -> dict[str, Any]:
        _check_reviewers(moved.row, reviewers)
        made = open_round(moved.row, RoundKind.REVIEW, places_of(reviewers), by=by)
        return {"round": made.number, "people": [person.pk for person in reviewers]}

    return revision_move(
        revision_id,
        "submit_for_review",
        by=by,
        prepare=freeze,
        effect=effect,
        seen_state=seen_state,
        told=lambda _row, facts: replace(facts, reviewers=len(reviewers)),
    )


def agree_in_review(*, revision_id: int, by: User, words: str = "") -> Revision:
    """A reviewer has no objection (D4); remarks that do not block may go with it."""
    effect = answer(by, words, then=lambda current: ask_to_start_approval(current, by))
    return revision_move(revision_id, "agree_in_review", by=by, effect=effect, reason=words)


def want_changes(*, revision_id: int, by: User, reason: str) -> Revision:
    """A reviewer sends a revision back with words (D3); the round is closed and all open tasks are void."""
    effect = answer(by, reason, ends=RoundOutcome.CHANGES_WANTED, then=lambda current: ask_to_take_up(current, by))
    return revision_move(revision_id, "want_changes", by=by, effect=effect, reason=reason)


def withdraw_from_review(*, revision_id: int, by: User, reason: str = "") -> Revision:
    """The author takes a revision back to draft (D3). When every reviewer had said yes, the round counts as agreed."""
    return revision_move(revision_id, "withdraw_from_review", by=by, effect=ending(_withdrawn), reason=reason)


def _withdrawn(current: Round) -> RoundOutcome:
    agreed = all(seat.decision == Decision.YES for seat in current.seats.all())
    return RoundOutcome.AGREED if agreed else RoundOutcome.WITHDRAWN


def _check_reviewers(revision: Revision, reviewers: Sequence[User]) -> None:
    if len({person.pk for person in reviewers}) != len(reviewers):
        raise RuleBroken(_("The same person is chosen twice."))
    for person in reviewers:
        problem = reviewer_problem(revision, person)
        if problem:
            raise RuleBroken(problem, code="reviewer_unfit")
