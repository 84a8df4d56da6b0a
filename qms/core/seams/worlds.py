"""Made-up worlds for measuring: each room fills its tables to the size asked for, quickly and lawfully."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from random import Random

from qms.core.seams.registry import Registry

Tell = Callable[[str], None]


@dataclass(frozen=True)
class WorldSize:
    """How much there is of what. Sites and processes do not grow with the rest."""

    sites: int = 12
    processes: int = 40
    people: int = 5_000
    documents: int = 10_000
    revisions: int = 30_000
    acknowledgements: int = 1_000_000
    open_duties: int = 100_000
    entries: int = 2_500_000

    def times(self, factor: float) -> "WorldSize":
        """Return a world so many times as large."""
        growing = [field.name for field in fields(self) if field.name not in {"sites", "processes"}]
        return replace(self, **{name: int(getattr(self, name) * factor) for name in growing})


NORMAL = WorldSize()
SIZES = {"tiny": NORMAL.times(0.01), "small": NORMAL.times(0.1), "normal": NORMAL, "large": NORMAL.times(10)}


def chance(seed: int) -> Random:
    """Return a source of chance that is the same each time: for measuring, never for secrets."""
    return Random(seed)


@dataclass(frozen=True)
class WorldPart:
    """What one room fills: takes the size, a source of chance that is the same each time, and whom to tell of it."""

    build: Callable[[WorldSize, Random, Tell], None]


# Keys such as `20.documents` order them: a part builds on those before it.
world_parts: Registry[WorldPart] = Registry("parts of a made-up world")
