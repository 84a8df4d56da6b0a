"""Catalogue files as they come: YAML, or a table whose rows are clauses; and those that ship with the product."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from qms.core.canonical import sha256
from qms.core.errors import RuleBroken
from qms.core.parsers.model import Outcome
from qms.core.parsers.tables import Table, TableRow, read_table
from qms.search.words import clean
from qms.standards.catalogue import Catalogue, read_catalogue
from qms.standards.correlation import Correlation, read_correlation
from qms.standards.lined import Problem, Unreadable, Value, read, read_given
from qms.standards.states import ClauseKind

SHIPPED = Path(__file__).parent / "catalogues"
LARGEST = 2 * 1024 * 1024
MOST_TOLD = 50
# What the columns of a table may be called; compared in lower case.
COLUMNS = {
    "number": ("number", "clause", "no", "id"),
    "title": ("title", "requirement", "name"),
    "parent": ("parent", "belongs to"),
    "kind": ("kind",),
    "documented_information": ("documented_information", "documented information", "keeps"),
    "strength": ("strength", "minimum or beyond"),
    "summary": ("summary", "description"),
    "evidence_hint": ("evidence", "evidence_hint"),
    "lifecycle_stage": ("stage", "lifecycle_stage"),
}
COLUMN_WORDS = {
    "number": _lazy("such as 4.2.1, A.5.1 or SQ-12"),
    "title": _lazy("the requirement in a line"),
    "parent": _lazy("the number it belongs to; left out, 4.2.1 belongs to 4.2"),
    "kind": _lazy("requirement or section; a row that only holds others is a section by itself"),
    "documented_information": _lazy("none, maintain (a document), retain (records) or both"),
    "strength": _lazy("minimum or beyond; left out, it is minimum"),
    "summary": _lazy("what it asks for, in your own words"),
    "evidence_hint": _lazy("what often shows it, with semicolons between"),
    "lifecycle_stage": _lazy("stages of the life cycle, such as design or servicing, with semicolons between"),
}


@dataclass(frozen=True)
class Head:
    """What a table does not say of itself: which standard, which edition, and its title."""

    standard: str = ""
    edition: str = ""
    title: str = ""


Given = Catalogue | Correlation


def given_in(path: Path, name: str, head: Head) -> Given:
    """Return the catalogue or the mapping in a file, by its own `name`; raise RuleBroken with every line that is wrong.

    A mapping is a YAML file with the field `links`; everything else is a catalogue.
    """
    if path.stat().st_size > LARGEST:
        raise RuleBroken(_("A catalogue is no larger than %(most)s MB.") % {"most": LARGEST // 1024**2})
    is_yaml = name.lower().endswith((".yaml", ".yml"))
    return _checked(_given_yaml(path) if is_yaml else _table(path, name, head))


def refuse(problems: Iterable[Problem]) -> None:
    """Raise RuleBroken with what is wrong, a line each, if anything is."""
    if told := [str(each) for each in problems]:
        rest = [_("and %(n)s more") % {"n": len(told) - MOST_TOLD}] if len(told) > MOST_TOLD else []
        raise RuleBroken("\n".join([*told[:MOST_TOLD], *rest]), code="catalogue_refused")


def shipped_catalogues() -> Iterator[tuple[Catalogue, str]]:
    """Yield the catalogues that ship, each with the SHA-256 of its file."""
    for path in sorted(SHIPPED.glob("iso-*.yaml")):
        catalogue, problems = read_catalogue(_yaml(path))
        refuse(problems)
        yield catalogue, sha256(path.read_bytes())


def shipped_correlations() -> Iterator[tuple[Correlation, str]]:
    """Yield the mappings that ship, each with the SHA-256 of its file."""
    for path in sorted(SHIPPED.glob("map-*.yaml")):
        correlation, problems = read_correlation(_yaml(path))
        refuse(problems)
        yield correlation, sha256(path.read_bytes())


def shipped_terms() -> list[Value]:
    """Return the words of the glossary that ships."""
    return _yaml(SHIPPED / "glossary.yaml").items("terms")


def fingerprint() -> str:
    """Return one SHA-256 over all that ships: whether anything is to be loaded is asked by this alone."""
    return sha256("".join(sha256(path.read_bytes()) for path in sorted(SHIPPED.glob("*.yaml"))).encode())


def _checked(file: Value) -> Given:
    found: tuple[Given, list[Problem]] = read_correlation(file) if file.field("links") else read_catalogue(file)
    refuse(found[1])
    return found[0]


def _yaml(path: Path) -> Value:
    return read(path.read_text(encoding="utf-8"))


def _given_yaml(path: Path) -> Value:
    try:
        return read_given(path)
    except Unreadable as error:
        raise RuleBroken(str(error.problem), code="catalogue_refused") from error


def _table(path: Path, name: str, head: Head) -> Value:
    table = read_table(path, name)
    if table.outcome is not Outcome.TEXT:
        raise RuleBroken(table.words or _("The file holds no table."), code="catalogue_refused")
    columns = _columns(table)
    rows = [_row(each, columns) for each in table.rows if any(each.cells)]
    numbers = {each.text("number") for each in rows}
    parents = {number: _parent(each, numbers) for each in rows if (number := each.text("number"))}
    told = [_completed(each, parents) for each in rows]
    said = {"standard": head.standard, "edition": head.edition, "title": head.title}
    fields = {field: Value(0, words) for field, words in said.items()}
    return Value(table.header_row, {**fields, "clauses": Value(table.header_row, told)})


def _columns(table: Table) -> dict[str, int]:
    header = [each.strip().lower() for each in table.header]
    named = {field: next((name for name in names if name in header), "") for field, names in COLUMNS.items()}
    if not (named["number"] and named["title"]):
        refuse([Problem(table.header_row, _("a table of requirements has the columns number and title"))])
    return {field: header.index(name) for field, name in named.items() if name}


def _row(row: TableRow, columns: dict[str, int]) -> Value:
    cells = {field: row.cells[at] for field, at in columns.items() if at < len(row.cells)}
    return Value(row.number, {field: _cell(row.number, field, said) for field, said in cells.items()})


def _cell(line: int, field: str, said: str) -> Value:
    """A cell that lists several things has them between semicolons."""
    said = clean(said)
    if field not in {"evidence_hint", "lifecycle_stage"}:
        return Value(line, said.strip())
    return Value(line, [Value(line, each.strip()) for each in said.split(";") if each.strip()])


def _parent(row: Value, numbers: set[str]) -> str:
    """A row that names no parent belongs to the nearest number that its own begins with."""
    above = row.text("number")
    if row.text("parent"):
        return row.text("parent")
    while above := above.rpartition(".")[0]:
        if above in numbers:
            return above
    return ""


def _completed(row: Value, parents: dict[str, str]) -> Value:
    """A row to which others belong, and which says nothing else of itself, is a heading."""
    assert isinstance(row.is_, dict)
    number = row.text("number")
    heads = number in parents.values() and not row.text("summary") and not row.items("evidence_hint")
    kind = row.text("kind") or (ClauseKind.SECTION if heads else ClauseKind.REQUIREMENT)
    added = {"parent": Value(row.line, parents.get(number, "")), "kind": Value(row.line, kind)}
    return replace(row, is_={**row.is_, **added})
