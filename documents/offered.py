"""What documents offer as evidence: one in force is maintained; one whose review is overdue wants attention."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from documents.models import Document, Revision
from documents.queries import visible_to
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
