"""Opening, seeing, resting and closing duties. All set-based: a release opens thousands at once."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import F, Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.core.actors import Actor
from qms.core.errors import RuleBroken
from qms.core.seams.work import work_kinds
from qms.duties import ladder as rungs
from qms.duties.ladder import Owed, first_step_on, next_step
from qms.duties.models import Duty, Notice
from qms.duties.queries import calendars, ladder
from qms.duties.services.notices import tell
from qms.duties.states import Outcome
from qms.jobs.states import MailKind
from qms.organization.models import User
from qms.organization.queries import today
from qms.organization.queries.options import settings_read_once

BATCH = 1000


@settings_read_once()
def open_for(
    people: Iterable[int], kind: str, row: Model, *, due_on: date | None, by: Actor | None = None
) -> list[Duty]:
    """Open one duty a person on a record; a person who already owes it keeps the open one. Returns the new ones.

    `by` is who asks, which *My work* shows as "from". An approval that is wanted today is mailed at once (K9).
    """
    model, key = row._meta.label_lower, str(row.pk)
    open_rows = Duty.objects.filter(kind=kind, subject_model=model, subject_key=key, closed_at__isnull=True)
    owing = set(open_rows.values_list("person_id", flat=True))
    new = [person for person in dict.fromkeys(people) if person not in owing]
    first, now = _first_steps(new, due_on), timezone.now()
    duties = [
        Duty(
            person_id=person,
            kind=kind,
            subject_model=model,
            subject_key=key,
            asked_by_id=by.person_id if by else None,
            opened_at=now,
            due_on=due_on,
            counts_from=due_on,
            next_step_on=first[person],
        )
        for person in new
    ]
    made = Duty.objects.bulk_create(duties, batch_size=BATCH)
    if wanted_at_once(kind, due_on):
        tell(made, MailKind.APPROVAL)
    return made


def note_opening(duties: QuerySet[Duty]) -> int:
    """Note that what these duties ask to be read was opened for the first time (5.4.2 "opened"); return how many that
    concerns. Later openings change nothing.
    """
    return duties.filter(closed_at__isnull=True, seen_at__isnull=True).update(seen_at=timezone.now())


def close(duties: QuerySet[Duty], outcome: Outcome) -> int:
    """Close the open ones of these duties with an outcome; return how many were closed."""
    return duties.filter(closed_at__isnull=True).update(closed_at=timezone.now(), outcome=outcome, next_step_on=None)


def close_on(row: Model, outcome: Outcome, *, kinds: Iterable[str] = (), people: Iterable[int] | None = None) -> int:
    """Close the open duties on a record, of these kinds and people (all when not given)."""
    duties = Duty.objects.filter(subject_model=row._meta.label_lower, subject_key=str(row.pk))
    if kinds:
        duties = duties.filter(kind__in=list(kinds))
    if people is not None:
        duties = duties.filter(person_id__in=list(people))
    return close(duties, outcome)


@settings_read_once()
@transaction.atomic
def rest(duties: QuerySet[Duty], until: date) -> int:
    """Stop the ladder of the open ones of these duties until a day: an objection (K12) or a recorded absence.

    Their due days stay. What waits to be mailed about them is dropped. Returns how many rest; raises RuleBroken for
    a day that is not to come. The verb that asks for the rest writes the entry.
    """
    now = today()
    if until <= now:
        raise RuleBroken(_("A rest ends on a day that is still to come."))
    found = list(duties.filter(closed_at__isnull=True).annotate(site=F("person__site")).order_by("pk"))
    days, rule = calendars(), ladder()
    for duty in found:
        if duty.counts_from is not None:
            duty.counts_from = rungs.rest(duty.counts_from, now, until, duty.rested_until)
            following = next_step(Owed(duty.counts_from, duty.step, until), rule, days[duty.site])
            duty.next_step_on = following.day if following else None
        duty.rested_until = until
    Duty.objects.bulk_update(found, ["rested_until", "counts_from", "next_step_on"], batch_size=BATCH // 4)
    for start in range(0, len(found), BATCH):
        Notice.objects.filter(duty__in=found[start : start + BATCH], digest__isnull=True).delete()
    return len(found)


def wanted_at_once(kind: str, due_on: date | None) -> bool:
    """Return whether a duty of a kind that is due on a day goes at once: an approval wanted today (K9)."""
    known = work_kinds.get(kind)
    return known is not None and known.at_once and due_on is not None and due_on <= today()


def _first_steps(people: list[int], due_on: date | None) -> dict[int, date | None]:
    """Return the day of the first rung by person, which differs only by the working days of their sites."""
    if due_on is None or not people:
        return dict.fromkeys(people)
    rule, days = ladder(), calendars()
    by_site = {site: first_step_on(due_on, rule, days[site]) for site in days}
    sites: dict[int, int | None] = {}
    for start in range(0, len(people), BATCH):
        sites.update(User.objects.filter(pk__in=people[start : start + BATCH]).values_list("pk", "site_id"))
    return {person: by_site[sites.get(person)] for person in people}
