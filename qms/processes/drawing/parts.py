"""What a map is made of."""

from dataclasses import dataclass, field

from qms.processes.drawing.letters import cut
from qms.processes.states import BAND_WORDS, Band

BOX_W, BOX_H = 150, 80
INSET = 10  # from the edge of a box to its words
LETTER, SMALL = 14, 13  # sizes of the words of a box, and of numbers and bands
LEADING = 17
MOST_LINES = 3


@dataclass(frozen=True)
class Node:
    """A process to be drawn, or a party outside (no band)."""

    key: str
    title: str
    number: str = ""
    pk: int = 0
    band: Band | None = None


@dataclass(frozen=True)
class Edge:
    """All that goes from one node to another."""

    start: str
    end: str
    things: tuple[str, ...]


@dataclass(frozen=True)
class Arrow:
    """A line with a head: an SVG path, and what goes along it."""

    edge: Edge
    path: str


@dataclass(frozen=True)
class Box:
    """A node with its place, its title cut into lines, and the arrows that leave it."""

    node: Node
    x: float
    y: float
    arrows: tuple[Arrow, ...] = ()

    width: int = BOX_W
    height: int = BOX_H

    @property
    def middle(self) -> float:
        """Return where the box is in the middle, across."""
        return self.x + BOX_W / 2

    @property
    def left(self) -> float:
        """Return where its words begin."""
        return self.x + INSET

    @property
    def head(self) -> float:
        """Return the line on which its number stands."""
        return self.y + 19

    @property
    def lines(self) -> list[str]:
        """Return its title in as many lines as it has room for."""
        return cut(self.node.title, (BOX_W - 2 * INSET) / LETTER, MOST_LINES)

    @property
    def text(self) -> list[tuple[float, str]]:
        """Return each line of its title with the height at which it stands."""
        lines = self.lines
        first = self.y + 37 if self.node.number else self.y + BOX_H / 2 + 5 - LEADING * (len(lines) - 1) / 2
        return [(first + at * LEADING, line) for at, line in enumerate(lines)]


@dataclass(frozen=True)
class Stripe:
    """A band of the map, and where it lies."""

    band: Band
    top: float
    width: float
    tall: float

    @property
    def words(self) -> str:
        """Return the band in words."""
        return str(BAND_WORDS[self.band])

    @property
    def middle(self) -> float:
        """Return where it is in the middle, downwards."""
        return self.top + self.tall / 2


@dataclass
class Drawing:
    """The whole map, in pixels."""

    width: float
    height: float
    boxes: list[Box] = field(default_factory=list)
    stripes: list[Stripe] = field(default_factory=list)

    @property
    def arrows(self) -> list[Arrow]:
        """Return the arrows of all boxes."""
        return [arrow for box in self.boxes for arrow in box.arrows]
