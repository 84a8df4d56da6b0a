"""The register of documents: what is filtered, in which order, and what each row shows, in one joined query."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.http import urlencode

from documents.models import Document, Revision
from documents.queries.revisions import OPEN
from documents.queries.standing import open_revisions_visible_to, visible_to
from documents.rights import Can
from documents.states import State
from qms.core.keyset import Page, by_key, is_key, page
from qms.organization.models import User
from qms.organization.queries import reach, today
from qms.search.queries import matching_keys

NEVER = date(9999, 12, 31)
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


def register_page(person: User, wanted: RegisterFilter, *, after: str = "", before: str = "") -> Page[Document]:
    """Return one page of the documents a person may see, filtered and in order."""
    order = ORDERS.get(wanted.sort, ORDERS["number"])
    return page(registered(person, wanted), order, after=after, before=before)


def registered(person: User, wanted: RegisterFilter) -> QuerySet[Document]:
    """Return the filtered documents with what a row shows: the revision in force and the open one."""
    rows = with_revisions(visible_to(person), person).filter(_conditions(person, wanted))
    if wanted.q:
        rows = rows.filter(pk__in=matching_keys("documents.document", wanted.q))
    return rows


def with_revisions(documents: QuerySet[Document], person: User) -> QuerySet[Document]:
    """Join the revision in force and the open one to each document (`effective_label`, `open_state`, ...).

    An open one that the person may not read is none to them: its state is not told either.
    """
    last = Revision.objects.filter(document=OuterRef("pk")).exclude(state__in=OPEN).order_by("-sequence")
    return (
        documents.select_related("type", "owner", "process", "site")
        .alias(
            effective=FilteredRelation("revisions", condition=Q(revisions__state=State.EFFECTIVE)),
            under_way=FilteredRelation("revisions", condition=Q(revisions__state__in=OPEN)),
        )
        .annotate(
            effective_id=F("effective__pk"),
            effective_label=F("effective__label"),
            effective_at=F("effective__effective_at"),
            **_open_one(person),
            last_state=Subquery(last.values("state")[:1]),
            last_label=Subquery(last.values("label")[:1]),
            review_on=Coalesce("next_review_on", Value(NEVER)),
        )
    )


def _open_one(person: User) -> dict[str, F | Subquery]:
    """Return key, label and state of the open revision, where the person may read it."""
    fields = {"open_id": "pk", "open_label": "label", "open_state": "state"}
    if reach(person, Can.READ_DRAFTS)[0]:
        return {name: F(f"under_way__{field}") for name, field in fields.items()}
    seen = open_revisions_visible_to(person).filter(document=OuterRef("pk"))
    return {name: Subquery(seen.values(field)[:1]) for name, field in fields.items()}


def documents_among(person: User, keys: Iterable[str]) -> list[Document]:
    """Return those of these documents that a person may see, by number; made-up keys are left out."""
    numbers = [int(key) for key in keys if is_key(key)]
    return list(with_revisions(visible_to(person), person).filter(pk__in=numbers).order_by("number"))


def overdue_reviews(rows: QuerySet[Document]) -> int:
    """Return how many of these documents are past their review date."""
    return rows.filter(next_review_on__lt=today()).count()


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
    return found & _state(wanted.state) & _review(wanted.review)


def _state(state: str) -> Q:
    if not state:
        return Q()
    if state == State.EFFECTIVE:
        return Q(effective__isnull=False)
    if state in OPEN:
        return Q(under_way__state=state, open_state=state)
    # Asked as EXISTS: a document with two such revisions stands in the register once.
    ended = Q(Exists(Revision.objects.filter(document=OuterRef("pk"), state=state)), effective__isnull=True)
    return ended if state == State.MIGRATED else ended & Q(open_id__isnull=True)


def _review(review: str) -> Q:
    return Q(next_review_on__lt=today(), effective__isnull=False) if review == "overdue" else Q()


def _encoded(values: dict[str, Any]) -> str:
    from_defaults = RegisterFilter()
    kept = {name: value for name, value in values.items() if value and value != getattr(from_defaults, name, "")}
    return f"?{urlencode(kept)}"
