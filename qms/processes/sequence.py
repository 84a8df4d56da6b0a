"""What is wrong with the interaction of processes: things that nobody makes or takes, processes that stand alone.

Pure: takes what is said of processes, touches no table (ISO 9001, 4.4.1 a and b).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Gap(StrEnum):
    """What a map of processes leaves open."""

    NOT_DESCRIBED = "not_described"
    NO_OWNER = "no_owner"
    NO_INPUT = "no_input"
    NO_OUTPUT = "no_output"
    NOBODY_MAKES = "nobody_makes"
    NOBODY_TAKES = "nobody_takes"
    OUT_OF_USE = "out_of_use"


@dataclass(frozen=True)
class Step:
    """One process as the check sees it."""

    key: int
    described: bool
    owned: bool


@dataclass(frozen=True)
class Thing:
    """Something that goes from a maker to a taker: keys of processes, or names of parties outside, or nobody."""

    what: str
    maker: int | None = None
    taker: int | None = None
    maker_outside: str = ""
    taker_outside: str = ""


@dataclass(frozen=True)
class Finding:
    """A gap: in which process, of what kind, and of what thing."""

    process: int
    gap: Gap
    what: str = ""


def findings(steps: Iterable[Step], things: Iterable[Thing]) -> list[Finding]:
    """Return every gap of the processes in use, process by process in the order given."""
    steps, things = list(steps), list(things)
    known = {step.key for step in steps}
    return [finding for step in steps for finding in _of_step(step, things, known)]


def _of_step(step: Step, things: list[Thing], known: set[int]) -> list[Finding]:
    taken = [thing for thing in things if thing.taker == step.key]
    made = [thing for thing in things if thing.maker == step.key]
    alone = {
        Gap.NOT_DESCRIBED: not step.described,
        Gap.NO_OWNER: not step.owned,
        Gap.NO_INPUT: step.described and not taken,
        Gap.NO_OUTPUT: step.described and not made,
    }
    found = [Finding(step.key, gap) for gap, holds in alone.items() if holds]
    ends = [(each.what, _end(each.maker, each.maker_outside, known, Gap.NOBODY_MAKES)) for each in taken]
    ends += [(each.what, _end(each.taker, each.taker_outside, known, Gap.NOBODY_TAKES)) for each in made]
    return found + [Finding(step.key, gap, what) for what, gap in ends if gap]


def _end(process: int | None, outside: str, known: set[int], nobody: Gap) -> Gap | None:
    """Return what is wrong with the other end of a thing; None when it is said."""
    if process is None:
        return None if outside else nobody
    return None if process in known else Gap.OUT_OF_USE
