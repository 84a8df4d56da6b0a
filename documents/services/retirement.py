"""Retirement: the owner asks, an approver agrees, the document is withdrawn (D10)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from documents.models import AudienceRule, ReadingDuty, Revision
from documents.queries import references
from documents.queries.reviewing import FOLLOW_DUTIES
from documents.queries.rounds import has_its_answers
from documents.queries.seating import agreers_problem, places_of
from documents.services.behind import behind
from documents.services.following import follow_review
from documents.services.moving import MovedRevision, revision_move
from documents.services.release import REVIEW_DUTY, end_of_force
from documents.services.rounds import answer, close_round, open_round, round_of
from documents.services.telling import end_telling
from documents.states import RevisionFacts, RoundKind, RoundOutcome
from qms.core.actors import SYSTEM
from qms.duties.models import Duty
from qms.duties.services import close, close_on
from qms.duties.states import Outcome
from qms.organization.models import User
from qms.signatures.models import SigningProof


def ask_retirement(
    *, revision_id: int, approvers: Sequence[User], by: User, reason: str, references_accepted: bool = False
) -> Revision:
    """Ask to withdraw a document. `references_accepted` says that what refers to it and what stands below it was shown
    and accepted; the entry names it.
    """
    places = places_of(approvers)

    def effect(moved: MovedRevision) -> dict[str, Any]:
        made = open_round(moved.row, RoundKind.RETIREMENT, places, by=by, words=reason)
        follow_review(moved.row.document, by=by)
        accepted = references(moved.row.document)
        return {"round": made.number, "people": [person.pk for person in approvers], "references": accepted}

    def told(row: Revision, facts: RevisionFacts) -> RevisionFacts:
        known = replace(facts, approvers_problem=agreers_problem(row, places, by=by, needed=1))
        return replace(known, references_open=0) if references_accepted else known

    return revision_move(revision_id, "ask_retirement", by=by, effect=effect, reason=reason, told=told)


@transaction.atomic
def agree_retirement(*, revision_id: int, by: User, proof: SigningProof | None, words: str = "") -> Revision:
    """Agree to a retirement, signed; when everybody asked has agreed, the document is obsolete."""
    effect = answer(by, words)
    revision = revision_move(revision_id, "agree_retirement", by=by, effect=effect, proof=proof, reason=words)
    if has_its_answers(revision):
        return revision_move(revision_id, "retire", by=SYSTEM, effect=_retired)
    return revision


def refuse_retirement(*, revision_id: int, by: User, proof: SigningProof | None, reason: str) -> Revision:
    """Refuse a retirement with a reason, signed; the document stays in force."""
    effect = answer(
        by, reason, ends=RoundOutcome.REJECTED, then=lambda current: follow_review(current.revision.document, by=by)
    )
    return revision_move(revision_id, "refuse_retirement", by=by, effect=effect, proof=proof, reason=reason)


def _retired(moved: MovedRevision) -> dict[str, Any]:
    revision = moved.row
    close_round(round_of(revision), RoundOutcome.AGREED)
    end_of_force(revision)
    document = revision.document
    document.next_review_on = None
    document.save(update_fields=["next_review_on"])
    close_on(document, Outcome.OBSOLETE, kinds=[REVIEW_DUTY, *FOLLOW_DUTIES])
    waiting = ReadingDuty.objects.filter(document=document, duty__closed_at__isnull=True).values("duty")
    end_telling(document, Outcome.OBSOLETE)
    cancelled = close(Duty.objects.filter(pk__in=waiting), Outcome.OBSOLETE)
    AudienceRule.objects.filter(document=document, valid_until__isnull=True).update(valid_until=timezone.now())
    behind("index", document, document=document.pk)
    return {"reading_duties_cancelled": cancelled}
