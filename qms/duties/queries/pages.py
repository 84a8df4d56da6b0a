"""The list of what everybody owes, as its filters in the address narrow it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from qms.core.keyset import Page, page
from qms.core.seams.work import work_kinds
from qms.duties.models import Duty
from qms.duties.queries.listed import Listed, described
from qms.duties.queries.others import everyones
from qms.organization.models import User
from qms.organization.queries import today

WHEN = ("late", "coming", "undated")


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to: late, coming or undated, and a kind, a person, a site, a team, by key."""

    when: str = "late"
    kind: str = ""
    person: str = ""
    site: str = ""
    team: str = ""


def wanted(given: Mapping[str, Any]) -> Wanted:
    """Return the filter of an address; what it does not know is left out."""
    kind = str(given.get("kind", ""))
    keys = {name: str(given.get(name, "")) for name in ("person", "site", "team")}
    return Wanted(
        when=str(given.get("when", "")) if given.get("when") in WHEN else "late",
        kind=kind if kind in work_kinds else "",
        **{name: value if value.isdecimal() and len(value) < 16 else "" for name, value in keys.items()},
    )


def work_page(viewer: User, wish: Wanted, *, after: str = "", before: str = "") -> Page[Listed]:
    """Return one page of the duties of others that a viewer may see, the longest overdue first, as their rooms say."""
    found: Page[Duty] = page(duties_wanted(viewer, wish), order_of(wish), after=after, before=before)
    return Page(described(found.rows), found.before, found.after)


def duties_wanted(viewer: User, wish: Wanted) -> QuerySet[Duty]:
    """Return the duties of others that a viewer may see and a filter leaves, in no order."""
    return everyones(viewer).filter(_narrowed(wish)).select_related("person__site", "asked_by").order_by()


def order_of(wish: Wanted) -> tuple[str, ...]:
    """Return the order of a list of duties: the longest overdue first, those without a day as they were opened."""
    return ("opened_at", "pk") if wish.when == "undated" else ("due_on", "pk")


def _narrowed(wish: Wanted) -> Q:
    narrowed = {
        "late": Q(due_on__lt=today()),
        "coming": Q(due_on__gte=today()),
        "undated": Q(due_on__isnull=True),
    }[wish.when]
    if wish.kind:
        narrowed &= Q(kind=wish.kind)
    if wish.person:
        narrowed &= Q(person=int(wish.person))
    if wish.site:
        narrowed &= Q(person__site=int(wish.site))
    if wish.team:
        members = User.objects.filter(memberships__team=int(wish.team), memberships__valid_until__isnull=True)
        narrowed &= Q(person__in=members)
    return narrowed
