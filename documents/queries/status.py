"""Who has acknowledged what: the matrix of people and documents (K11), in a fixed number of queries."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from documents.models import Acknowledgement, Document, Excusal, ReadingDuty, Revision
from documents.states import MAJOR_CLASSES, State
from qms.organization.models import User
from qms.organization.queries import today


class Standing(StrEnum):
    """How it stands between one person and one document."""

    CURRENT = "current"
    DUE = "due"
    OVERDUE = "overdue"
    OUTDATED_MINOR = "outdated_minor"
    OUTDATED_MAJOR = "outdated_major"
    EXCUSED = "excused"
    NOT_ASKED = "not_asked"


STANDING_WORDS: dict[Standing, Promise] = {
    Standing.CURRENT: _("acknowledged"),
    Standing.DUE: _("due"),
    Standing.OVERDUE: _("overdue"),
    Standing.OUTDATED_MINOR: _("acknowledged before a minor change"),
    Standing.OUTDATED_MAJOR: _("acknowledged before a major change"),
    Standing.EXCUSED: _("excused"),
    Standing.NOT_ASKED: _("not asked"),
}


@dataclass(frozen=True)
class Cell:
    """One cell of the matrix: the standing, the revision last acknowledged and when, the one owed and its day, and who
    excused the person and why."""

    standing: Standing
    label: str = ""
    at: datetime | None = None
    method: str = ""
    due_on: date | None = None
    owes: str = ""
    excused_by: str = ""
    excuse: str = ""

    @property
    def words(self) -> str:
        """Return the standing in words."""
        return str(STANDING_WORDS[self.standing])


def matrix(pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Cell]:
    """Return the cell of each pair (person, document), in four queries whatever their number."""
    wanted = set(pairs)
    people, documents = {person for person, _d in wanted}, {document for _p, document in wanted}
    history = _history(documents)
    given = _given(people, documents)
    waiting = _waiting(people, documents)
    excused = _excused(people, documents)
    day = today()
    return {
        pair: _cell(history.get(pair[1], []), given.get(pair), waiting.get(pair), excused.get(pair), day)
        for pair in wanted
    }


def _history(documents: set[int]) -> dict[int, list[Revision]]:
    found: dict[int, list[Revision]] = {}
    rows = Revision.objects.filter(document__in=documents, state__in=[State.EFFECTIVE, State.SUPERSEDED])
    for revision in rows.only("document", "sequence", "label", "change_class", "state").order_by("sequence"):
        found.setdefault(revision.document_id, []).append(revision)
    return found


def _given(people: set[int], documents: set[int]) -> dict[tuple[int, int], Acknowledgement]:
    rows = Acknowledgement.objects.filter(person__in=people, document__in=documents)
    rows = rows.select_related("revision").order_by("at", "pk")
    return {(each.person_id, each.document_id): each for each in rows}


def _waiting(people: set[int], documents: set[int]) -> dict[tuple[int, int], tuple[date | None, str]]:
    rows = ReadingDuty.objects.filter(person__in=people, document__in=documents, duty__closed_at__isnull=True)
    owed = rows.values_list("person", "document", "duty__due_on", "revision__label")
    return {(person, document): (due, label) for person, document, due, label in owed}


def _excused(people: set[int], documents: set[int]) -> dict[tuple[int, int], Excusal]:
    rows = Excusal.objects.filter(person__in=people, revision__document__in=documents, revision__state=State.EFFECTIVE)
    return {(each.person_id, each.revision.document_id): each for each in rows.select_related("revision", "excused_by")}


def _cell(
    history: Sequence[Revision],
    given: Acknowledgement | None,
    waits: tuple[date | None, str] | None,
    excused: Excusal | None,
    day: date,
) -> Cell:
    due, owes = waits or (None, "")
    if waits is not None:
        standing = Standing.OVERDUE if due is not None and due < day else Standing.DUE
    elif excused:
        standing = Standing.EXCUSED
    else:
        standing = _read(history, given)
    by, why = (excused.excused_by.name, excused.reason) if excused and standing is Standing.EXCUSED else ("", "")
    if given is None:
        return Cell(standing, due_on=due, owes=owes, excused_by=by, excuse=why)
    return Cell(standing, given.revision.label, given.at, given.get_method_display(), due, owes, by, why)


def _read(history: Sequence[Revision], given: Acknowledgement | None) -> Standing:
    if given is None:
        return Standing.NOT_ASKED
    since = [revision for revision in history if revision.sequence > given.revision.sequence]
    if not since:
        return Standing.CURRENT
    major = any(revision.change_class in MAJOR_CLASSES for revision in since)
    return Standing.OUTDATED_MAJOR if major else Standing.OUTDATED_MINOR


def people_of_document(document: Document, people: Sequence[User]) -> list[tuple[User, Cell]]:
    """Return the people of a document with their cells, those who are late first."""
    cells = matrix((person.pk, document.pk) for person in people)
    return _late_first((person, cells[person.pk, document.pk]) for person in people)


def people_of_revision(revision: Revision) -> list[tuple[User, Cell]]:
    """Return who was or is asked to read one revision, in force or not, each with how it stood with that revision."""
    given = {each.person_id: each for each in revision.acknowledgements.select_related("revision").order_by("at", "pk")}
    waits = {each.person_id: each.duty.due_on for each in _open_readings(revision)}
    excused = {each.person_id: each for each in Excusal.objects.filter(revision=revision).select_related("excused_by")}
    people = User.objects.filter(pk__in={*given, *waits, *excused})
    day, own = today(), [revision]
    return _late_first(
        (
            person,
            _cell(
                own,
                given.get(person.pk),
                (waits[person.pk], revision.label) if person.pk in waits else None,
                excused.get(person.pk),
                day,
            ),
        )
        for person in people
    )


def _open_readings(revision: Revision) -> QuerySet[ReadingDuty]:
    return ReadingDuty.objects.filter(revision=revision, duty__closed_at__isnull=True).select_related("duty")


def _late_first(rows: Iterable[tuple[User, Cell]]) -> list[tuple[User, Cell]]:
    order = [Standing.OVERDUE, Standing.DUE, Standing.OUTDATED_MAJOR, *Standing]
    return sorted(rows, key=lambda row: (order.index(row[1].standing), row[0].name))


@dataclass(frozen=True)
class Tally:
    """How many of those who are asked have acknowledged a revision; how many only a later one, how many only an earlier
    one that a minor change followed; and how many are late."""

    asked: int
    done: int
    ahead: int = 0
    before: int = 0
    late: int = 0


def tally(revision: Revision, rows: Iterable[tuple[User, Cell]]) -> Tally:
    """Count the rows of a revision; who was never asked is not counted."""
    given = set(revision.acknowledgements.values_list("person_id", flat=True))
    asked = {person.pk: cell.standing for person, cell in rows if cell.standing is not Standing.NOT_ASKED}
    others = Counter(standing for person, standing in asked.items() if person not in given)
    return Tally(
        len(asked),
        done=len(asked.keys() & given),
        ahead=others[Standing.CURRENT],
        before=others[Standing.OUTDATED_MINOR],
        late=sum(standing is Standing.OVERDUE for standing in asked.values()),
    )
