"""Who may see which documents and revisions, and what a person is to them."""

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When

from documents.models import Document, ReadingDuty, Revision, Seat
from documents.queries.records import relations_in
from documents.queries.rounds import open_round
from documents.rights import Can
from documents.states import (
    OPEN_STATES,
    OWNER,
    State,
)
from qms.organization.models import User
from qms.organization.queries import reach, rights
from qms.organization.states import Scope

BEFORE_RELEASE = frozenset({State.IN_REVIEW, State.IN_APPROVAL, State.APPROVED})


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
    """Return the revisions of a document that a person may read, newest first, with author, content and base."""
    held = standing_on(document, person)
    wrote = Revision.co_authors.through.objects.filter(revision=OuterRef("pk"), user=person)
    seated = Seat.objects.filter(round__revision=OuterRef("pk"), person=person)
    reads = ReadingDuty.objects.filter(revision=OuterRef("pk"), person=person)
    found = document.revisions.select_related("author", "content", "base").annotate(
        wrote=Case(When(Q(author=person) | Exists(wrote), then=True), default=False),
        asked=Case(When(Exists(seated) | Exists(reads), then=True), default=False),
    )
    rows = [(revision, vars(revision)) for revision in found.order_by("-sequence")]
    return [each for each, own in rows if _is_readable(State(each.state), held, wrote=own["wrote"], asked=own["asked"])]


def may_read(revision: Revision, person: User, held: frozenset[str]) -> bool:
    """Return whether a person may read one revision, given what they hold on its document."""
    state = State(revision.state)
    if state is State.EFFECTIVE:
        return True
    wrote = revision.author_id == person.pk or revision.co_authors.filter(pk=person.pk).exists()
    return _is_readable(state, held, wrote=wrote, asked=_is_asked(revision, person))


def _is_readable(state: State, held: frozenset[str], *, wrote: bool, asked: bool) -> bool:
    """What is in force everybody reads; what is on its way those who write it, are asked about it or hold the right."""
    if state is State.EFFECTIVE or wrote:
        return True
    if state in OPEN_STATES or state is State.CANCELLED:
        return bool(held & {Can.READ_DRAFTS, OWNER}) or (asked and state in BEFORE_RELEASE)
    return bool(held & {Can.READ_HISTORY, Can.READ_DRAFTS, OWNER})


def standing_on(document: Document, person: User) -> frozenset[str]:
    """Return the rights a person holds where a document lies, and whether they own it."""
    held = rights(person, scope_of(document))
    return held | {OWNER} if document.owner_id == person.pk else held


def relations(revision: Revision, person: User) -> frozenset[str]:
    """Return what a person is to a revision: author, owner, reviewer or approver whose answer is awaited."""
    return relations_in(revision, person, open_round(revision))


def _is_asked(revision: Revision, person: User) -> bool:
    seated = Seat.objects.filter(round__revision=revision, person=person)
    return seated.exists() or ReadingDuty.objects.filter(revision=revision, person=person).exists()
