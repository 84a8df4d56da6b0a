"""Catalogues: the clauses of an edition as data, read and checked line by line. Pure. No text of a standard.

A catalogue comes as YAML, or as the rows of a table. Everything that is wrong is told, with its line, at once.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from django.utils.translation import gettext as _

from qms.standards.lined import Problem, Value
from qms.standards.states import KEEPS_WORDS, STRENGTH_WORDS, ClauseKind, EditionState, Keeps, Stage, Strength

# `8.5.1`, `A.5.1`, `SQ-12`: somewhere a digit, or one letter alone, which heads an annex.
NUMBER = re.compile(r"\A(?=[A-Z]\Z|.*\d)[A-Z0-9]{1,12}(?:[.\-][A-Za-z0-9]{1,12}){0,7}\Z", re.ASCII)
LONGEST_NUMBER, LONGEST_TITLE, LONGEST_SUMMARY, LONGEST_HINT = 40, 300, 2000, 200
MOST_CLAUSES, DEEPEST = 5_000, 8
# What names an edition, and how long what is said of it may be.
HEAD = ("standard", "edition", "title")
LONGEST = {"standard": 60, "edition": 20, "title": 300, "family": 60}
# Fields of a file that are kept under names of their own, not among the facts.
_TOLD = {*LONGEST, "aliases", "state", "clauses"}
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """One clause as a file gives it; `line` is where."""

    number: str
    title: str
    line: int
    parent: str = ""
    kind: ClauseKind = ClauseKind.REQUIREMENT
    keeps: Keeps = Keeps.NONE
    excludable: bool = False
    is_label: bool = False
    strength: Strength = Strength.MINIMUM
    summary: str = ""
    hints: tuple[str, ...] = ()
    stages: tuple[Stage, ...] = ()

    @property
    def is_requirement(self) -> bool:
        """Return whether something is required here; a heading is not counted."""
        return self.kind is ClauseKind.REQUIREMENT

    @property
    def keeps_words(self) -> str:
        """Return which documented information is asked for, in words."""
        return str(KEEPS_WORDS[self.keeps])

    @property
    def strength_words(self) -> str:
        """Return whether this is the least that is asked, or more, in words."""
        return str(STRENGTH_WORDS[self.strength])


@dataclass(frozen=True, slots=True)
class Catalogue:
    """An edition with its clauses. `facts` are what else the file says of it: dates, rules, sources.

    `line` is where the file names the edition; 0 where it does not.
    """

    standard: str
    edition: str
    title: str
    family: str = ""
    state: EditionState = EditionState.OWN
    facts: Mapping[str, str] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    clauses: tuple[ClauseRow, ...] = ()
    line: int = 0

    @property
    def name(self) -> str:
        """Return the edition as people cite it: `ISO 9001:2015`."""
        return f"{self.standard}:{self.edition}"


def read_catalogue(source: Value) -> tuple[Catalogue, list[Problem]]:
    """Return what a catalogue file holds, and everything that is wrong with it, by line."""
    problems = list(_head_problems(source))
    rows = [_clause(each, problems) for each in source.items("clauses")]
    catalogue = Catalogue(
        standard=source.text("standard"),
        edition=source.text("edition"),
        title=source.text("title"),
        family=source.text("family"),
        state=_state(source, problems),
        facts=_facts(source),
        aliases=tuple(source.texts("aliases")),
        clauses=tuple(rows),
        line=named.line if (named := source.field("edition")) else 0,
    )
    return catalogue, sorted([*problems, *clause_problems(rows)], key=lambda each: each.line)


def clause_problems(rows: Sequence[ClauseRow]) -> Iterator[Problem]:
    """Yield what is wrong among the clauses: numbers that are none, twice the same, missing parents, circles."""
    if not rows:
        yield Problem(0, _("there are no clauses"))
    if len(rows) > MOST_CLAUSES:
        yield Problem(0, _("there are more than %(most)s clauses") % {"most": MOST_CLAUSES})
    first: dict[str, ClauseRow] = {}
    for row in rows:
        yield from _row_problems(row)
        if row.number in first:
            words = _("clause %(number)s stands on line %(line)s already")
            yield Problem(row.line, words % {"number": row.number, "line": first[row.number].line})
        first.setdefault(row.number, row)
    yield from _tree_problems(first)


def _row_problems(row: ClauseRow) -> Iterator[Problem]:
    if not NUMBER.match(row.number) or len(row.number) > LONGEST_NUMBER:
        words = _("“%(number)s” is no clause number; one looks like 8.5.1 or A.5.1")
        yield Problem(row.line, words % {"number": row.number[:LONGEST_NUMBER]})
    if not row.title:
        yield Problem(row.line, _("clause %(number)s has no title") % {"number": row.number})
    if _says_too_much(row):
        words = _("clause %(number)s says too much; the text of a standard is not kept here")
        yield Problem(row.line, words % {"number": row.number})


def _says_too_much(row: ClauseRow) -> bool:
    longest = max(map(len, row.hints), default=0)
    return len(row.title) > LONGEST_TITLE or len(row.summary) > LONGEST_SUMMARY or longest > LONGEST_HINT


def _tree_problems(rows: Mapping[str, ClauseRow]) -> Iterator[Problem]:
    levels = _levels(rows)
    for row in rows.values():
        told = {"number": row.number, "parent": row.parent, "most": DEEPEST}
        if row.parent and row.parent not in rows:
            yield Problem(row.line, _("clause %(number)s belongs to %(parent)s, which is not there") % told)
        elif row.number not in levels:
            yield Problem(row.line, _("what clause %(number)s belongs to goes round in a circle") % told)
        elif levels[row.number] > DEEPEST:
            yield Problem(row.line, _("clause %(number)s lies more than %(most)s levels deep") % told)


def _levels(rows: Mapping[str, ClauseRow]) -> dict[str, int]:
    """Return how deep each clause lies, 1 at the top; one that belongs to a circle has no depth."""
    tops, below = list[str](), defaultdict[str, list[str]](list)
    for row in rows.values():
        (below[row.parent] if row.parent in rows else tops).append(row.number)
    levels, waiting = dict.fromkeys(tops, 1), tops
    while waiting:
        above = waiting.pop()
        levels |= dict.fromkeys(below[above], levels[above] + 1)
        waiting += below[above]
    return levels


def _clause(source: Value, problems: list[Problem]) -> ClauseRow:
    return ClauseRow(
        number=source.text("number"),
        title=source.text("title"),
        line=source.line,
        parent=source.text("parent"),
        kind=_one_of(ClauseKind, source, "kind", ClauseKind.REQUIREMENT, problems),
        keeps=_one_of(Keeps, source, "documented_information", Keeps.NONE, problems),
        excludable=source.text("excludable") == "true",
        is_label=source.text("title_is_label") == "true",
        strength=_one_of(Strength, source, "strength", Strength.MINIMUM, problems),
        summary=source.text("summary"),
        hints=tuple(source.texts("evidence_hint")),
        stages=tuple(_stages(source, problems)),
    )


def _stages(source: Value, problems: list[Problem]) -> Iterator[Stage]:
    for name in source.texts("lifecycle_stage"):
        if name in set(Stage):
            yield Stage(name)
        else:
            problems.append(Problem(source.line, _("“%(name)s” is no life-cycle stage") % {"name": name[:40]}))


def _one_of(kind: type[E], source: Value, name: str, default: E, problems: list[Problem]) -> E:
    said = source.text(name)
    if not said or said in set(kind):
        return kind(said) if said else default
    words = _("“%(said)s” is not known as %(name)s; known are %(known)s")
    known = ", ".join(kind)
    problems.append(Problem(source.line, words % {"said": said[:40], "name": name, "known": known}))
    return default


def _state(source: Value, problems: list[Problem]) -> EditionState:
    status = source.field("status")
    return _one_of(EditionState, status, "state", EditionState.OWN, problems) if status else EditionState.OWN


def _head_problems(source: Value) -> Iterator[Problem]:
    if not isinstance(source.is_, dict):
        yield Problem(source.line, _("a catalogue has the fields standard, edition, title and clauses"))
        return
    for name in HEAD:
        if not source.text(name):
            yield Problem(source.line, _("the field “%(name)s” is missing") % {"name": name})
    for name, longest in LONGEST.items():
        if len(source.text(name)) > longest:
            words = _("the field “%(name)s” is longer than %(most)s characters")
            yield Problem(source.line, words % {"name": name, "most": longest})


def _facts(source: Value) -> dict[str, str]:
    """Return dates, rules and sources as they are said, by name."""
    found: dict[str, str] = {}
    for part in (source.field("status"), source.field("provenance"), source):
        fields = part.is_ if part and isinstance(part.is_, dict) else {}
        found |= {name: said for name, each in fields.items() if name not in _TOLD and (said := _said(each))}
    return found


def _said(value: Value) -> str:
    """Return a text in one line, or the texts of a list in one line each; nothing for what holds more than texts."""
    if isinstance(value.is_, dict):
        return ""
    texts = value.is_ if isinstance(value.is_, list) else [value]
    return "\n".join(" ".join(each.is_.split()) for each in texts if isinstance(each.is_, str))
