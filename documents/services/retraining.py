"""Reading again after the period of the document's type (K10)."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta

from django.db import transaction

from documents.audience import people_of
from documents.models import Document, DocumentType, ReadingDuty
from documents.queries import effective_revision
from documents.queries.reading import read_before
from documents.services.asking import ask
from qms.core.days import add_months
from qms.organization.queries import organization_zone, today


def ask_again() -> int:
    """Ask whoever last acknowledged a document longer ago than its type allows to read what is in force again (K10).

    The day is dated from the last acknowledgement; the duty opens the type's grace days before it. Where that day has
    passed already (the period was just set), readers have their grace days. Returns how many duties were opened.
    """
    opened = 0
    for type_ in DocumentType.objects.filter(retraining_months__isnull=False, is_active=True):
        for document, people in _due(type_).items():
            opened += _ask_document(document, people)
    return opened


def _due(type_: DocumentType) -> dict[int, dict[int, datetime]]:
    """Return who may have to read again, by document; a few days too many, for months differ in length."""
    assert type_.retraining_months is not None
    day = add_months(today() + timedelta(days=type_.grace_days), -type_.retraining_months) + timedelta(days=4)
    found: defaultdict[int, dict[int, datetime]] = defaultdict(dict)
    for row in read_before(type_, datetime.combine(day, time(0, 0), tzinfo=organization_zone())):
        found[row["document"]][row["person"]] = row["last"]
    return found


@transaction.atomic
def _ask_document(document_id: int, people: dict[int, datetime]) -> int:
    document = Document.objects.select_for_update(of=("self",)).select_related("type", "owner").get(pk=document_id)
    revision = effective_revision(document)
    if revision is None:
        return 0
    revision.document = document
    asked = ReadingDuty.objects.filter(document=document, duty__closed_at__isnull=True)
    wanted = (set(people) & set(people_of(document))) - set(asked.values_list("person_id", flat=True))
    days: defaultdict[date, list[int]] = defaultdict(list)
    for person in sorted(wanted):
        days[_due_day(document.type, people[person])].append(person)
    latest = today() + timedelta(days=document.type.grace_days)
    return sum(ask(revision, people, day) for day, people in sorted(days.items()) if day <= latest)


def _due_day(type_: DocumentType, last: datetime) -> date:
    due = add_months(last.astimezone(organization_zone()).date(), type_.retraining_months or 0)
    return due if due >= today() else today() + timedelta(days=type_.grace_days)
