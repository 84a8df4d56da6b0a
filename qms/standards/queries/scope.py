"""Questions about the scope: what the management system covers, now and as of a day, and what the guide proposes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Prefetch, Q, QuerySet

from qms.core.seams.texts import text_makers
from qms.organization.models import User
from qms.organization.queries import end_of_day
from qms.standards.guide import asked_about, dropped
from qms.standards.models import Clause, Edition, NotApplicable, ScopeStatement
from qms.standards.queries.library import standing_clauses


def scopes() -> QuerySet[ScopeStatement]:
    """Return all scopes that were ever confirmed, the newest first."""
    out = NotApplicable.objects.select_related("clause__edition").prefetch_related("sites")
    out = out.order_by("clause__edition", "clause__position", "sub_item")
    return (
        ScopeStatement.objects.select_related("confirmed_by")
        .prefetch_related("editions", "sites", "processes", Prefetch("left_out", out))
        .order_by("-valid_from", "-pk")
    )


def scope_at(at: datetime | None = None) -> ScopeStatement | None:
    """Return the scope that stands, or the one that stood at an instant; None before the first."""
    return (scopes().filter(valid_until=None) if at is None else _standing(at)).first()


def stood_on(day: date) -> QuerySet[ScopeStatement]:
    """Return the scope that stood at the end of a day of the organization, in its zone; none before the first."""
    return _standing(end_of_day(day))


def _standing(at: datetime) -> QuerySet[ScopeStatement]:
    return scopes().filter(Q(valid_until=None) | Q(valid_until__gt=at), valid_from__lte=at)


def last_document_key() -> str:
    """Return the key of the document in which a scope was written last; empty where none was."""
    found = ScopeStatement.objects.exclude(document_key="").order_by("-valid_from", "-pk")
    return found.values_list("document_key", flat=True).first() or ""


def document_kinds(person: User) -> list[tuple[str, str]]:
    """Return the kinds of document as which a person may have the scope written."""
    return [kind for maker in text_makers for kind in maker.kinds(person)]


def document_address(statement: ScopeStatement | None) -> str:
    """Return where the document of a scope stands; empty where it has none."""
    key = statement.document_key if statement else ""
    return next((maker.address(key) for maker in text_makers if key), "")


@dataclass(frozen=True)
class LastDocument:
    """The document in which a scope was written last, and why a person cannot write into it now, if so."""

    url: str
    obstacle: str


def last_document(person: User) -> LastDocument | None:
    """Return the document in which a scope was written last; None where none was."""
    key = last_document_key()
    return next((LastDocument(maker.address(key), maker.obstacle(key, person)) for maker in text_makers if key), None)


@dataclass(frozen=True)
class LeftOutHere:
    """The clauses of an edition that apply nowhere, and those that apply in part: without an item, or not at a site."""

    whole: frozenset[int]
    part: frozenset[int]


def left_out_of(edition: Edition) -> LeftOutHere:
    """Return what does not apply of an edition in the scope that stands, with all that belongs to it, by key."""
    rows = [each for each in _left_out(scope_at()) if each.clause.edition_id == edition.pk]
    whole = {each.clause_id for each in rows if not each.sub_item and not each.only_at}
    part = {each.clause_id for each in rows if not each.sub_item and each.only_at}
    for clause in edition.clauses.order_by("position") if rows else ():
        for found in (whole, part):
            found.update({clause.pk} if clause.parent_id in found else ())
    items = {each.clause_id for each in rows if each.sub_item}
    return LeftOutHere(frozenset(whole), frozenset(part | items) - whole)


def left_out_on(clause: Clause) -> list[NotApplicable]:
    """Return what the scope that stands leaves out of a clause: itself or what it belongs to, items of it, also where
    that is at some sites alone.
    """
    here: dict[int, int] = {}
    found: Clause | None = clause
    while found:
        here[found.pk], found = len(here), found.parent
    rows = [each for each in _left_out(scope_at()) if each.clause_id in here]
    rows = [each for each in rows if each.clause_id == clause.pk or not each.sub_item]
    return sorted(rows, key=lambda each: (here[each.clause_id], each.sub_item))


def _left_out(statement: ScopeStatement | None) -> list[NotApplicable]:
    return list(statement.left_out.all()) if statement else []


@dataclass(frozen=True)
class Line:
    """A clause, or one item of it, that may not apply; with a reason where the answers say that it does not.

    `before` is what the scope that stands says of it, `asked` whether the guide asks about it.
    """

    clause: Clause
    sub_item: str = ""
    reason: str = ""
    asked: bool = False
    before: NotApplicable | None = None

    @property
    def key(self) -> str:
        """Return the name of the line in a form."""
        return f"{self.clause.pk}-{self.sub_item}"

    @property
    def number(self) -> str:
        """Return the number with the item."""
        return f"{self.clause.number} {self.sub_item}".strip()

    @property
    def proposed(self) -> bool:
        """Return whether it does not apply by the answers, or by the scope that stands and nothing answered since."""
        return bool(self.reason or (self.before and not self.asked))

    @property
    def words(self) -> str:
        """Return the reason to begin with: the one that stands is in the organization's own words."""
        return self.before.reason if self.before else self.reason


def lines(editions: Iterable[Edition], answers: Mapping[str, str], before: ScopeStatement | None = None) -> list[Line]:
    """Return what may not apply in the chosen editions, begun with what stands: what the answers take out, with what
    else is excludable.

    What belongs to a clause that is among them is not told again; a standard that leaves nothing out has no lines.
    """
    drops = {(drop.number, drop.sub_item): str(drop.reason) for drop in dropped(answers)}
    known = {(each.clause_id, each.sub_item): each for each in _left_out(before)}
    return [
        replace(line, before=known.get((line.clause.pk, line.sub_item)))
        for edition in editions
        for line in _lines(edition, drops)
    ]


def _lines(edition: Edition, drops: Mapping[tuple[str, str], str]) -> Iterator[Line]:
    asked = asked_about(edition.standard, edition.edition)
    offered: set[int] = set()
    for clause in standing_clauses().filter(edition=edition).select_related("edition").order_by("position"):
        items = sorted(item for number, item in asked if number == clause.number and item)
        if clause.excludable and clause.parent_id not in offered:
            items.insert(0, "")
        if clause.excludable:
            offered.add(clause.pk)
        for name in ((clause.number, item) for item in items):
            yield Line(clause, name[1], drops.get(name, "") if name in asked else "", asked=name in asked)
