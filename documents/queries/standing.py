"""Who may see which documents and revisions, and what a person is to them."""

from django.db.models import Exists, OuterRef, Q, QuerySet

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
from qms.organization.states import EVERYWHERE, Scope

_AWAITED = Q(decision="", round__closed_at__isnull=True)
_OWED = Q(duty__closed_at__isnull=True)
NOWHERE = Q(pk__in=[])
BEFORE_RELEASE = frozenset({State.IN_REVIEW, State.IN_APPROVAL, State.APPROVED})
ASKED_ABOUT = BEFORE_RELEASE | {State.EFFECTIVE}


def scope_of(document: Document) -> Scope:
    """Return where a document lies."""
    return Scope(site_id=document.site_id, process_id=document.process_id)


def in_reach(person: User, right: Can, *, reading: bool = False, at: str = "") -> Q:
    """Return the condition under which a right reaches a document, to be joined into a list.

    A right held at a site or for a process reaches what lies there, held for both what lies in both. What belongs to
    no site is the whole organization's: it is read at every site, and without a process by whoever reads anything.
    `at` leads to the document (`document__`) from what belongs to one.
    """
    places = reach(person, right)
    if EVERYWHERE in places:
        return ~Q(pk=None)
    if not places:
        return NOWHERE
    found = Q(**{f"{at}site__isnull": True, f"{at}process__isnull": True}) if reading else NOWHERE
    for place in places:
        here = Q(**{f"{at}{name}": key for name, key in vars(place).items() if key is not None})
        if reading and place.site_id is not None:
            here |= Q(**{f"{at}site__isnull": True, **({f"{at}process": place.process_id} if place.process_id else {})})
        found |= here
    return found


def visible_to(person: User) -> QuerySet[Document]:
    """Return the documents whose page a person may open: effective ones in reach, drafts in reach, own, assigned.

    Having written, owned or decided gives nothing by itself: whoever no longer reads there sees what is asked of them
    now, and nothing else (ASVS 8.3.2).
    """
    drafts = in_reach(person, Can.READ_DRAFTS)
    if EVERYWHERE in reach(person, Can.READ_DRAFTS):
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
        | Q(
            pk__in=_seats(person)
            .filter(_AWAITED, round__revision__state__in=ASKED_ABOUT)
            .values("round__revision__document")
        )
        | Q(pk__in=_readings(person).filter(_OWED, revision__state__in=ASKED_ABOUT).values("document"))
    )


def readable_by(person: User) -> Q:
    """Return the condition under which a person may read a revision of a document they see.

    What is in force everybody reads, what has ended who may read the history; all of it, and what is on its way, those
    who may read drafts there, who write or own it, and before its release who is asked about it.
    """
    ended = ~Q(state__in=[*OPEN_STATES, State.CANCELLED])
    history = _where(in_reach(person, Can.READ_HISTORY, reading=True, at="document__"), ended)
    return Q(state=State.EFFECTIVE) | history | _theirs(person)


def open_ones_readable_by(person: User) -> Q:
    """Return the condition under which a person may read a revision on its way."""
    return _theirs(person) & Q(state__in=OPEN_STATES)


def next_of(document: Document, person: User) -> Revision | None:
    """Return the revision of a document that is on its way, to who may read it."""
    return Revision.objects.filter(open_ones_readable_by(person), document=document).first()


def _theirs(person: User) -> Q:
    """Who may read a revision that is not everybody's. Having had a part in it gives nothing without the right to read
    there; being asked now does (ASVS 8.3.2)."""
    drafts = in_reach(person, Can.READ_DRAFTS, at="document__")
    reads = in_reach(person, Can.READ, reading=True, at="document__")
    wrote = Revision.co_authors.through.objects.filter(user=person).values("revision")
    part = Q(author=person) | Q(pk__in=wrote) | Q(document__owner=person)
    asked = Q(pk__in=_seats(person).values("round__revision")) | Q(pk__in=_readings(person).values("revision"))
    now = Q(pk__in=_seats(person).filter(_AWAITED).values("round__revision"))
    now |= Q(pk__in=_readings(person).filter(_OWED).values("revision"))
    before = Q(state__in=BEFORE_RELEASE)
    return drafts | _where(reads, part | before & asked) | before & now


def revisions_visible_to(person: User, document: Document) -> list[Revision]:
    """Return the revisions of a document they see that a person may read, newest first, with author, content, base."""
    found = document.revisions.filter(readable_by(person)).select_related("author", "content", "base")
    return list(found.order_by("-sequence"))


def may_read(revision: Revision, person: User) -> bool:
    """Return whether a person may read one revision of a document they see."""
    return revision.state == State.EFFECTIVE or Revision.objects.filter(readable_by(person), pk=revision.pk).exists()


def has_written(revision: Revision, person: User) -> bool:
    """Return whether a person is author or co-author of a revision."""
    return revision.author_id == person.pk or revision.co_authors.filter(pk=person.pk).exists()


def was_asked(person: User, document_key: int, key: int) -> bool:
    """Return whether a person was ever asked to answer about a revision of a document."""
    return _seats(person).filter(round__revision=key, round__revision__document=document_key).exists()


def reads_at(person: User, document: Document) -> bool:
    """Return whether a person holds the right to read where a document lies: the condition of `in_reach`, for one."""
    scope = scope_of(document)
    return Can.READ in rights(person, scope) or any(_reads_there(place, scope) for place in reach(person, Can.READ))


def _reads_there(place: Scope, scope: Scope) -> bool:
    if scope == EVERYWHERE:
        return True
    at_every_site = scope.site_id is None and place.site_id is not None
    return at_every_site and place.process_id in {None, scope.process_id}


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


def _where(place: Q, what: Q) -> Q:
    """Return what is asked for in a place; a query that reaches nowhere is not built."""
    return NOWHERE if place == NOWHERE else place & what
