"""Mappings: which clause of one edition corresponds to which of another, read and checked line by line. Pure."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from qms.standards.lined import Problem, Value
from qms.standards.states import RELATION_WORDS, Relation

# On which sides (from, to) a clause stands; where nothing is said here, on both.
SOURCE_ONLY, TARGET_ONLY, BOTH = (True, False), (False, True), (True, True)
SIDES = {
    Relation.NEW: {TARGET_ONLY},
    Relation.REMOVED: {SOURCE_ONLY},
    Relation.SPECIFIC: {SOURCE_ONLY, TARGET_ONLY},
}
LONGEST_CONFIDENCE = 200


@dataclass(frozen=True, slots=True)
class MappingRow:
    """One line of a mapping: a clause (none for what is new), its counterparts, and what they are to each other."""

    source: str
    targets: tuple[str, ...]
    relation: Relation
    line: int
    note: str = ""

    @property
    def words(self) -> str:
        """Return the relation in words."""
        return str(RELATION_WORDS[self.relation])


@dataclass(frozen=True, slots=True)
class Correlation:
    """A mapping between two editions, each as (standard, edition), with what it rests on.

    `lines` are those on which the file names the two.
    """

    source: tuple[str, str]
    target: tuple[str, str]
    basis: str
    confidence: str
    rows: tuple[MappingRow, ...]
    lines: tuple[int, int] = (0, 0)

    @property
    def name(self) -> str:
        """Return the mapping as people cite it: `ISO 9001:2015 → ISO 9001:2026`."""
        return f"{':'.join(self.source)} → {':'.join(self.target)}"


def read_correlation(file: Value) -> tuple[Correlation, list[Problem]]:
    """Return what a mapping file holds, and what is wrong with it by itself, by line."""
    problems: list[Problem] = []
    rows = tuple(_row(each, problems) for each in file.items("links"))
    lines = (_line(file, "from"), _line(file, "to"))
    found = Correlation(_end(file, "from"), _end(file, "to"), file.text("basis"), file.text("confidence"), rows, lines)
    problems += _head_problems(file, found)
    return found, sorted(problems, key=lambda each: each.line)


def _head_problems(file: Value, found: Correlation) -> Iterator[Problem]:
    for name, end in (("from", found.source), ("to", found.target)):
        if not all(end):
            yield Problem(file.line, _("the field “%(name)s” names no edition") % {"name": name})
    if found.source == found.target and all(found.source):
        yield Problem(file.line, _("an edition is not mapped to itself"))
    if len(found.confidence) > LONGEST_CONFIDENCE:
        words = _("the field “%(name)s” is longer than %(most)s characters")
        yield Problem(file.line, words % {"name": "confidence", "most": LONGEST_CONFIDENCE})
    if not found.rows:
        yield Problem(file.line, _("there are no links"))


def against(found: Correlation, source: Collection[str], target: Collection[str]) -> Iterator[Problem]:
    """Yield the rows that name a clause which the edition on that side does not have."""
    words = _("there is no clause %(number)s in %(edition)s")
    for row in found.rows:
        named = [(row.source, found.source, source)] if row.source else []
        named += [(number, found.target, target) for number in row.targets]
        for number, edition, numbers in named:
            if number not in numbers:
                yield Problem(row.line, words % {"number": number[:40], "edition": ":".join(edition)})


def _end(file: Value, name: str) -> tuple[str, str]:
    end = file.field(name)
    return (end.text("standard"), end.text("edition")) if end else ("", "")


def _line(file: Value, name: str) -> int:
    end = file.field(name)
    return end.line if end else file.line


def _row(source: Value, problems: list[Problem]) -> MappingRow:
    said = source.text("relation")
    relation = Relation(said) if said in set(Relation) else Relation.PARTIAL
    targets = tuple(dict.fromkeys(source.texts("to")))
    row = MappingRow(source.text("from"), targets, relation, source.line, source.text("note"))
    if said not in set(Relation):
        problems.append(Problem(source.line, _("“%(said)s” is no relation") % {"said": said[:40]}))
    elif (bool(row.source), bool(row.targets)) not in SIDES.get(relation, {BOTH}):
        words = _("“%(said)s” does not fit the sides on which a clause stands here")
        problems.append(Problem(source.line, words % {"said": said}))
    return row
