"""Questions to the library: editions, clauses, correspondences, words of the field."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet

from qms.imports.models import ImportRun
from qms.imports.states import RunState
from qms.standards.models import Clause, Correspondence, Edition, Mapping, Shipment, Term
from qms.standards.reading import fingerprint
from qms.standards.states import CATALOGUE, ClauseKind, EditionState, Stage
from qms.standards.words import Glossary

_DIGITS = re.compile(r"\d+")
_LETTERS = re.compile(r"[^a-z0-9]+")
_ORDER = {EditionState.CURRENT: 0, EditionState.OWN: 1, EditionState.SUPERSEDED: 2, EditionState.WITHDRAWN: 3}


def editions(text: str = "") -> list[Edition]:
    """Return the editions that a text names, by family and standard, current ones first; all for an empty text.

    Also found by what people write instead: “ISO 1400” finds the ISO 14000 family, “9001” every ISO 9001.
    """
    required = Count("clauses", filter=Q(clauses__kind=ClauseKind.REQUIREMENT, clauses__retired_at=None))
    found = Edition.objects.annotate(requirements=required).order_by("-edition")
    wanted = _bare(text)
    return sorted((each for each in found if wanted in _named(each)), key=_rank)


def _rank(edition: Edition) -> tuple[bool, str, str, int]:
    state = EditionState(edition.state)
    return state is not EditionState.OWN, _by_number(edition.shelf), _by_number(edition.standard), _ORDER[state]


def _by_number(name: str) -> str:
    """Return a name by which ISO 9000 comes before ISO 14000."""
    return _DIGITS.sub(lambda digits: digits[0].zfill(6), name)


def _named(edition: Edition) -> str:
    return "|".join(map(_bare, (str(edition), edition.title, edition.family, *edition.aliases)))


def _bare(text: str) -> str:
    return _LETTERS.sub("", text.lower())


def edition_called(standard: str, edition: str) -> Edition | None:
    """Return the edition of a standard, in capitals or not, or None."""
    return Edition.objects.filter(standard__iexact=standard, edition__iexact=edition).first()


def all_editions() -> QuerySet[Edition]:
    """Return all editions."""
    return Edition.objects.all()


def edition_with(key: int) -> Edition:
    """Return the edition with a key."""
    return Edition.objects.get(pk=key)


def clauses_of(*editions: Edition) -> QuerySet[Clause]:
    """Return the clauses of an edition, or of several, in its order, without retired ones."""
    found = Clause.objects.filter(edition__in=editions, retired_at=None)
    return found.select_related("parent").order_by("edition", "position")


def standing_editions() -> QuerySet[Edition]:
    """Return the editions that can be in a scope: those that are not withdrawn."""
    return Edition.objects.exclude(state=EditionState.WITHDRAWN).order_by("standard", "-edition")


def standing_clauses() -> QuerySet[Clause]:
    """Return the clauses of all editions, without retired ones."""
    return Clause.objects.filter(retired_at=None)


@dataclass
class Branch:
    """A clause and what belongs to it."""

    clause: Clause
    below: "list[Branch]" = field(default_factory=list)


def tree(clauses: Iterable[Clause]) -> list[Branch]:
    """Return clauses as a tree, in their order; a clause whose parent is not among them stands at the top."""
    branches = {clause.pk: Branch(clause) for clause in clauses}
    tops: list[Branch] = []
    for branch in branches.values():
        above = branches.get(branch.clause.parent_id or 0)
        (above.below if above else tops).append(branch)
    return tops


def by_stage(clauses: Iterable[Clause]) -> dict[Stage, list[Clause]]:
    """Return the requirements of each life-cycle stage, in the order of the stages: the cut that ISO 9002 made."""
    found: dict[Stage, list[Clause]] = {stage: [] for stage in Stage}
    for clause in clauses:
        for stage in clause.stages if clause.is_requirement else ():
            found[Stage(stage)].append(clause)
    return {stage: rows for stage, rows in found.items() if rows}


@dataclass(frozen=True)
class Place:
    """Where a clause stands: what is above it from the top, what belongs to it, and its neighbours."""

    above: tuple[Clause, ...]
    below: tuple[Clause, ...]
    before: Clause | None
    after: Clause | None


def place_of(clause: Clause) -> Place:
    """Return where a clause stands in its edition."""
    clauses = list(clauses_of(clause.edition))
    by_key = {each.pk: each for each in clauses}
    at = next((index for index, each in enumerate(clauses) if each.pk == clause.pk), None)
    return Place(
        above=tuple(_above(clause, by_key))[::-1],
        below=tuple(each for each in clauses if each.parent_id == clause.pk),
        before=clauses[at - 1] if at else None,
        after=clauses[at + 1] if at is not None and at + 1 < len(clauses) else None,
    )


def _above(clause: Clause, by_key: dict[int, Clause]) -> Iterator[Clause]:
    while (above := by_key.get(clause.parent_id or 0)) is not None:
        yield above
        clause = above


@dataclass(frozen=True)
class Pair:
    """A line of a comparison: what stands on either side, and what the one is to the other, in words."""

    sources: tuple[Clause, ...]
    targets: tuple[Clause, ...]
    relation: str
    words: str
    note: str = ""


def mappings() -> QuerySet[Mapping]:
    """Return all mappings with their editions."""
    return Mapping.objects.select_related("source", "target").order_by(
        "source__standard", "source__edition", "target__standard", "target__edition"
    )


def mappings_of(edition: Edition) -> QuerySet[Mapping]:
    """Return the mappings from or to an edition."""
    return mappings().filter(Q(source=edition) | Q(target=edition))


def mapping_between(source: Edition, target: Edition) -> Mapping | None:
    """Return the mapping from one edition to another, or None."""
    return Mapping.objects.filter(source=source, target=target).first()


def compared(mapping: Mapping) -> list[Pair]:
    """Return two editions side by side, as the mapping's rows stand."""
    rows = mapping.rows.select_related("source").prefetch_related("targets").order_by("position")
    return [_pair(row) for row in rows]


def unmapped(mapping: Mapping) -> tuple[list[Clause], list[Clause]]:
    """Return the requirements on either side of which a mapping says nothing: none is left out in silence."""
    rows = Correspondence.objects.filter(mapping=mapping)
    return (
        list(_requirements(mapping.source).exclude(pk__in=rows.exclude(source=None).values("source"))),
        list(_requirements(mapping.target).exclude(pk__in=rows.exclude(targets=None).values("targets"))),
    )


def counterparts(clause: Clause) -> list[tuple[Mapping, Pair]]:
    """Return what a clause is to clauses of other editions and standards, and they to it, mapping by mapping."""
    rows = (
        Correspondence.objects.filter(Q(source=clause) | Q(targets=clause))
        .exclude(source=None)
        .exclude(targets=None)
        .select_related("mapping__source", "mapping__target", "source")
        .prefetch_related("targets")
        .order_by("mapping__source__standard", "mapping__source__edition", "mapping", "position")
        .distinct()
    )
    return [(row.mapping, _pair(row)) for row in rows]


def _requirements(edition: Edition) -> QuerySet[Clause]:
    return clauses_of(edition).filter(kind=ClauseKind.REQUIREMENT)


def _pair(row: Correspondence) -> Pair:
    targets = tuple(sorted(row.targets.all(), key=lambda clause: clause.position))
    return Pair((row.source,) if row.source else (), targets, row.shown, row.words, row.note)


def terms(text: str = "") -> list[Term]:
    """Return the words of the field, by name, that a text names or that people say instead of them."""
    wanted = _bare(text)
    return [each for each in Term.objects.order_by("name") if wanted in "|".join(map(_bare, (each.name, *each.also)))]


def glossary() -> Glossary:
    """Return the words of the field with what they mean, to find them in texts."""
    return Glossary(dict(Term.objects.values_list("name", "definition")))


def all_shipped_is_loaded() -> bool:
    """Return whether everything that ships with this version was loaded."""
    return Shipment.objects.filter(fingerprint=fingerprint()).exists()


def files_given() -> QuerySet[ImportRun]:
    """Return the files of one's own that were given to be loaded, the newest first."""
    return ImportRun.objects.filter(kind=CATALOGUE).select_related("upload", "made_by").order_by("-made_at", "-pk")


def waiting_files() -> QuerySet[ImportRun]:
    """Return those that wait to be loaded."""
    return files_given().filter(state=RunState.PLANNED)
