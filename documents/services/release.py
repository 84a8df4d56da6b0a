"""Release: taking effect by date, by Quality now, and what a release brings about (D8)."""

import logging
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from documents.models import Document, Revision
from documents.queries import revision_facts, scope_of
from documents.rights import Can
from documents.services.behind import behind
from documents.services.following import follow_review
from documents.services.moving import MovedRevision, revision_move
from documents.states import REVISION, ChangeClass, State
from qms.core.actors import SYSTEM
from qms.core.days import add_months
from qms.duties.services import close_on, open_for
from qms.duties.states import Outcome
from qms.organization.models import User
from qms.organization.queries import people_with, today
from qms.signatures.models import SigningProof

logger = logging.getLogger(__name__)

RELEASE_DUTY = "documents.release"
REVIEW_DUTY = "documents.periodic_review"


def after_approval(revision: Revision) -> Revision:
    """Let an approved revision take effect when nothing stands against it; else wait, with readers asked first where
    training is needed (K2)."""
    if revision.change_class == ChangeClass.TRAINING:
        behind("open_reading_duties", revision, revision=revision.pk)
        return revision
    if not REVISION.objections("take_effect", revision_facts(revision, SYSTEM)):
        return take_effect(revision_id=revision.pk)
    return revision


def take_effect(*, revision_id: int) -> Revision:
    """Put an approved revision in force because its date has come (D8). Raises RuleBroken for an unmet guard."""
    return revision_move(revision_id, "take_effect", by=SYSTEM, prepare=_supersede, effect=_released)


def release_now(*, revision_id: int, by: User, proof: SigningProof | None, reason: str) -> Revision:
    """Quality puts an approved revision in force now, signed and with a reason, whatever date or readers say (D8)."""
    return revision_move(
        revision_id, "release_now", by=by, prepare=_supersede, effect=_released, proof=proof, reason=reason
    )


def release_due(now: datetime) -> int:
    """Put in force what is due and return how many; where a guard is unmet after the date, Quality gets a duty.

    One that fails stops none of the others. What failed is raised when all were tried, as one group.
    """
    waiting = Revision.objects.filter(state=State.APPROVED).exclude(effective_from__gt=now)
    released, failed = 0, list[Exception]()
    for revision in waiting.select_related("document__type__profile", "document__owner").order_by("effective_from"):
        try:
            released += _release_if_due(revision)
        except Exception as error:
            logger.exception("The release of revision %s failed.", revision.pk)
            failed.append(error)
    if failed:
        raise ExceptionGroup("; ".join(map(str, failed)), failed)
    return released


def in_force(revision: Revision, *, at: datetime) -> None:
    """Set what follows from being in force: the document's title, its next review, pictures, prints and readers."""
    revision.effective_at = at
    revision.save(update_fields=["effective_at"])
    document = revision.document
    document.title = revision.title
    document.next_review_on = add_months(today(), document.review_months or document.type.review_months)
    document.save(update_fields=["title", "next_review_on"])
    close_on(document, Outcome.VOID, kinds=[REVIEW_DUTY])
    follow_review(document)
    behind("make_controlled_pdf", revision, revision=revision.pk)
    behind("index", document, document=document.pk)


def end_of_force(revision: Revision) -> None:
    """Keep when a revision ended, and have its print made anew: one that says “Effective” would mislead (7.5.3)."""
    revision.ended_at = timezone.now()
    revision.save(update_fields=["ended_at"])
    behind("make_controlled_pdf", revision, revision=revision.pk)


def supersede_current(document: Document, *, except_for: Revision) -> Revision | None:
    """Move the revision in force to superseded; called before another one takes its place."""
    current = document.revisions.filter(state=State.EFFECTIVE).exclude(pk=except_for.pk).first()
    if current is None:
        return None
    return revision_move(current.pk, "supersede", by=SYSTEM, effect=_superseded)


def _supersede(revision: Revision) -> None:
    supersede_current(revision.document, except_for=revision)
    revision.effective_at = timezone.now()
    revision.save(update_fields=["effective_at"])


def _released(moved: MovedRevision) -> dict[str, Any]:
    revision = moved.row
    close_on(revision, Outcome.DONE, kinds=[RELEASE_DUTY])
    in_force(revision, at=revision.effective_at or timezone.now())
    if revision.change_class != ChangeClass.TRAINING:
        behind("open_reading_duties", revision, revision=revision.pk)
    return {"label": revision.label, "content": revision.content.sha256 if revision.content else None}


def _superseded(moved: MovedRevision) -> dict[str, Any]:
    end_of_force(moved.row)
    return {}


@transaction.atomic
def _release_if_due(revision: Revision) -> bool:
    if not REVISION.objections("take_effect", revision_facts(revision, SYSTEM)):
        take_effect(revision_id=revision.pk)
        return True
    if revision.effective_from is not None:
        _ask_quality(revision)
    return False


def _ask_quality(revision: Revision) -> None:
    people = people_with(Can.RELEASE, scope_of(revision.document)).values_list("pk", flat=True)
    open_for(people, RELEASE_DUTY, revision, due_on=today())
