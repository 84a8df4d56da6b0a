"""Duties as people read them: what, from whom, by when, and one address."""

import logging
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qms.core.seams.work import WorkItem, work_kinds
from qms.duties.models import Duty
from qms.duties.queries.owed import most_urgent
from qms.organization.models import User
from qms.organization.queries import today

logger = logging.getLogger(__name__)

PAGE = 100


@dataclass(frozen=True)
class Counts:
    """How much a person owes: in all, past its day, due today, due within the six days after."""

    open: int
    overdue: int
    today: int
    week: int


@dataclass(frozen=True)
class Listed:
    """A duty with what its room says of it; `item` is None where the record is gone."""

    duty: Duty
    words: str | Promise
    item: WorkItem | None
    delegable: bool
    resting: bool

    @property
    def title(self) -> str:
        """Return number and title, or the words alone where the record is gone."""
        return f"{self.item.number} {self.item.title}".strip() if self.item else str(self.words)


@dataclass(frozen=True)
class Group:
    """The duties of one stretch of time: overdue, today, this week, later."""

    key: str
    title: Promise
    rows: list[Listed]


GROUPS = {"overdue": _("Overdue"), "today": _("Today"), "week": _("This week"), "later": _("Later")}


def counts_of(person: User) -> Counts:
    """Return how much a person owes, with one query on the index of their open duties."""
    now = today()
    found = Duty.objects.filter(person=person, closed_at__isnull=True).aggregate(
        open=Count("pk"),
        overdue=Count("pk", filter=Q(due_on__lt=now)),
        today=Count("pk", filter=Q(due_on=now)),
        week=Count("pk", filter=Q(due_on__gt=now, due_on__lte=now + timedelta(days=6))),
    )
    return Counts(**found)


def my_work(person: User, *, most: int = PAGE) -> list[Listed]:
    """Return what a person owes, the most urgent first: one query, and one for each kind of duty among it."""
    return described(most_urgent(person, most))


def groups_of(rows: Iterable[Listed]) -> list[Group]:
    """Return rows in their groups by due day, without the empty groups."""
    now, found = today(), {key: Group(key, title, []) for key, title in GROUPS.items()}
    for row in rows:
        found[group_of(row.duty.due_on, now)].rows.append(row)
    return [group for group in found.values() if group.rows]


def group_of(due_on: date | None, now: date) -> str:
    """Return the key of the group that a due day belongs to; no day is later."""
    if due_on is None or due_on > now + timedelta(days=6):
        return "later"
    if due_on > now:
        return "week"
    return "today" if due_on == now else "overdue"


def described(duties: Iterable[Duty]) -> list[Listed]:
    """Return duties with what their rooms say of them: one question for each kind, whatever the number of rows."""
    rows = list(duties)
    items = items_of({(each.kind, each.subject_key) for each in rows})
    now = today()
    return [_listed(each, items.get((each.kind, each.subject_key)), now) for each in rows]


def items_of(wanted: Iterable[tuple[str, str]], *, apart: bool = False) -> dict[tuple[str, str], WorkItem]:
    """Return what the rooms say of subjects, asked once a kind. A room that fails is logged and stops no other.

    `apart` asks each room in a savepoint, so that a question that fails does not end the caller's transaction.
    """
    keys: dict[str, list[str]] = {}
    for kind, key in sorted(wanted):
        keys.setdefault(kind, []).append(key)
    return {(kind, key): item for kind in keys for key, item in _ask(kind, keys[kind], apart=apart).items()}


def words_of(kind: str) -> str | Promise:
    """Return what is to be done for a kind of duty; a kind whose room is left out shows its name."""
    known = work_kinds.get(kind)
    return known.words if known else kind.rsplit(".", 1)[-1].replace("_", " ")


def _ask(kind: str, keys: list[str], *, apart: bool) -> dict[str, WorkItem]:
    known = work_kinds.get(kind)
    if known is None:
        return {}
    try:
        with transaction.atomic() if apart else nullcontext():
            return known.describe(keys)
    except Exception:
        logger.exception("The room of %s could not say what its duties are about.", kind)
        return {}


def _listed(duty: Duty, item: WorkItem | None, now: date) -> Listed:
    known = work_kinds.get(duty.kind)
    resting = duty.rested_until is not None and duty.rested_until > now
    return Listed(duty, words_of(duty.kind), item, known is not None and known.delegable, resting)
