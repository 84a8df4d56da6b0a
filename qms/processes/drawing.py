"""The map of processes as a drawing: boxes in bands and layers, arrows between them. Pure, no template and no table.

Management above, operation in the middle from left to right in the order in which things flow, support below; parties
outside stand at both ends. The layers are those of Sugiyama, Tagawa and Toda (1981): break circles, longest path,
order by the middle of the neighbours.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from textwrap import wrap

from qms.processes.states import BAND_WORDS, Band

BOX_W, BOX_H = 172, 60
GAP_X, GAP_Y, ROW_GAP, BAND_GAP = 60, 18, 48, 68
MARGIN, ACROSS = 16, 6
ABOVE, BELOW = 30, 12  # of a band: room for its words and for arrows
LINE_LETTERS, MOST_LINES = 22, 2
SWEEPS = 4


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
class Box:
    """A node with its place, and its title cut into lines."""

    node: Node
    x: int
    y: int
    row: int
    lines: tuple[str, ...]

    width: int = BOX_W
    height: int = BOX_H

    @property
    def middle(self) -> int:
        """Return where the box is in the middle, across."""
        return self.x + BOX_W // 2

    @property
    def left(self) -> int:
        """Return where its words begin."""
        return self.x + 10

    @property
    def head(self) -> int:
        """Return the line on which its number stands."""
        return self.y + 17

    @property
    def text(self) -> list[tuple[int, str]]:
        """Return each line of its title with the height at which it stands."""
        first = self.y + (34 if self.node.number else 44 - 8 * len(self.lines))
        return [(first + at * 16, line) for at, line in enumerate(self.lines)]


@dataclass(frozen=True)
class Arrow:
    """A line with a head: an SVG path, and what goes along it."""

    edge: Edge
    path: str


@dataclass(frozen=True)
class Stripe:
    """A band of the map, and where it lies."""

    band: Band
    top: int
    width: int
    tall: int

    @property
    def words(self) -> str:
        """Return the band in words."""
        return str(BAND_WORDS[self.band])

    @property
    def label(self) -> int:
        """Return the line on which its words stand."""
        return self.top + 16


@dataclass
class Drawing:
    """The whole map, in pixels."""

    width: int
    height: int
    boxes: list[Box] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)
    stripes: list[Stripe] = field(default_factory=list)


def draw(nodes: Sequence[Node], edges: Iterable[Edge]) -> Drawing:
    """Return the map of these nodes; edges that lead to none of them are left out."""
    known = {node.key for node in nodes}
    edges = [edge for edge in edges if edge.start in known and edge.end in known and edge.start != edge.end]
    rows = {band: _rows(band, nodes, edges) for band in Band}
    across = max((len(row) for band in Band for row in rows[band]), default=1)
    drawing = Drawing(2 * MARGIN + across * BOX_W + (across - 1) * GAP_X, 0)
    y = MARGIN + ABOVE
    for band in Band:
        if rows[band]:
            bottom = _place(drawing, rows[band], y)
            drawing.stripes.append(Stripe(band, y - ABOVE, drawing.width - 2, bottom - y + ABOVE + BELOW))
            y = bottom + BAND_GAP
    drawing.height = y - BAND_GAP + MARGIN
    places = {box.node.key: box for box in drawing.boxes}
    drawing.arrows = [Arrow(edge, _path(places[edge.start], places[edge.end])) for edge in edges]
    return drawing


def _rows(band: Band, nodes: Sequence[Node], edges: Sequence[Edge]) -> list[list[list[Node]]]:
    """Return the rows of a band, each a list of columns."""
    columns = _columns(nodes, edges) if band is Band.CORE else [[node] for node in nodes if node.band is band]
    return [columns[at : at + ACROSS] for at in range(0, len(columns), ACROSS)]


def _columns(nodes: Sequence[Node], edges: Sequence[Edge]) -> list[list[Node]]:
    """Return the columns of the middle band: givers outside, the layers of operation, takers outside."""
    core = [node for node in nodes if node.band is Band.CORE]
    inner = _between({node.key for node in core}, edges)
    layers = layers_of([node.key for node in core], inner)
    by_key = {node.key: node for node in nodes}
    givers = [node for node in nodes if node.band is None and any(edge.start == node.key for edge in edges)]
    takers = [node for node in nodes if node.band is None and node not in givers]
    columns = [givers, *([by_key[key] for key in layer] for layer in layers), takers]
    return [column for column in columns if column]


def _between(keys: set[str], edges: Sequence[Edge]) -> list[tuple[str, str]]:
    return [(edge.start, edge.end) for edge in edges if edge.start in keys and edge.end in keys]


def layers_of(keys: Sequence[str], arrows: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Return keys in layers, so that arrows lead to the right but for those that close a circle."""
    before, order = _without_circles(keys, arrows)
    depth: dict[str, int] = {}
    for key in order:
        depth[key] = max((depth[each] + 1 for each in before[key]), default=0)
    layers = [[key for key in keys if depth[key] == at] for at in range(max(depth.values(), default=-1) + 1)]
    return _untangled(layers, before)


def _without_circles(keys: Sequence[str], arrows: Sequence[tuple[str, str]]) -> tuple[dict[str, list[str]], list[str]]:
    """Return who comes before whom, and an order that keeps to it; of each circle the arrow that leads furthest back
    in the order of the keys is left out.
    """
    place = {key: at for at, key in enumerate(keys)}
    before = {key: [start for start, end in arrows if end == key] for key in keys}
    while True:
        try:
            return before, list(TopologicalSorter(before).static_order())
        except CycleError as found:
            circle = found.args[1]
            start, end = min(pairwise(circle), key=lambda arrow: place[arrow[1]] - place[arrow[0]])
            before[end] = [each for each in before[end] if each != start]


def _untangled(layers: list[list[str]], before: Mapping[str, list[str]]) -> list[list[str]]:
    """Order each layer by the middle of its neighbours, to the right and back again."""
    after = {key: [end for end, starts in before.items() if key in starts] for key in before}
    for sweep in range(SWEEPS):
        rightwards = sweep % 2 == 0
        ats = range(1, len(layers)) if rightwards else range(len(layers) - 2, -1, -1)
        for at in ats:
            layers[at] = _by_middle(layers, at, before if rightwards else after)
    return layers


def _by_middle(layers: list[list[str]], at: int, neighbours: Mapping[str, list[str]]) -> list[str]:
    places = {key: place for layer in layers for place, key in enumerate(layer)}

    def middle(key: str) -> float:
        near = [places[each] for each in neighbours[key]]
        return sum(near) / len(near) if near else places[key]

    return sorted(layers[at], key=middle)


def _place(drawing: Drawing, rows: list[list[list[Node]]], y: int) -> int:
    """Place the rows of a band below each other; return where the last one ends."""
    for columns in rows:
        row = 1 + max((box.row for box in drawing.boxes), default=0)
        height = max(_height(column) for column in columns)
        for at, column in enumerate(columns):
            top = y + (height - _height(column)) // 2
            drawing.boxes += [
                Box(node, MARGIN + at * (BOX_W + GAP_X), top + place * (BOX_H + GAP_Y), row, cut(node.title))
                for place, node in enumerate(column)
            ]
        y += height + ROW_GAP
    return y - ROW_GAP


def _height(column: list[Node]) -> int:
    return len(column) * (BOX_H + GAP_Y) - GAP_Y


def cut(title: str) -> tuple[str, ...]:
    """Return a title in at most two lines; what does not fit ends in an ellipsis."""
    return tuple(wrap(title, LINE_LETTERS, max_lines=MOST_LINES, placeholder=" …", break_long_words=True))


def _path(start: Box, end: Box) -> str:
    """Return the path of an arrow: straight to the next column, up or down to another row, else over the boxes."""
    if start.row != end.row:
        down = end.row > start.row
        return _curve(
            (start.middle, start.y + BOX_H if down else start.y), (end.middle, end.y if down else end.y + BOX_H)
        )
    if end.x - start.x == BOX_W + GAP_X:
        a, b = (start.x + BOX_W, start.y + BOX_H // 2), (end.x, end.y + BOX_H // 2)
        half = (a[0] + b[0]) // 2
        return f"M{a[0]} {a[1]}C{half} {a[1]} {half} {b[1]} {b[0]} {b[1]}"
    top = min(start.y, end.y) - ROW_GAP // 2
    return f"M{start.middle} {start.y}C{start.middle} {top} {end.middle} {top} {end.middle} {end.y}"


def _curve(a: tuple[int, int], b: tuple[int, int]) -> str:
    half = (a[1] + b[1]) // 2
    return f"M{a[0]} {a[1]}C{a[0]} {half} {b[0]} {half} {b[0]} {b[1]}"
