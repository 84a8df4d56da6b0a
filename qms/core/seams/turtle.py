"""The legs of a turtle sheet that other rooms fill: how (documents), by which measures, with which risks."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from qms.core.seams.registry import Registry


class Leg(StrEnum):
    """A side of the turtle that upper rooms know of."""

    HOW = "how"
    MEASURES = "measures"
    RISKS = "risks"


@dataclass(frozen=True)
class Line:
    """One line of a leg: a record with its address, and a short word beside it."""

    words: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Source:
    """What one room puts on one leg: the lines for a viewer and a process, as far as the viewer may see them."""

    leg: Leg
    lines: Callable[[Any, Any], Iterable[Line]]


sources: Registry[Source] = Registry("legs of the turtle sheet")


def legs_of(viewer: object, process: object) -> dict[str, list[Line]]:
    """Return the lines of each leg, in the order of the rooms' keys."""
    found: dict[str, list[Line]] = {leg.value: [] for leg in Leg}
    for source in sources:
        found[source.leg] += source.lines(viewer, process)
    return found
