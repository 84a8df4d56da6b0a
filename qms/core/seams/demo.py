"""The demo organization: each room tells its part of the history, one player puts the parts in order and plays them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from qms.core.seams.registry import Registry


@dataclass(frozen=True)
class Days:
    """The days of the demo organization, counted from the day it is loaded: 0 is that day, -1 the one before."""

    loaded: date
    zone: ZoneInfo

    def day(self, number: int) -> date:
        """Return a day by its number."""
        return self.loaded + timedelta(days=number)

    def at(self, number: int, minutes: int = 0) -> datetime:
        """Return the instant so many minutes after the midnight that begins a day."""
        return datetime.combine(self.day(number), time(minutes // 60, minutes % 60), self.zone)


@dataclass(frozen=True)
class Scene:
    """One thing that was done in the demo organization: when, and the calls of services that do it again."""

    at: datetime
    play: Callable[[], None]


@dataclass(frozen=True)
class DemoPart:
    """What one room tells. `scenes` gives its scenes in order of time.

    The jobs that a scene puts down are done before the next scene, but for the kinds in `waits`: those the worker does
    once the product runs. Parts are registered under keys such as `20.documents`; of two scenes at one instant, that of
    the lower key comes first.
    """

    scenes: Callable[[Days], Iterable[Scene]]
    waits: frozenset[str] = frozenset()


demo_parts: Registry[DemoPart] = Registry("parts of the demo organization")
