"""Who may see which documents and revisions, and what a person is to them."""

from typing import TypeVar

from django.db.models import Case, Exists, Model, OuterRef, Q, QuerySet, When

from documents.models import Document, ReadingDuty, Revision, Round, Seat
from documents.queries.rounds import awaited_seats, current_round
from documents.rights import Can
from documents.states import (
    APPROVER,
    AUTHOR,
    OPEN_STATES,
    OWNER,
    REVIEWER,
    RoundKind,
    State,
)
from qms.organization.models import User
from qms.organization.queries import reach, rights
from qms.organization.states import Scope

M = TypeVar("M", bound=Model)

_AWAITED = Q(decision="", round__closed_at__isnull=True)
_OWED = Q(duty__closed_at__isnull=True)
NOWHERE = Q(pk__in=[])
BEFORE_RELEASE = frozenset({State.IN_REVIEW, State.IN_APPROVAL, State.APPROVED})


def scope_of(document: Document) -> Scope:
    """Return where a document lies."""
    return Scope(site_id=document.site_id, process_id=document.process_id)


def in_reach(person: User, right: Can, *, reading: bool = False, at: str = "") -> Q:
    """Return the condition under which a right reaches a document, to be joined into a list.

    A right held at a site or for a process reaches what lies there; reading also reaches what belongs to no site and
    no process, which is the whole organization's. `at` leads to the document (`document__`) from what belongs to one.
    """
    everywhere, sites, processes = reach(person, right)
    if everywhere:
        return ~Q(pk=None)
    if not sites and not processes:
        return NOWHERE
    found = Q(**{f"{at}site__in": sites}) | Q(**{f"{at}process__in": processes})
    if reading:
        found |= Q(**{f"{at}site__isnull": True, f"{at}process__isnull": True})
    return found


def visible_to(person: User) -> QuerySet[Document]:
    """Return the documents whose page a person may open: effective ones in reach, drafts in reach, own, assigned.

    Having written, owned or decided gives nothing by itself: whoever no longer reads there sees what is asked of them
    now, and nothing else (ASVS 8.3.2).
    """
    drafts = in_reach(person, Can.READ_DRAFTS)
    if reach(person, Can.READ_DRAFTS)[0]:
        return Document.objects.filter(drafts)
    revisions = Revision.objects.filter(document=OuterRef("pk"))
    history = revisions.exclude(state__in=[*OPEN_STATES, State.CANCELLED])
    mine = Revision.objects.filter(Q(author=person) | Q(co_authors=person)).values("document")
    part = Exists(revisions.filter(state=State.EFFECTIVE)) | Q(owner=person) | Q(pk__in=mine)
    seated = _seats(person).filter(round__revision__state__in=BEFORE_RELEASE)
    reading = _readings(person).filter(revision__state__in=BEFORE_RELEASE)
    part |= Q(pk__in=seated.values("round__revision__document")) | Q(pk__in=reading.values("document"))
    return Document.objects.filter(
        drafts
        | _where(in_reach(person, Can.READ, reading=True), part)
        | _where(in_reach(person, Can.READ_HISTORY, reading=True), Q(Exists(history)))
        | Q(pk__in=_seats(person).filter(_AWAITED).values("round__revision__document"))
        | Q(pk__in=_readings(person).filter(_OWED).values("document"))
    )


def open_ones_readable_by(person: User) -> Q:
    """Return the condition under which a person may read a revision on its way: `may_read`, for lists."""
    drafts = in_reach(person, Can.READ_DRAFTS, at="document__")
    reads = in_reach(person, Can.READ, reading=True, at="document__")
    wrote = Revision.co_authors.through.objects.filter(user=person).values("revision")
    part = Q(author=person) | Q(pk__in=wrote) | Q(document__owner=person)
    asked = Q(pk__in=_seats(person).values("round__revision")) | Q(pk__in=_readings(person).values("revision"))
    now = Q(pk__in=_seats(person).filter(_AWAITED).values("round__revision"))
    now |= Q(pk__in=_readings(person).filter(_OWED).values("revision"))
    before = Q(state__in=BEFORE_RELEASE)
    return (drafts | _where(reads, part | before & asked) | before & now) & Q(state__in=OPEN_STATES)


def revisions_visible_to(person: User, document: Document) -> list[Revision]:
    """Return the revisions of a document that a person may read, newest first, with author, content and base."""
    held = standing_on(document, person)
    reads = reads_at(person, document)
    wrote = Revision.co_authors.through.objects.filter(revision=OuterRef("pk"), user=person)
    seated = _asking(_seats(person), _AWAITED, always=reads).filter(round__revision=OuterRef("pk"))
    duties = _asking(_readings(person), _OWED, always=reads).filter(revision=OuterRef("pk"))
    found = document.revisions.select_related("author", "content", "base").annotate(
        wrote=Case(When(Q(author=person) | Exists(wrote), then=True), default=False),
        asked=Case(When(Exists(seated) | Exists(duties), then=True), default=False),
    )
    rows = [(revision, vars(revision)) for revision in found.order_by("-sequence")]
    return [
        each
        for each, own in rows
        if _is_readable(State(each.state), held, wrote=reads and own["wrote"], asked=own["asked"])
    ]


def may_read(revision: Revision, person: User, held: frozenset[str]) -> bool:
    """Return whether a person may read one revision of a document they see, given what they hold on the document."""
    state = State(revision.state)
    if state is State.EFFECTIVE:
        return True
    reads = reads_at(person, revision.document)
    asked = _is_asked(revision, person, always=reads)
    return _is_readable(state, held, wrote=reads and has_written(revision, person), asked=asked)


def has_written(revision: Revision, person: User) -> bool:
    """Return whether a person is author or co-author of a revision."""
    return revision.author_id == person.pk or revision.co_authors.filter(pk=person.pk).exists()


def _is_readable(state: State, held: frozenset[str], *, wrote: bool, asked: bool) -> bool:
    """What is in force everybody reads; what is on its way those who write it, are asked about it or hold the right."""
    if state is State.EFFECTIVE or wrote:
        return True
    if state in OPEN_STATES or state is State.CANCELLED:
        return bool(held & {Can.READ_DRAFTS, OWNER}) or (asked and state in BEFORE_RELEASE)
    return bool(held & {Can.READ_HISTORY, Can.READ_DRAFTS, OWNER})


def reads_at(person: User, document: Document) -> bool:
    """Return whether a person holds the right to read where a document lies: the condition of `in_reach`, for one."""
    everywhere, sites, processes = reach(person, Can.READ)
    here = document.site_id in sites or document.process_id in processes
    anywhere = bool(sites or processes) and document.site_id is None and document.process_id is None
    return everywhere or here or anywhere


def standing_on(document: Document, person: User) -> frozenset[str]:
    """Return the rights a person holds where a document lies, and whether they own it (an owner reads there too)."""
    held = rights(person, scope_of(document))
    owns = document.owner_id == person.pk and reads_at(person, document)
    return held | {OWNER} if owns else held


def relations(revision: Revision, person: User) -> frozenset[str]:
    """Return what a person is to a revision: author, owner, reviewer or approver whose answer is awaited."""
    return relations_in(revision, person, current_round(revision))


def relations_in(revision: Revision, person: User, current: Round | None) -> frozenset[str]:
    """Return what a person is to a revision, given the round that is going on.

    An author counts as one while they hold the right to write there, an owner while they read there.
    """
    found = standing_on(revision.document, person)
    related = found & {OWNER}
    if found & {Can.WRITE, Can.MANAGE, OWNER} and has_written(revision, person):
        related |= {AUTHOR}
    if current is not None and any(seat.person_id == person.pk for seat in awaited_seats(current)):
        related |= {REVIEWER if current.kind == RoundKind.REVIEW else APPROVER}
    return related


def _seats(person: User) -> QuerySet[Seat]:
    return Seat.objects.filter(person=person)


def _readings(person: User) -> QuerySet[ReadingDuty]:
    return ReadingDuty.objects.filter(person=person)


def _asking(rows: QuerySet[M], now: Q, *, always: bool) -> QuerySet[M]:
    """Return what asks a person: all of it while they read there anyway, else what is open now."""
    return rows if always else rows.filter(now)


def _where(place: Q, what: Q) -> Q:
    """Return what is asked for in a place; a query that reaches nowhere is not built."""
    return NOWHERE if place == NOWHERE else place & what


def _is_asked(revision: Revision, person: User, *, always: bool) -> bool:
    seated = _asking(_seats(person), _AWAITED, always=always).filter(round__revision=revision)
    return seated.exists() or _asking(_readings(person), _OWED, always=always).filter(revision=revision).exists()
