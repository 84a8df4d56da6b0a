"""What reminders ask: the ladder, the working days of sites, who may be written to now, what was told."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import Exists, OuterRef, Q, QuerySet

from qms.duties.ladder import MONDAY_TO_FRIDAY, Calendar, Ladder, digest_day, ladder_of
from qms.duties.models import Digest, Duty, Notice, ReminderClock
from qms.duties.states import AUDIENCE_WORDS, Audience
from qms.jobs.models import Job
from qms.jobs.states import JobState, MailKind
from qms.organization.models import Holiday, Site, User
from qms.organization.queries import organization_zone, setting

AT_ONCE = (MailKind.APPROVAL, MailKind.ESCALATION)
REMINDERS = "duties.reminders"


@dataclass(frozen=True)
class Clock:
    """People who share a site and a time zone, and therefore the moment of their digest."""

    site_id: int | None
    time_zone: str
    day: date


def ladder() -> Ladder:
    """Return the ladder of this organization: K8, or what the settings `duties.ladder.*` have made of it."""
    names = ("before", "manager", "owner", "quality", "every")
    return ladder_of(**{name: int(setting(f"duties.ladder.{name}")) for name in names})


def calendars() -> dict[int | None, Calendar]:
    """Return the working days of every site by id; under None those of people without a site, Monday to Friday."""
    holidays: dict[int, set[date]] = {}
    for site_id, day in Holiday.objects.values_list("site_id", "day"):
        holidays.setdefault(site_id, set()).add(day)
    found: dict[int | None, Calendar] = {None: Calendar(MONDAY_TO_FRIDAY)}
    for pk, weekdays in Site.objects.values_list("pk", "working_days"):
        worked = frozenset(int(each) for each in weekdays if each in "1234567")
        found[pk] = Calendar(worked, frozenset(holidays.get(pk, ())))
    return found


def local_day(at: datetime) -> date:
    """Return the day in the organization's zone at an instant."""
    return at.astimezone(organization_zone()).date()


def due_for_a_step(day: date) -> QuerySet[Duty]:
    """Return the open duties whose next rung is due, by the partial index on `next_step_on`."""
    return Duty.objects.filter(closed_at__isnull=True, next_step_on__lte=day).order_by("next_step_on", "pk")


def open_clocks(at: datetime) -> Iterator[Clock]:
    """Yield the clocks on which a digest may go out now: a working day of the site, from six in the morning (K9).

    The hour can be set; the zone is the person's, else the site's, else the organization's.
    """
    days, home = calendars(), organization_zone()
    from_hour = int(setting("duties.digest_hour"))
    clocks = User.objects.filter(is_active=True).order_by().values_list("site_id", "time_zone", "site__time_zone")
    for site_id, own, of_site in clocks.distinct():
        there = at.astimezone(zone_of(own, of_site or "", home))
        day = digest_day(there, from_hour, days[site_id])
        if day is not None:
            yield Clock(site_id, own, day)


def zone_of(own: str, of_site: str, home: ZoneInfo) -> ZoneInfo:
    """Return the first of these zones that exists; a name that is none stops nobody's mail."""
    for name in filter(None, (own, of_site)):
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            continue
    return home


def to_digest(clock: Clock) -> QuerySet[User]:
    """Return the people of a clock for whom something waits and who have had no digest on its day."""
    there = Q(site__isnull=True) if clock.site_id is None else Q(site=clock.site_id)
    return waiting_for(MailKind.DIGEST, clock.day.isoformat(), clock.day).filter(there, time_zone=clock.time_zone)


def waiting(kind: MailKind, day: date) -> QuerySet[Notice]:
    """Return the notices of a kind that wait for a mail and may stand in one of this day."""
    return Notice.objects.filter(kind=kind, digest__isnull=True, day__lte=day)


def waiting_for(kind: MailKind, slot: str, day: date) -> QuerySet[User]:
    """Return the active people for whom notices of a kind wait on a day, and whose slot is free."""
    waits = waiting(kind, day).filter(recipient=OuterRef("pk"))
    had = Digest.objects.filter(kind=kind, slot=slot, recipient=OuterRef("pk"))
    return User.objects.filter(Exists(waits), ~Exists(had), is_active=True).order_by("pk")


def reminder_clock() -> ReminderClock | None:
    """Return when reminders last ran and whether they are held; None before the first run."""
    return ReminderClock.objects.first()


def reminders_due(at: datetime) -> bool:
    """Return whether a run of reminders would find something, and none is under way. A few index look-ups."""
    if Job.objects.filter(state__in=[JobState.QUEUED, JobState.RUNNING], kind=REMINDERS).exists():
        return False
    return (
        due_for_a_step(local_day(at)).exists()
        or any(waiting_for(kind, at_once_slot(at), local_day(at)).exists() for kind in AT_ONCE)
        or any(to_digest(clock).exists() for clock in open_clocks(at))
    )


def at_once_slot(at: datetime) -> str:
    """Return the slot of what goes at once: at most one mail an hour to a person."""
    return f"{at:%Y-%m-%dT%H}"


def rungs(rule: Ladder) -> list[tuple[int, str]]:
    """Return the rungs of a ladder for people: working days from the due day, and whom each tells."""
    return [
        (step.day, ", ".join(str(AUDIENCE_WORDS[each]) for each in Audience if each in step.tell))
        for step in rule.steps
    ]


def told_about(duty: Duty) -> QuerySet[Notice]:
    """Return who was told of a duty, at which step and in which mail, the latest first."""
    return duty.notices.select_related("recipient", "digest").order_by("-made_at", "-pk")


def failed_digests() -> QuerySet[Digest]:
    """Return the reminder mails that could not be written, the latest first; the mail log has those not sent."""
    return Digest.objects.exclude(error="").select_related("recipient").order_by("-made_at", "-pk")
