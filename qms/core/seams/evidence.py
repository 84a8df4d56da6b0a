"""Evidence: each room says what it holds for a question, record by record, in files and facts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise

from qms.core.seams.registry import Registry


@dataclass(frozen=True)
class Selection:
    """What is asked for. Empty fields ask for everything; keys are those of the rooms (a type's code, a number).

    Of `clauses`, what was linked to one of them, confirmed by a person, as of the instant `at`; of now without one.
    """

    types: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    processes: tuple[int, ...] = ()
    sites: tuple[int, ...] = ()
    clauses: tuple[int, ...] = ()
    since: date | None = None
    until: date | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class Piece:
    """One file of a record: bytes made now, or the SHA-256 of bytes that stand in the file store.

    With a `folder` of its own it is one that several records share: it is put in once.
    """

    path: str
    words: str
    content: bytes | None = None
    stored: str = ""
    folder: str = ""


@dataclass(frozen=True)
class EvidenceRecord:
    """One record in a pack: how the index names it, its folder, its files, and the trail entries that concern it.

    `lists` are what the index tells below the facts: a heading, and a line for each person. `counts` are added up over
    all records: how many signatures the pack holds, and the like.
    """

    number: str
    title: str
    kind: str
    state: str
    folder: str
    pieces: Sequence[Piece]
    facts: Sequence[tuple[str, str]] = ()
    lists: Sequence[tuple[str, Sequence[str]]] = ()
    targets: Sequence[tuple[str, str]] = ()
    counts: Sequence[tuple[str, int]] = ()
    people: Sequence[int] = ()
    left_out: str = ""


@dataclass(frozen=True)
class EvidenceSource:
    """One room's answer: `gather` yields the records, `count` says how many there will be and `told` so in words,
    `choices` what the question can be narrowed by (`types`, `processes`, `sites`). Entries of the trail with one of
    the verbs that are `kept_home` go into no pack.

    The first three take the selection and the person for whom it is packed, by one rule of what they may take away.
    `known` gives those of some numbers, as they are written, that the person may take away; `within` whether they
    still may take away all of these records, given as (model, key).
    """

    label: str | Promise
    choices: Callable[[], dict[str, Sequence[tuple[str, str]]]]
    gather: Callable[[Selection, Any, datetime], Iterable[EvidenceRecord]]
    count: Callable[[Selection, Any], int]
    told: Callable[[Selection, Any], str]
    known: Callable[[Sequence[str], Any], set[str]]
    within: Callable[[Sequence[tuple[str, str]], Any], bool]
    kept_home: frozenset[str] = frozenset()


evidence_sources: Registry[EvidenceSource] = Registry("evidence sources")


def evidence_choices() -> dict[str, list[tuple[str, str]]]:
    """Return what a question can be narrowed by, from all rooms: each choice once."""
    found: dict[str, dict[str, str]] = {"types": {}, "processes": {}, "sites": {}}
    for source in evidence_sources:
        for name, choices in source.choices().items():
            found[name] |= dict(choices)
    return {name: list(choices.items()) for name, choices in found.items()}
