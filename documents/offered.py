"""What this room offers as evidence: a document in force is maintained, one whose review is overdue wants attention;
the last record of a kind in a place is retained until its period is over."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from documents.models import Document, Record, RecordKind, Revision
from documents.queries import visible_to
from documents.queries.kept import (
    end_of_period,
    kinds_visible_to,
    last_by_place,
    records_visible_to,
    standing_records,
)
from documents.queries.standing import in_reach
from documents.rights import Can
from documents.states import State
from qms.core.seams.evidence_status import Kind, Offer, StatusSource, Subject
from qms.organization.models import User
from qms.organization.queries import organization_zone


def offers(keys: Sequence[str], at: datetime) -> dict[str, list[Offer]]:
    """Return what documents offer from an instant on: nothing while no revision is in force."""
    effective = Revision.objects.filter(document__in=_keys(keys), state=State.EFFECTIVE).select_related("document")
    return {str(each.document_id): _of(each) for each in effective}


def _of(revision: Revision) -> list[Offer]:
    document = revision.document
    since = revision.effective_at or document.created_at
    found = [Offer(Kind.MAINTAIN, since, site=document.site_id, process=document.process_id)]
    if document.next_review_on:
        overdue = _day_after(document.next_review_on)
        found.append(Offer(Kind.ATTENTION, overdue, site=document.site_id, process=document.process_id))
    return found


def _keys(keys: Sequence[str]) -> list[int]:
    return [int(key) for key in keys if key.isdecimal()]


def _day_after(day: date) -> datetime:
    """Return when a day is over in the organization's zone: what was due on it is overdue from then on."""
    return datetime.combine(day + timedelta(days=1), time.min, organization_zone())


def _described(keys: Sequence[str], person: User) -> dict[str, Subject]:
    found = _known(keys, person).select_related("type")
    return {str(each.pk): Subject(each.type.name, each.number, each.title, each.get_absolute_url()) for each in found}


def _linkable(keys: Sequence[str], person: User) -> set[str]:
    own = Q(owner=person) | in_reach(person, Can.MANAGE)
    return {str(key) for key in _known(keys, person).filter(own).values_list("pk", flat=True)}


def _known(keys: Sequence[str], person: User) -> QuerySet[Document]:
    return visible_to(person).filter(pk__in=_keys(keys))


def _numbered(numbers: Sequence[str], person: User) -> dict[str, str]:
    found = visible_to(person).filter(number__in=list(numbers)).values_list("number", "pk")
    return {number: str(key) for number, key in found}


OFFERED = StatusSource(
    words=_("Documents"), offers=offers, described=_described, linkable=_linkable, numbered=_numbered
)


def kind_offers(keys: Sequence[str], _at: datetime) -> dict[str, list[Offer]]:
    """Return what kinds of record offer: in each place the last record that stands, until its period is over.

    Nothing for a kind that has ended; without a period one record is enough.
    """
    found: dict[str, list[Offer]] = {}
    zone = organization_zone()
    for row in last_by_place(_keys(keys)):
        until = end_of_period(row["last"], row["kind__period_months"], zone)
        offer = Offer(Kind.RETAIN, row["recorded"], until, row["site_id"], row["process_id"])
        found.setdefault(str(row["kind_id"]), []).append(offer)
    return found


def record_offers(keys: Sequence[str], _at: datetime) -> dict[str, list[Offer]]:
    """Return what records that are linked by themselves offer: as their kinds do, each alone."""
    rows = standing_records().filter(pk__in=_keys(keys), kind__is_active=True).select_related("kind")
    zone = organization_zone()
    return {str(each.pk): [_of_record(each, zone)] for each in rows}


def _of_record(record: Record, zone: ZoneInfo) -> Offer:
    until = end_of_period(record.happened_on, record.kind.period_months, zone)
    return Offer(Kind.RETAIN, record.recorded_at, until, record.site_id, record.process_id)


def _kinds_described(keys: Sequence[str], person: User) -> dict[str, Subject]:
    words = RecordKind._meta.verbose_name or ""
    return {
        str(each.pk): Subject(words, "", each.name, each.get_absolute_url())
        for each in kinds_visible_to(person).filter(pk__in=_keys(keys))
    }


def _kinds_linkable(keys: Sequence[str], person: User) -> set[str]:
    own = Q(owner=person) | in_reach(person, Can.MANAGE_RECORDS)
    return {str(key) for key in kinds_visible_to(person).filter(own, pk__in=_keys(keys)).values_list("pk", flat=True)}


def _kinds_named(names: Sequence[str], person: User) -> dict[str, str]:
    found = kinds_visible_to(person).filter(is_active=True).values_list("name", "pk")
    keys = {name.casefold(): str(key) for name, key in found}
    return {name: keys[name.casefold()] for name in names if name.casefold() in keys}


def _records_described(keys: Sequence[str], person: User) -> dict[str, Subject]:
    words = Record._meta.verbose_name or ""
    return {
        str(each.pk): Subject(words, "", f"{each.kind}: {each}", each.get_absolute_url())
        for each in records_visible_to(person).filter(pk__in=_keys(keys)).select_related("kind")
    }


def _records_linkable(keys: Sequence[str], person: User) -> set[str]:
    own = Q(kind__owner=person) | in_reach(person, Can.KEEP_RECORDS)
    found = records_visible_to(person).filter(own, pk__in=_keys(keys))
    return {str(key) for key in found.values_list("pk", flat=True)}


def _records_named(names: Sequence[str], person: User) -> dict[str, str]:
    """Return the records of these names; a name that several carry names none of them."""
    found = records_visible_to(person).filter(correction=None, title__in=list(names)).values_list("title", "pk")
    keys: dict[str, list[str]] = {}
    for title, key in found:
        keys.setdefault(title, []).append(str(key))
    return {title: several[0] for title, several in keys.items() if len(several) == 1}


KINDS_OFFERED = StatusSource(
    words=_("Kinds of record"),
    offers=kind_offers,
    described=_kinds_described,
    linkable=_kinds_linkable,
    numbered=_kinds_named,
)
RECORDS_OFFERED = StatusSource(
    words=_("Records"),
    offers=record_offers,
    described=_records_described,
    linkable=_records_linkable,
    numbered=_records_named,
)
