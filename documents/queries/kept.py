"""Questions about kinds of record and records: who sees which, which counts, and by when the next is wanted."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from documents.models import Record, RecordKind, Revision, RevisionSpan
from documents.queries.standing import NOWHERE, in_reach
from documents.rights import Can
from documents.states import State
from qms.core.days import add_months
from qms.core.keyset import Page, page
from qms.duties.models import Duty
from qms.organization.models import Process, Site, User
from qms.organization.queries import may, organization_zone, reach, rights, today
from qms.organization.states import Scope
from qms.standards.models import ClauseLink

KIND, RECORD = "documents.recordkind", "documents.record"
WANTED_DUTY = "documents.record_wanted"
WANTED_DAYS = 30
OVERDUE, ENDED = "overdue", "ended"
KIND_ORDER, RECORD_ORDER = ("name", "pk"), ("-happened_on", "-pk")


def place_of(row: RecordKind | Record) -> Scope:
    """Return where a kind or a record lies."""
    return Scope(site_id=row.site_id, process_id=row.process_id)


def kinds_visible_to(person: User) -> QuerySet[RecordKind]:
    """Return the kinds that a person may see: those where they read documents, and their own."""
    found = in_reach(person, Can.READ, reading=True)
    return RecordKind.objects.filter(found | _own(person, "owner"))


def records_visible_to(person: User) -> QuerySet[Record]:
    """Return the records that a person may see: of the kinds they see, those that lie where they read documents."""
    here = in_reach(person, Can.READ, reading=True) | _own(person, "kind__owner")
    return Record.objects.filter(here, kind__in=kinds_visible_to(person))


def _own(person: User, owner: str) -> Q:
    """What a person answers for, while they read anything at all (ASVS 8.3.2)."""
    return Q(**{owner: person}) if may(person, Can.READ) else NOWHERE


def manages(person: User, place: Scope) -> bool:
    """Return whether a person may change the kinds of record that lie in a place."""
    return Can.MANAGE_RECORDS in rights(person, place)


def may_keep(person: User, kind: RecordKind, place: Scope | None = None) -> bool:
    """Return whether a person may add records of a kind in a place; without one: anywhere that the kind reaches."""
    if kind.owner_id == person.pk and may(person, Can.READ):
        return True
    if place is not None:
        return Can.KEEP_RECORDS in rights(person, place)
    return any(_meets(held, place_of(kind)) for held in reach(person, Can.KEEP_RECORDS))


def _meets(one: Scope, other: Scope) -> bool:
    pairs = ((one.site_id, other.site_id), (one.process_id, other.process_id))
    return all(None in pair or pair[0] == pair[1] for pair in pairs)


def kinds_shown(person: User, wanted: str = "") -> QuerySet[RecordKind]:
    """Return the kinds that a person sees: those in use, the overdue of them, or the ended."""
    found = kinds_visible_to(person).filter(is_active=wanted != ENDED).select_related("owner", "process", "site")
    return found.filter(wanted_by__lt=today()) if wanted == OVERDUE else found


def kinds_page(person: User, wanted: str = "", *, after: str = "", before: str = "") -> Page[RecordKind]:
    """Return one page of the kinds that are shown to a person, by name."""
    return page(kinds_shown(person, wanted), KIND_ORDER, after=after, before=before)


def how_many_kinds(person: User) -> dict[str, int]:
    """Return how many kinds a person sees are in use, overdue and ended: one question."""
    in_use = Q(is_active=True)
    return kinds_visible_to(person).aggregate(
        in_use=Count("pk", filter=in_use),
        overdue=Count("pk", filter=in_use & Q(wanted_by__lt=today())),
        ended=Count("pk", filter=~in_use),
    )


def records_page(person: User, kind: RecordKind, *, after: str = "", before: str = "") -> Page[Record]:
    """Return one page of the records of a kind that a person sees, the latest day first, corrected ones among them."""
    found = records_visible_to(person).filter(kind=kind).select_related("site", "process", "recorded_by", "correction")
    return page(found, RECORD_ORDER, after=after, before=before)


def standing_records() -> QuerySet[Record]:
    """Return the records that no other corrects."""
    return Record.objects.filter(correction=None)


def last_by_place(kinds: Iterable[int]) -> list[dict[str, Any]]:
    """Return the day of the last standing record of each kind in each place: one question, whatever their number."""
    places = ("kind_id", "kind__period_months", "site_id", "process_id")
    found = standing_records().filter(kind__in=list(kinds), kind__is_active=True).order_by()
    return list(found.values(*places).annotate(last=Max("happened_on"), recorded=Max("recorded_at")))


def end_of_period(day: date, months: int | None, zone: ZoneInfo) -> datetime | None:
    """Return when a record of a day no longer is within its period: with the end of its last day; None without one."""
    if months is None:
        return None
    return datetime.combine(add_months(day, months) + timedelta(days=1), time.min, zone)


def due_of(kind: RecordKind) -> tuple[date | None, date | None]:
    """Return the day of the last record of a kind, and by when the next is wanted: where it is wanted first.

    Places that are out of use want nothing more; a kind without records wants the first one period after it was added.
    """
    rows = last_by_place([kind.pk]) if kind.is_active else []
    last = max((row["last"] for row in rows), default=None) or _last_ever(kind)
    if not kind.is_active or kind.period_months is None:
        return last, None
    days = [row["last"] for row in _in_use(rows)]
    begun = kind.created_at.astimezone(organization_zone()).date()
    return last, add_months(min(days, default=begun), kind.period_months)


def _last_ever(kind: RecordKind) -> date | None:
    found: date | None = standing_records().filter(kind=kind).aggregate(last=Max("happened_on"))["last"]
    return found


def _in_use(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out the places that are out of use."""
    sites = {row["site_id"] for row in rows} - {None}
    processes = {row["process_id"] for row in rows} - {None}
    over = set(Site.objects.filter(pk__in=sites, is_active=False).values_list("pk", flat=True))
    done = set(Process.objects.filter(pk__in=processes, is_active=False).values_list("pk", flat=True))
    return [row for row in rows if row["site_id"] not in over and row["process_id"] not in done]


def kinds_to_ask_for(day: date | None = None) -> QuerySet[RecordKind]:
    """Return the kinds of which a record is wanted within thirty days and whose owner does not owe it yet."""
    owed = Duty.objects.filter(kind=WANTED_DUTY, closed_at__isnull=True).values_list("subject_key", flat=True)
    asked = [int(key) for key in owed]
    near = (day or today()) + timedelta(days=WANTED_DAYS)
    return RecordKind.objects.filter(wanted_by__lte=near).exclude(pk__in=asked)


def form_in_force(kind: RecordKind, day: date) -> Revision | None:
    """Return the revision of a kind's form that was in force on a day, the last of several; None where none was."""
    if kind.form_id is None:
        return None
    begins = datetime.combine(day, time.min, organization_zone())
    spans = RevisionSpan.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=begins),
        revision__document=kind.form_id,
        state=State.EFFECTIVE,
        valid_from__lt=min(begins + timedelta(days=1), timezone.now()),
    )
    found = spans.select_related("revision").order_by("-valid_from", "-pk").first()
    return found.revision if found else None


def linked_records(kind: RecordKind) -> list[int]:
    """Return the records of a kind that are linked to clauses by themselves."""
    links = ClauseLink.objects.filter(valid_until=None, subject_model=RECORD).values_list("subject_key", flat=True)
    keys = sorted({int(key) for key in links})
    return list(Record.objects.filter(kind=kind, pk__in=keys).values_list("pk", flat=True)) if keys else []


def corrections_of(record: Record) -> list[Record]:
    """Return the records that correct one another beside a record, the first made first, itself among them."""
    first = record
    while first.supersedes is not None:
        first = first.supersedes
    found = [first]
    while (following := Record.objects.filter(supersedes=found[-1]).first()) is not None:
        found.append(following)
    return found
