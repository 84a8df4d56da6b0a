"""Questions about documents, revisions, rounds and what guards need to know."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.models import Body, Document, EditLock, ReadingDuty, Revision, Round, Seat
from documents.reading import passages_of
from documents.rights import Can
from documents.states import (
    APPROVER,
    AUTHOR,
    MAJOR_CLASSES,
    OPEN_STATES,
    OWNER,
    REVIEWER,
    ApprovalMode,
    ChangeClass,
    Decision,
    RenditionState,
    RevisionFacts,
    RoundKind,
    RoundOutcome,
    State,
)
from qms.core.actors import Actor
from qms.core.seams.search import SearchPassage, SearchSource
from qms.filing.models import Link
from qms.filing.queries import blocking_comments
from qms.organization.models import User
from qms.organization.queries import reach, rights, today
from qms.organization.states import Scope

OPEN = [state.value for state in OPEN_STATES]


def scope_of(document: Document) -> Scope:
    """Return where a document lies."""
    return Scope(site_id=document.site_id, process_id=document.process_id)


def in_reach(person: User, right: Can, *, reading: bool = False) -> Q:
    """Return the condition under which a right reaches a document, to be joined into a list.

    A right held at a site or for a process reaches what lies there; reading also reaches what belongs to no site and
    no process, which is the whole organization's.
    """
    everywhere, sites, processes = reach(person, right)
    if everywhere:
        return ~Q(pk=None)
    found = Q(site__in=sites) | Q(process__in=processes)
    if reading and (sites or processes):
        found |= Q(site__isnull=True, process__isnull=True)
    return found


def visible_to(person: User) -> QuerySet[Document]:
    """Return the documents whose page a person may open: effective ones in reach, drafts in reach, own, assigned."""
    revisions = Revision.objects.filter(document=OuterRef("pk"))
    effective = Exists(revisions.filter(state=State.EFFECTIVE))
    frozen = Exists(revisions.exclude(state__in=[State.DRAFT, State.CANCELLED]))
    mine = Revision.objects.filter(Q(author=person) | Q(co_authors=person)).values("document")
    seated = Seat.objects.filter(person=person).values("round__revision__document")
    reading = ReadingDuty.objects.filter(person=person).values("document")
    return Document.objects.filter(
        (in_reach(person, Can.READ, reading=True) & effective)
        | in_reach(person, Can.READ_DRAFTS)
        | (in_reach(person, Can.READ_HISTORY, reading=True) & frozen)
        | Q(owner=person)
        | Q(pk__in=mine)
        | Q(pk__in=seated)
        | Q(pk__in=reading)
    )


def revisions_visible_to(person: User, document: Document) -> list[Revision]:
    """Return the revisions of a document that a person may read, newest first."""
    held = standing_on(document, person)
    found = document.revisions.select_related("author", "document").order_by("-sequence")
    return [revision for revision in found if may_read(revision, person, held)]


def may_read(revision: Revision, person: User, held: frozenset[str]) -> bool:
    """Return whether a person may read one revision, given what they hold on its document."""
    state = State(revision.state)
    if state is State.EFFECTIVE:
        return True
    if relations(revision, person) - {OWNER}:
        return True
    if state in OPEN_STATES or state is State.CANCELLED:
        return Can.READ_DRAFTS in held or OWNER in held or _reads_before_release(revision, person)
    return Can.READ_HISTORY in held or OWNER in held or Can.READ_DRAFTS in held


def standing_on(document: Document, person: User) -> frozenset[str]:
    """Return the rights a person holds where a document lies, and whether they own it."""
    held = rights(person, scope_of(document))
    return held | {OWNER} if document.owner_id == person.pk else held


def relations(revision: Revision, person: User) -> frozenset[str]:
    """Return what a person is to a revision: author, owner, reviewer or approver whose answer is awaited."""
    found = set()
    if revision.author_id == person.pk or revision.co_authors.filter(pk=person.pk).exists():
        found.add(AUTHOR)
    if revision.document.owner_id == person.pk:
        found.add(OWNER)
    current = open_round(revision)
    if current is not None and any(seat.person_id == person.pk for seat in awaited_seats(current)):
        found.add(REVIEWER if current.kind == RoundKind.REVIEW else APPROVER)
    return frozenset(found)


def open_round(revision: Revision) -> Round | None:
    """Return the round that is going on, with its seats."""
    return (
        revision.rounds.filter(closed_at__isnull=True)
        .prefetch_related(Prefetch("seats", Seat.objects.select_related("person").order_by("step", "pk")))
        .first()
    )


def awaited_seats(current: Round) -> list[Seat]:
    """Return the seats whose answer is awaited now: in an ordered approval only those of the current step."""
    undecided = [seat for seat in current.seats.all() if not seat.decision]
    if current.mode != ApprovalMode.ORDERED or not undecided:
        return undecided
    step = min(seat.step for seat in undecided)
    return [seat for seat in undecided if seat.step == step]


def is_met(current: Round) -> bool:
    """Return whether a round has all the answers its mode asks for (D7)."""
    said_yes = sum(seat.decision == Decision.YES for seat in current.seats.all())
    if current.mode == ApprovalMode.N_OF:
        return said_yes >= current.needed
    return said_yes == len(current.seats.all()) > 0


def last_review_agreed(revision: Revision) -> bool:
    """Return whether the last round of review ended with every reviewer saying yes (D5)."""
    last = revision.rounds.filter(kind=RoundKind.REVIEW, closed_at__isnull=False).order_by("-number").first()
    return last is not None and last.outcome == RoundOutcome.AGREED


def governing_body(revision: Revision) -> Body | None:
    """Return the body that counts when languages differ."""
    return revision.bodies.filter(governing=True).select_related("source", "rendition").first()


def effective_revision(document: Document) -> Revision | None:
    """Return the revision in force, or None."""
    return document.revisions.filter(state=State.EFFECTIVE).select_related("document", "author", "content").first()


def open_revision(document: Document) -> Revision | None:
    """Return the revision that is on its way, or None."""
    return document.revisions.filter(state__in=OPEN).select_related("document", "author").first()


def lock_of_other(revision: Revision, person_id: int | None) -> str:
    """Return the name of somebody else who writes in the draft right now, or nothing."""
    lock = EditLock.objects.filter(revision=revision, until__gt=timezone.now()).select_related("person").first()
    return lock.person.name if lock is not None and lock.person_id != person_id else ""


def referring(document: Document) -> list[Link]:
    """Return the links that point at a document (D10: shown and accepted before retirement)."""
    return list(Link.objects.filter(to_model="documents.document", to_key=str(document.pk)).order_by("pk"))


def readers_without(revision: Revision) -> int:
    """Return how many people still owe the acknowledgement of a revision."""
    return ReadingDuty.objects.filter(revision=revision, duty__closed_at__isnull=True).count()


def review_is_needed(revision: Revision) -> bool:
    """Return whether a change of this class goes through review by the type's profile."""
    profile = revision.document.type.profile
    if profile.reviewers_needed == 0:
        return False
    return profile.review_minor or ChangeClass(revision.change_class) in MAJOR_CLASSES


def revision_facts(
    revision: Revision,
    by: Actor,
    *,
    reviewers: Sequence[User] = (),
    approvers_problem: str = "",
    references_accepted: bool = False,
) -> RevisionFacts:
    """Return everything the guards of a revision ask, read now; call it after the row is locked."""
    current = open_round(revision)
    person = by if isinstance(by, User) else None
    held = (standing_on(revision.document, person) | relations(revision, person)) if person else frozenset()
    return RevisionFacts(
        standing=frozenset(held),
        missing=_missing(revision),
        reviewers=len(reviewers),
        reviewers_needed=revision.document.type.profile.reviewers_needed,
        reviewers_open=len(awaited_seats(current)) if current and current.kind == RoundKind.REVIEW else 0,
        blocking_comments=blocking_comments(revision).count(),
        review_needed=review_is_needed(revision),
        review_agreed=last_review_agreed(revision),
        approvers_problem=approvers_problem,
        approval_met=current is not None and current.kind == RoundKind.APPROVAL and is_met(current),
        locked_by_other=lock_of_other(revision, by.person_id),
        date_reached=revision.effective_from is None or revision.effective_from <= timezone.now(),
        readers_open=readers_without(revision),
        readers_first=revision.change_class == ChangeClass.TRAINING,
        retirement_agreed=current is not None and current.kind == RoundKind.RETIREMENT and is_met(current),
        references_open=0 if references_accepted else len(referring(revision.document)),
        other_open_revision=revision.document.revisions.filter(state__in=OPEN).exclude(pk=revision.pk).exists(),
        round_open=current is not None,
        round_kind=current.kind if current else "",
        **_body_facts(revision),
    )


def due_for_review(day: date | None = None) -> QuerySet[Document]:
    """Return the documents whose periodic review is due within thirty days and that are in force."""
    return Document.objects.filter(
        Exists(Revision.objects.filter(document=OuterRef("pk"), state=State.EFFECTIVE)),
        next_review_on__lte=(day or today()) + timedelta(days=30),
    )


def search_source(document: Document) -> SearchSource | None:
    """Return what search knows of a document: its revision in force, else its newest frozen or open one."""
    revision = shown_revision(document)
    if revision is None:
        return None
    state = State(revision.state)
    body = governing_body(revision)
    return SearchSource(
        model="documents.document",
        key=document.pk,
        number=document.number,
        title=document.title,
        updated_at=revision.effective_at or revision.created_at,
        kind=document.type.code,
        state=state.value,
        standing=0 if state is State.EFFECTIVE else 1 if state in OPEN_STATES else 2,
        site_id=document.site_id,
        process_id=document.process_id,
        language=body.language if body else "",
        passages=_searched(body) if body is not None and state is State.EFFECTIVE else (),
    )


def shown_revision(document: Document) -> Revision | None:
    """Return the revision that stands for a document: the one in force, else the open one, else the newest."""
    found = effective_revision(document) or open_revision(document)
    return found or document.revisions.order_by("-sequence").first()


def _searched(body: Body) -> list[SearchPassage]:
    return [SearchPassage(passage.locator, passage.text) for passage in passages_of(body)]


def _missing(revision: Revision) -> tuple[str, ...]:
    found = []
    if not revision.title.strip():
        found.append(_("title"))
    if revision.base_id is not None and not revision.reason.strip():
        found.append(_("reason for change"))
    return tuple(found)


def _body_facts(revision: Revision) -> dict[str, Any]:
    body = governing_body(revision)
    if body is None or (body.is_markdown and not body.markdown.strip()):
        return {"has_body": False, "readable": True, "change_list_missing": False}
    readable = body.is_markdown or body.rendition_is_own or body.accepted_at is not None
    comparable = body.is_markdown or body.outcome == "text"
    return {
        "has_body": True,
        "readable": readable and body.rendition_state != RenditionState.MAKING,
        "change_list_missing": revision.base_id is not None and not comparable and not revision.change_list.strip(),
    }


def _reads_before_release(revision: Revision, person: User) -> bool:
    if revision.state not in {State.IN_REVIEW, State.IN_APPROVAL, State.APPROVED}:
        return False
    seated = Seat.objects.filter(round__revision=revision, person=person)
    reads = ReadingDuty.objects.filter(revision=revision, person=person)
    return seated.exists() or reads.exists()
