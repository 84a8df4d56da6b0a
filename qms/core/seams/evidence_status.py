"""Evidence status: each room says what its records offer as evidence, where, and from when until when.

The clauses do not stand here: a record is linked to them, and what it offers counts for every clause that a person
confirmed it for.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise

from qms.core.seams.registry import Registry


class Kind(StrEnum):
    """What a record offers: a document in force, records within their period, an audit within its cycle; that a
    nonconformity is open, or that something wants attention, which is evidence of nothing; or, of a process, that the
    clause is asked of it."""

    MAINTAIN = "maintain"
    RETAIN = "retain"
    AUDITED = "audited"
    OPEN = "open"
    ATTENTION = "attention"
    CONCERNS = "concerns"


@dataclass(frozen=True)
class Offer:
    """What one record offers from an instant until another: None until something happens, an instant where it ends by
    itself. No site or process stands for all of them. `words` is the grading of an audit or of a nonconformity.
    """

    kind: Kind
    since: datetime
    until: datetime | None = None
    site: int | None = None
    process: int | None = None
    words: str = ""


@dataclass(frozen=True)
class Subject:
    """A record as people read it: what it is, its number and title, and where it stands."""

    words: str | Promise
    number: str
    title: str
    url: str


@dataclass(frozen=True)
class StatusSource:
    """One room's answers about its records, given by key, each with as many queries for many as for one.

    `offers` says what they offer at an instant and later. `described` gives those that a person may see, `linkable`
    the keys of those that they may link to clauses, `numbered` the keys of those with these numbers that they may see.
    """

    words: str | Promise
    offers: Callable[[Sequence[str], datetime], dict[str, list[Offer]]]
    described: Callable[[Sequence[str], Any], dict[str, Subject]]
    linkable: Callable[[Sequence[str], Any], set[str]]
    numbered: Callable[[Sequence[str], Any], dict[str, str]]


status_sources: Registry[StatusSource] = Registry("sources of evidence status")
