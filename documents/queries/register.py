"""The register of documents: what is filtered, in which order, and what each row shows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from django.db.models import BooleanField, Case, Count, Exists, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.utils.http import urlencode

from documents.models import REVIEW_DAY, Document, Revision
from documents.queries.reviewing import review_notes
from documents.queries.standing import open_ones_readable_by, visible_to
from documents.states import OPEN_STATES, State
from qms.core.keyset import Page, by_key, is_key, page
from qms.organization.models import User
from qms.organization.queries import today
from qms.search.queries import keys_numbered, matching_keys

# What a row shows but for an open one; a superseded revision never is the last of its document.
SHOWN_STATES = (State.EFFECTIVE, State.OBSOLETE, State.MIGRATED, State.CANCELLED)
OVERDUE = "overdue"
ORDERS: dict[str, tuple[str, ...]] = {
    "number": ("number", "pk"),
    "-number": ("-number", "-pk"),
    "title": ("title", "pk"),
    "-title": ("-title", "-pk"),
    "review": ("review_on", "pk"),
    "-review": ("-review_on", "-pk"),
}


@dataclass(frozen=True)
class RegisterFilter:
    """What the address of the register says. Empty fields filter nothing."""

    q: str = ""
    type: str = ""
    state: str = ""
    process: str = ""
    site: str = ""
    owner: str = ""
    review: str = ""
    sort: str = "number"

    def address(self, **changes: str) -> str:
        """Return the query string of this filter with some fields changed; empty fields are left out."""
        from_fields = {each.name: getattr(self, each.name) for each in fields(self)}
        return _encoded({**from_fields, **changes})


@dataclass(frozen=True)
class RegisterRow:
    """A document and the revisions that its row shows; an open one that the person may not read is none to them.

    `review` says where a periodic review waits or what it asks for; empty beside a day that is all there is to say.
    """

    document: Document
    effective: Revision | None = None
    open: Revision | None = None
    last: Revision | None = None
    review: str = ""

    @property
    def shown(self) -> Revision | None:
        """Return the revision whose label and state stand first: what is in force, else on its way, else over."""
        return self.effective or self.open or self.last

    @property
    def next(self) -> Revision | None:
        """Return the revision that is on its way while another is in force."""
        return self.open if self.effective else None


def register_page(
    documents: QuerySet[Document], wanted: RegisterFilter, person: User, *, after: str = "", before: str = ""
) -> tuple[Page[Document], list[RegisterRow]]:
    """Return one page of `registered` documents in the order that is wanted, with its rows as a person sees them."""
    found = page(with_revisions(documents, person), order_of(wanted), after=after, before=before)
    notes = review_notes(found.rows)
    return found, [replace(row, review=notes.get(row.document.pk, "")) for row in rows_of(found.rows)]


def order_of(wanted: RegisterFilter) -> tuple[str, ...]:
    """Return the order that a filter asks for; by number where it asks for none that is known."""
    return ORDERS.get(wanted.sort, ORDERS["number"])


def registered(person: User, wanted: RegisterFilter) -> QuerySet[Document]:
    """Return the filtered documents that a person may see."""
    rows = visible_to(person).filter(_conditions(person, wanted))
    if wanted.sort.endswith("review"):
        rows = rows.annotate(review_on=REVIEW_DAY)
    if wanted.q:
        rows = rows.filter(pk__in=matching_keys("documents.document", wanted.q))
    return rows


def itself(person: User, wanted: RegisterFilter) -> Document | None:
    """Return the document whose number is just what is looked for, where others are listed before it by their order."""
    if not any(map(str.isdigit, wanted.q)):
        return None
    return visible_to(person).filter(pk__in=keys_numbered("documents.document", wanted.q)).first()


def with_revisions(documents: QuerySet[Document], person: User) -> QuerySet[Document]:
    """Join to each document what its row shows; the revisions come in one query for all that are fetched together.

    Whether a person may read an open one is a column and no condition: as a condition PostgreSQL plans it for longer
    than the query takes, proving it against every partial index.
    """
    readable = Case(When(open_ones_readable_by(person), then=True), default=False, output_field=BooleanField())
    shown = Revision.objects.filter(state__in=[*SHOWN_STATES, *OPEN_STATES]).annotate(is_readable=readable)
    fields = ("document_id", "sequence", "label", "state", "effective_at")
    revisions = Prefetch("revisions", shown.only(*fields).order_by("sequence"), to_attr="shown_revisions")
    return documents.select_related("type", "owner", "process", "site").prefetch_related(revisions)


def rows_of(documents: Iterable[Document]) -> list[RegisterRow]:
    """Return the rows of documents that came `with_revisions`."""
    return [_row(document, vars(document)["shown_revisions"]) for document in documents]


def each_row(documents: QuerySet[Document], wanted: RegisterFilter, person: User) -> Iterator[RegisterRow]:
    """Yield the rows of all `registered` documents in the order that is wanted, a thousand at a time."""
    ordered = with_revisions(documents, person).order_by(*order_of(wanted))
    for document in ordered.iterator(chunk_size=1000):
        yield _row(document, vars(document)["shown_revisions"])


def _row(document: Document, revisions: list[Revision]) -> RegisterRow:
    by_place = {_place(State(each.state)): each for each in revisions if each.state in SHOWN_STATES or _readable(each)}
    return RegisterRow(document, by_place.get("effective"), by_place.get("open"), by_place.get("last"))


def _readable(revision: Revision) -> bool:
    return bool(vars(revision)["is_readable"])


def _place(state: State) -> str:
    if state is State.EFFECTIVE:
        return "effective"
    return "open" if state in OPEN_STATES else "last"


def rows_among(person: User, keys: Iterable[str]) -> list[RegisterRow]:
    """Return the rows of those of these documents that a person may see, by number; made-up keys are left out."""
    numbers = [int(key) for key in keys if is_key(key)]
    return rows_of(with_revisions(visible_to(person), person).filter(pk__in=numbers).order_by("number"))


def overdue_reviews(rows: QuerySet[Document]) -> int:
    """Return how many of these documents are in force and past their review date."""
    return rows.filter(_overdue()).count()


def how_it_stands(person: User) -> dict[str, int]:
    """Return how many reviews are overdue, waiting for approval and in force, in one query."""
    late = registered(person, RegisterFilter()).filter(_overdue()).order_by().annotate(of=Value(OVERDUE))
    states = Revision.objects.filter(state__in=[State.IN_APPROVAL, State.EFFECTIVE]).order_by()
    each = late.values("of").annotate(n=Count("pk")).values_list("of", "n")
    rows = each.union(states.values("state").annotate(n=Count("pk")).values_list("state", "n"), all=True)
    return {OVERDUE: 0, State.IN_APPROVAL: 0, State.EFFECTIVE: 0} | dict(rows)


def _conditions(person: User, wanted: RegisterFilter) -> Q:
    found = Q()
    for name, field in (("type", "type__code"), ("process", "process_id"), ("site", "site_id")):
        value = getattr(wanted, name)
        if value and name == "type":
            found &= Q(**{field: value.replace("\x00", "")})
        elif value.isdecimal():
            found &= by_key(field, value)
    if wanted.owner:
        found &= Q(owner=person) if wanted.owner == "me" else by_key("owner_id", wanted.owner)
    return found & _state(person, wanted.state) & _review(wanted.review)


def _state(person: User, state: str) -> Q:
    """Return the condition for a state, asked as EXISTS: a document with two such revisions stands there once."""
    if not state:
        return Q()
    revisions = Revision.objects.filter(document=OuterRef("pk"))
    if state in OPEN_STATES:
        return Q(Exists(revisions.filter(open_ones_readable_by(person), state=state)))
    found = Q(Exists(revisions.filter(state=state)))
    if state == State.EFFECTIVE:
        return found
    ended = found & ~_in_force()
    return ended if state == State.MIGRATED else ended & ~Q(Exists(revisions.filter(open_ones_readable_by(person))))


def _review(review: str) -> Q:
    return _overdue() if review == "overdue" else Q()


def _overdue() -> Q:
    """A document in force whose review day is past; one that has ended is not reviewed."""
    return Q(next_review_on__lt=today()) & _in_force()


def _in_force() -> Q:
    return Q(Exists(Revision.objects.filter(document=OuterRef("pk"), state=State.EFFECTIVE)))


def _encoded(values: dict[str, Any]) -> str:
    from_defaults = RegisterFilter()
    kept = {name: value for name, value in values.items() if value and value != getattr(from_defaults, name, "")}
    return f"?{urlencode(kept)}"
