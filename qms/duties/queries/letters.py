"""What stands in reminder mails: a few questions for a whole batch of readers, never one a reader."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from qms.core.seams.work import WorkItem, work_kinds
from qms.duties.letters import MOST_LINES, Line, Part, Parts
from qms.duties.models import Digest, Duty, Notice
from qms.duties.queries.listed import items_of, words_of
from qms.duties.states import Section
from qms.jobs.states import MailKind


class Row(NamedTuple):
    """One line of a mail before its room has said what it is about."""

    reader: int
    section: str
    kind: str
    subject_key: str
    due_on: date | None
    person: str


def parts_of(digests: list[Digest], today: date) -> dict[int, Parts]:
    """Return the sections of these mails by reader: what was noted and, in a digest, all that the reader owes by now.

    What a reader owes is read from the duties themselves, so that a lost mail loses nothing: the next one says it.
    """
    own, noted = _own(digests, today), _noted(digests)
    rows = [*_first(own, _OWN), *_first(noted, _NOTED)]
    totals = {**_totals(own, _OWN), **_totals(noted, _NOTED)}
    items = items_of({(row.kind, row.subject_key) for row in rows}, apart=True)
    found: defaultdict[int, dict[Section, Part]] = defaultdict(dict)
    for (reader, section), group in groupby(sorted(rows, key=_place), key=attrgetter("reader", "section")):
        lines = [_line(row, items.get((row.kind, row.subject_key))) for row in group]
        found[reader][Section(section)] = Part(lines, totals[reader, section])
    return dict(found)


# The columns of a Row, from duties and from notices.
_OWN = ("person_id", "section", "kind", "subject_key", "due_on", "nobody")
_NOTED = ("recipient_id", "section", "duty__kind", "duty__subject_key", "duty__due_on", "who")


def _own(digests: list[Digest], today: date) -> QuerySet[Duty, Any]:
    """Return what the readers of digests owe and do not rest: all that stands on the ladder, and what is new."""
    readers = [each.recipient_id for each in digests if each.kind == MailKind.DIGEST]
    new = Notice.objects.filter(digest__in=digests, section=Section.OWN, duty=OuterRef("pk"))
    telling = [key for key, kind in work_kinds.items() if kind.tells]
    section = Case(When(kind__in=telling, then=_text(Section.NEWS)), default=_text(Section.OWN))
    return Duty.objects.filter(
        Q(rested_until__isnull=True) | Q(rested_until__lte=today),
        Q(step__gt=0) | Exists(new),
        person__in=readers,
        closed_at__isnull=True,
    ).annotate(section=section, nobody=_text(""))


def _noted(digests: list[Digest]) -> QuerySet[Notice, Any]:
    """Return the notices of mails, without a digest's own section, which is read from the duties."""
    return (
        Notice.objects.filter(digest__in=digests)
        .exclude(digest__kind=MailKind.DIGEST, section=Section.OWN)
        .annotate(who=Case(When(section=Section.OWN, then=_text("")), default=F("duty__person__name")))
    )


def _first(found: QuerySet[Any, Any], columns: tuple[str, ...]) -> Iterator[Row]:
    """Yield the most urgent rows of each reader and section, at most as many as a mail shows."""
    reader, section, due_on = columns[0], columns[1], columns[4]
    ranked = found.annotate(
        rank=Window(RowNumber(), partition_by=[F(reader), F(section)], order_by=[F(due_on).asc(nulls_last=True), "pk"])
    ).filter(rank__lte=MOST_LINES)
    return (Row(*values) for values in ranked.values_list(*columns))


def _totals(found: QuerySet[Any, Any], columns: tuple[str, ...]) -> dict[tuple[int, str], int]:
    rows = found.order_by().values_list(columns[0], columns[1]).annotate(total=Count("pk"))
    return {(reader, section): total for reader, section, total in rows}


def _place(row: Row) -> tuple[Any, ...]:
    return row.reader, row.section, row.person, row.due_on or date.max, row.subject_key


def _line(row: Row, item: WorkItem | None) -> Line:
    title = f"{item.number} {item.title}".strip() if item else ""
    return Line(words_of(row.kind), title, row.person, row.due_on, item.url if item else "")


def _text(words: str) -> Value:
    return Value(words, output_field=CharField())
