"""Who is to be told of a duty, and why: one notice a duty, person, section and step."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, islice
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from qms.core.seams.work import work_kinds
from qms.duties.models import Duty
from qms.duties.queries.told import local_day
from qms.duties.rights import Can
from qms.duties.states import Audience, Section
from qms.jobs.states import MailKind
from qms.organization.models import User
from qms.organization.queries import people_with
from qms.organization.states import Scope

logger = logging.getLogger(__name__)

BATCH = 1000

PLACES = "(%s, %s, %s, %s, %s, %s, %s)"
INSERT = (
    "INSERT INTO duties_notice (duty_id, recipient_id, section, step, kind, made_at, day) "
    "VALUES {places} ON CONFLICT DO NOTHING"
)


class Note(NamedTuple):
    """A notice before it is put down."""

    duty_id: int
    recipient_id: int
    section: Section
    step: int
    kind: MailKind


@dataclass(frozen=True)
class Reach:
    """How a person can be reached: by mail, or through their line manager, and where they work."""

    by_mail: bool
    manager: int | None
    site_id: int | None


@dataclass(frozen=True)
class Told:
    """A duty that has taken a step, and whom that step tells."""

    duty_id: int
    person_id: int
    kind: str
    subject_key: str
    step: int
    tell: frozenset[Audience]


@dataclass
class Telling:
    """Turns steps into notices; keeps what it has read of Quality for the length of one run."""

    at: datetime
    quality: dict[int | None, list[int]] = field(default_factory=dict)

    def notes(self, told: list[Told], reach: dict[int, Reach]) -> Iterator[Note]:
        """Yield the notices of these steps."""
        owners = self._owners(told)
        for each in told:
            for section, recipients in self._recipients(each, reach[each.person_id], owners):
                kind = MailKind.ESCALATION if section is Section.QUALITY else MailKind.DIGEST
                for recipient in recipients:
                    yield Note(each.duty_id, recipient, section, each.step, kind)

    def own(self, duty: Duty, reach: Reach, kind: MailKind) -> Iterator[Note]:
        """Yield the notices that tell a person of their own duty, through somebody else where they have no e-mail."""
        section = Section.OWN if reach.by_mail else Section.PASS_ON
        for recipient in [duty.person_id] if reach.by_mail else self.pass_on(reach):
            yield Note(duty.pk, recipient, section, duty.step, kind)

    def pass_on(self, reach: Reach) -> list[int]:
        """Return who hears of the duties of somebody without e-mail: the line manager, else Quality."""
        return [reach.manager] if reach.manager else self.quality_of(reach.site_id)

    def quality_of(self, site_id: int | None) -> list[int]:
        """Return the quality managers who reach a site, read once a run."""
        if site_id not in self.quality:
            found = people_with(Can.REASSIGN, Scope(site_id=site_id)).exclude(email="")
            self.quality[site_id] = list(found.values_list("pk", flat=True))
        return self.quality[site_id]

    def _recipients(
        self, told: Told, reach: Reach, owners: dict[tuple[str, str], int]
    ) -> Iterator[tuple[Section, list[int]]]:
        if Audience.PERSON in told.tell:
            yield (Section.OWN, [told.person_id]) if reach.by_mail else (Section.PASS_ON, self.pass_on(reach))
        if Audience.LINE_MANAGER in told.tell and reach.manager:
            yield Section.TEAM, [reach.manager]
        owner = owners.get((told.kind, told.subject_key))
        if owner is not None and owner not in {told.person_id, reach.manager}:
            yield Section.PROCESS, [owner]
        if Audience.QUALITY in told.tell:
            yield Section.QUALITY, self.quality_of(reach.site_id)

    def _owners(self, told: list[Told]) -> dict[tuple[str, str], int]:
        keys: dict[str, set[str]] = {}
        for each in told:
            if Audience.PROCESS_OWNER in each.tell:
                keys.setdefault(each.kind, set()).add(each.subject_key)
        found = {(kind, key): owner for kind in keys for key, owner in _ask_owners(kind, keys[kind]).items()}
        able = User.objects.filter(pk__in=set(found.values()), is_active=True).exclude(email="")
        reachable = set(able.values_list("pk", flat=True))
        return {subject: owner for subject, owner in found.items() if owner in reachable}


def reach_of(people: Iterable[int]) -> dict[int, Reach]:
    """Return how each of these people can be reached, with one query. A manager without e-mail is none here."""
    rows = User.objects.filter(pk__in=set(people)).values_list(
        "pk", "is_active", "email", "site_id", "line_manager_id", "line_manager__is_active", "line_manager__email"
    )
    return {
        pk: Reach(active and bool(email), manager if manager_active and manager_email else None, site_id)
        for pk, active, email, site_id, manager, manager_active, manager_email in rows
    }


def tell(duties: list[Duty], kind: MailKind) -> None:
    """Tell the people who owe these duties: in the next minute for an approval, else with the next digest."""
    telling = Telling(timezone.now())
    for start in range(0, len(duties), BATCH):
        batch = duties[start : start + BATCH]
        reach = reach_of(each.person_id for each in batch)
        put_down((note for duty in batch for note in telling.own(duty, reach[duty.person_id], kind)), telling.at)


def put_down(notes: Iterable[Note], at: datetime) -> None:
    """Insert notices, leaving out those that stand already. Plain statements: a night may hold 300,000 of them, and
    a model instance each would cost ten times as much.
    """
    ops, rows = connection.ops, iter(notes)
    made_at, day = ops.adapt_datetimefield_value(at), ops.adapt_datefield_value(local_day(at))
    with connection.cursor() as cursor:
        while batch := [(*note, made_at, day) for note in islice(rows, BATCH)]:
            places = ", ".join([PLACES] * len(batch))
            cursor.execute(INSERT.format(places=places), list(chain.from_iterable(batch)))


def _ask_owners(kind: str, keys: set[str]) -> dict[str, int]:
    known = work_kinds.get(kind)
    if known is None or known.owners_of is None:
        return {}
    try:
        with transaction.atomic():
            return known.owners_of(sorted(keys))
    except Exception:
        logger.exception("The room of %s could not name process owners.", kind)
        return {}
