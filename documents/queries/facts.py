"""What the guards of a revision need to know, read after its row was locked."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from documents.models import Revision, Round
from documents.queries.pictures import missing_pictures
from documents.queries.revisions import (
    OPEN,
    governing_body,
    lock_of_other,
    readers_without,
    references_count,
    review_is_needed,
)
from documents.queries.rounds import awaited_seats, current_round, is_met, last_review_agreed
from documents.queries.standing import relations_in, standing_on
from documents.states import (
    ChangeClass,
    RenditionState,
    RevisionFacts,
    RoundKind,
    State,
)
from qms.core.actors import Actor
from qms.filing.queries import blocking_comments
from qms.organization.models import User


def revision_facts(revision: Revision, by: Actor) -> RevisionFacts:
    """Return what the guards of a revision ask in its state, read now; call it after the row is locked. What only a
    verb knows (whom it names, what was accepted) it adds itself."""
    current = current_round(revision)
    held = _held(revision, by, current) if isinstance(by, User) else frozenset[str]()
    known = _known(revision, current, by.person_id)
    return RevisionFacts(standing=held, **known, **_before_it_moves(revision, current))


def facts_for_offers(revision: Revision, person: User, held: frozenset[str], current: Round | None) -> RevisionFacts:
    """Return what can be known before a form is filled in: who will be chosen and what will be accepted counts as fit.

    Takes what the person holds and the open round, which the page has read already.
    """
    known = _known(revision, current, person.pk)
    return RevisionFacts(standing=held, reviewers=known["reviewers_needed"], **known)


def _held(revision: Revision, person: User, current: Round | None) -> frozenset[str]:
    return standing_on(revision.document, person) | relations_in(revision, person, current)


def _known(revision: Revision, current: Round | None, person_id: int | None) -> dict[str, Any]:
    """What a page and a verb both ask, and only where the state has an edge whose guard does."""
    found: dict[str, Any] = {}
    if revision.state == State.DRAFT:
        found = {
            "missing": _missing(revision),
            "locked_by_other": lock_of_other(revision, person_id),
            "review_needed": review_is_needed(revision),
            "review_agreed": last_review_agreed(revision),
            **_body_facts(revision),
        }
    elif revision.state == State.EFFECTIVE:
        found = {"other_open_revision": revision.document.revisions.filter(state__in=OPEN).exists()}
    if revision.state in {State.DRAFT, State.IN_REVIEW}:
        found["blocking_comments"] = blocking_comments(revision).count()
    return {
        "reviewers_needed": revision.document.type.profile.reviewers_needed,
        "reviewers_open": len(awaited_seats(current)) if current and current.kind == RoundKind.REVIEW else 0,
        "round_open": current is not None,
        "round_kind": current.kind if current else "",
        **found,
    }


def _before_it_moves(revision: Revision, current: Round | None) -> dict[str, Any]:
    """What no page asks: it decides whether a revision is complete, takes effect, or ends."""
    if revision.state == State.IN_APPROVAL:
        return {"approval_met": current is not None and is_met(current)}
    if revision.state == State.APPROVED:
        return {
            "date_reached": revision.effective_from is None or revision.effective_from <= timezone.now(),
            "readers_first": revision.change_class == ChangeClass.TRAINING,
            "readers_open": readers_without(revision),
        }
    if revision.state == State.EFFECTIVE:
        return {
            "retirement_agreed": current is not None and current.kind == RoundKind.RETIREMENT and is_met(current),
            "references_open": references_count(revision.document),
        }
    return {}


def _missing(revision: Revision) -> tuple[str, ...]:
    found = []
    if not revision.title.strip():
        found.append(_("title"))
    if revision.base_id is not None and not revision.reason.strip():
        found.append(_("reason for change"))
    return (*found, *_missing_pictures(revision))


def _missing_pictures(revision: Revision) -> list[str]:
    body = governing_body(revision)
    absent, silent = missing_pictures(body) if body is not None else ([], [])
    told = [_("the picture “%(name)s”") % {"name": name} for name in absent]
    return told + [_("words for what the picture “%(name)s” shows") % {"name": name} for name in silent]


def _body_facts(revision: Revision) -> dict[str, Any]:
    body = governing_body(revision)
    if body is None or (body.is_markdown and not body.markdown.strip()):
        return {"has_body": False, "readable": True, "change_list_missing": False}
    readable = body.is_markdown or body.rendition_is_own or body.accepted_at is not None
    bodies = [body, governing_body(revision.base) if revision.base else body]
    comparable = all(each is None or each.is_markdown or each.outcome == "text" for each in bodies)
    return {
        "has_body": True,
        "readable": readable and body.rendition_state != RenditionState.MAKING,
        "change_list_missing": revision.base_id is not None and not comparable and not revision.change_list.strip(),
    }
