"""Approval: starting, signing, refusing, withdrawing, returning (D4-D7, D9)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from documents.models import Revision, Round
from documents.queries import is_met
from documents.queries.rounds import has_its_answers
from documents.queries.seating import Place, approvers_problem
from documents.services.drafting import label_after
from documents.services.freezing import freeze
from documents.services.going_on import ask_to_take_up
from documents.services.moving import MovedRevision, revision_move
from documents.services.release import after_approval
from documents.services.rounds import answer, close_round, ending, open_duties, open_round
from documents.states import (
    CLASS_ORDER,
    ApprovalMode,
    ChangeClass,
    RoundKind,
    RoundOutcome,
    State,
)
from qms.core.actors import SYSTEM
from qms.core.errors import RuleBroken
from qms.organization.models import User
from qms.signatures.models import SigningProof


@transaction.atomic
def start_approval(
    *,
    revision_id: int,
    approvers: Sequence[Place],
    by: User,
    effective_from: datetime | None = None,
    seen_state: str | None = None,
) -> Revision:
    """Ask people to approve: after a review (D4), or straight from a draft where the profile lets it (D5).

    Raises RuleBroken for what a guard says: open comments, reviewers who did not answer, approvers who do not fit.
    """
    state = Revision.objects.values_list("state", flat=True).get(pk=revision_id)
    from_draft = state != State.IN_REVIEW

    def effect(moved: MovedRevision) -> dict[str, Any]:
        _close_review(moved.row)
        profile = moved.row.document.type.profile
        moved.row.effective_from = effective_from
        moved.row.save(update_fields=["effective_from"])
        one_is_enough = moved.row.change_class == ChangeClass.ADMINISTRATIVE
        mode = ApprovalMode.ALL if one_is_enough else ApprovalMode(profile.mode)
        needed = 1 if one_is_enough else profile.needed
        made = open_round(moved.row, RoundKind.APPROVAL, approvers, by=by, mode=mode, needed=needed)
        return {"round": made.number, "people": [place.person.pk for place in approvers]}

    return revision_move(
        revision_id,
        "start_approval_from_draft" if from_draft else "start_approval",
        by=by,
        prepare=freeze if from_draft else None,
        effect=effect,
        seen_state=seen_state,
        told=lambda row, facts: replace(
            facts, approvers_problem=approvers_problem(row, approvers, row.document.type.profile)
        ),
    )


@transaction.atomic
def approve(
    *,
    revision_id: int,
    by: User,
    proof: SigningProof | None,
    words: str = "",
    raise_to: ChangeClass | None = None,
) -> Revision:
    """Sign an approval (D7). The last signature the profile asks for completes it; a date in the past releases it.

    An approver may change the class of the change, which re-labels the revision; lowering it needs `words` that say
    why. Raises RuleBroken for an answer that is not awaited, a proof that does not fit, a right lost since, an
    exception that has ended, a class that cannot be had.
    """

    def go_on(current: Round) -> dict[str, str]:
        changed = _change_class(current.revision, raise_to, words)
        if not is_met(current):
            open_duties(current)
        return changed

    effect = answer(by, words, then=go_on)
    revision = revision_move(revision_id, "approve", by=by, effect=effect, proof=proof, reason=words)
    return _complete(revision) if has_its_answers(revision) else revision


def reject(*, revision_id: int, by: User, proof: SigningProof | None, reason: str) -> Revision:
    """Refuse approval with a reason, signed (D6): back to draft, every approval of the round void but kept."""

    effect = answer(by, reason, ends=RoundOutcome.REJECTED, then=lambda current: ask_to_take_up(current, by))
    return revision_move(revision_id, "reject", by=by, effect=effect, proof=proof, reason=reason)


def withdraw_from_approval(*, revision_id: int, by: User, reason: str) -> Revision:
    """The author takes a revision back from approval with a reason (D4b); approvals given are void."""

    effect = ending(lambda _current: RoundOutcome.WITHDRAWN)
    return revision_move(revision_id, "withdraw_from_approval", by=by, effect=effect, reason=reason)


def return_to_approval(*, revision_id: int, by: User, proof: SigningProof | None, reason: str) -> Revision:
    """Quality sends an approved revision back before it takes effect, signed (D9); a new round asks the same people."""

    def effect(moved: MovedRevision) -> dict[str, Any]:
        last = moved.row.rounds.filter(kind=RoundKind.APPROVAL).order_by("-number").first()
        assert last is not None
        last.outcome = RoundOutcome.VOID
        last.save(update_fields=["outcome"])
        places = [Place(seat.person, seat.step) for seat in last.seats.select_related("person").order_by("step", "pk")]
        made = open_round(
            moved.row, RoundKind.APPROVAL, places, by=by, mode=ApprovalMode(last.mode), needed=last.needed, words=reason
        )
        return {"round": made.number}

    return revision_move(revision_id, "return_to_approval", by=by, effect=effect, proof=proof, reason=reason)


def _complete(revision: Revision) -> Revision:
    effect = ending(lambda _current: RoundOutcome.AGREED)
    completed = revision_move(revision.pk, "complete_approval", by=SYSTEM, effect=effect)
    return after_approval(completed)


def _close_review(revision: Revision) -> None:
    current = revision.rounds.filter(kind=RoundKind.REVIEW, closed_at__isnull=True).first()
    if current is not None:
        close_round(current, RoundOutcome.AGREED)


def _change_class(revision: Revision, wanted: ChangeClass | None, words: str) -> dict[str, str]:
    before = ChangeClass(revision.change_class)
    if wanted is None or wanted is before:
        return {}
    if CLASS_ORDER.index(wanted) < CLASS_ORDER.index(before):
        _check_lowering(revision, words)
    elif before is ChangeClass.ADMINISTRATIVE:
        raise RuleBroken(
            _("An administrative change went the short way. Refuse it; the author starts it again as a larger one."),
            code="class_needs_route",
        )
    revision.change_class = wanted
    if revision.base is not None:
        revision.label = label_after(revision.document, revision.base.label, wanted)
    revision.save(update_fields=["change_class", "label"])
    return {"class_before": before.value, "class_after": wanted.value, "label": revision.label}


def _check_lowering(revision: Revision, words: str) -> None:
    if revision.base is None:
        raise RuleBroken(
            _("A first revision is new to everybody; its kind of change is not lowered."), code="class_lowered"
        )
    if not words.strip():
        raise RuleBroken(_("Say in the remarks why the kind of change is lowered."), code="reason_missing")
