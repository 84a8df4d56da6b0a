"""Figures for the front page: each room says what is healthy and what is not, for one person."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from qms.core.seams.registry import Registry


@dataclass(frozen=True)
class Figure:
    """A number, what it counts, where it leads, and a tone (late, soon, effective, neutral)."""

    value: int
    label: str
    url: str
    tone: str = ""
    note: str = ""


Source = Callable[[Any], Iterable[Figure]]

figures: Registry[Source] = Registry("figures of the front page")
