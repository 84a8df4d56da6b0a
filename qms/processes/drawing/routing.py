"""The way of each wire through the channels between the boxes, and the track it takes in each.

Channel `h r` runs across above row r, channel `v c` downwards at the left of column c. Places along a channel count
in halves: 2 * n is where the channel n crosses it, 2 * n + 1 the middle of the row or column n.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from qms.processes.drawing.parts import Edge
from qms.processes.drawing.placing import Cell, Grid

LEFT, RIGHT, TOP, BOTTOM = "left", "right", "top", "bottom"
FACING = {LEFT: RIGHT, RIGHT: LEFT, TOP: BOTTOM, BOTTOM: TOP}
# Where a wire leaves or enters a side, in parts of it: each at a place of its own, so that none runs on another.
OUT = {RIGHT: 0.4, LEFT: 0.2, BOTTOM: 0.3, TOP: 0.45}
IN = {LEFT: 0.6, RIGHT: 0.8, TOP: 0.6, BOTTOM: 0.75}


class Channel(NamedTuple):
    """A gap between rows (`h`) or columns (`v`)."""

    kind: str
    place: int


class Port(NamedTuple):
    """Where a wire meets a box: a side of a cell, and how far along it."""

    cell: Cell
    side: str
    part: float

    @property
    def channel(self) -> Channel:
        """Return the channel that the side lies at."""
        if self.side in (LEFT, RIGHT):
            return Channel("v", self.cell.column + (self.side == RIGHT))
        return Channel("h", self.cell.row + (self.side == BOTTOM))

    @property
    def along(self) -> float:
        """Return where the port stands along its channel."""
        return 2 * (self.cell.row if self.side in (LEFT, RIGHT) else self.cell.column) + 0.5 + self.part


@dataclass(frozen=True)
class Wire:
    """The way of one edge; it takes no channel where it is straight."""

    edge: Edge
    start: Port
    end: Port
    way: tuple[Channel, ...] = ()

    @property
    def net(self) -> tuple[str, str]:
        """Return what shares tracks: all that leaves one side of one box."""
        return self.edge.start, self.start.side

    def spans(self) -> list[tuple[Channel, float, float]]:
        """Return which part of each channel the wire takes."""
        places = [self.start.along, *(2.0 * channel.place for channel in self.way), self.end.along]
        ends = zip(self.way, places, places[2:], strict=False)
        return [(channel, min(a, b), max(a, b)) for channel, a, b in ends]


class Routes:
    """All wires of a map, and the tracks of its channels."""

    def __init__(self, grid: Grid, edges: Iterable[Edge]) -> None:
        self.wires = [_wire(grid, edge) for edge in edges]
        self.tracks = _tracks(self.wires)

    def track(self, wire: Wire, channel: Channel) -> int:
        """Return the track that a wire takes in a channel, counted from the top or left."""
        return self.tracks[channel][wire.net]

    def number(self, channel: Channel) -> int:
        """Return how many tracks a channel has."""
        return 1 + max(self.tracks.get(channel, {}).values(), default=-1)


def _wire(grid: Grid, edge: Edge) -> Wire:
    start, end = grid.cells[edge.start], grid.cells[edge.end]
    side = _straight(grid, start, end)
    if side:
        return Wire(edge, Port(start, side, OUT[side]), Port(end, FACING[side], OUT[side]))
    leaves, enters = _sides(start, end, lying=edge.start in grid.lying and edge.end in grid.lying)
    a, b = Port(start, leaves, OUT[leaves]), Port(end, enters, IN[enters])
    return Wire(edge, a, b, _way(a, b))


def _straight(grid: Grid, start: Cell, end: Cell) -> str:
    """Return the side on which one box sees the other with nothing between them; "" when it does not."""
    if start.row == end.row:
        low, high = sorted((start.column, end.column))
        between = {Cell(start.row, at) for at in range(low + 1, high)}
        side = RIGHT if end.column > start.column else LEFT
    elif start.column == end.column:
        low, high = sorted((start.row, end.row))
        between = {Cell(at, start.column) for at in range(low + 1, high)}
        side = BOTTOM if end.row > start.row else TOP
    else:
        return ""
    return "" if between & set(grid.cells.values()) else side


def _sides(start: Cell, end: Cell, *, lying: bool) -> tuple[str, str]:
    """Return the sides where a wire leaves and enters: operation flows to the right, the rest up and down."""
    if lying:
        return RIGHT, LEFT
    if start.row == end.row:
        return TOP, TOP
    return (BOTTOM, TOP) if end.row > start.row else (TOP, BOTTOM)


def _way(start: Port, end: Port) -> tuple[Channel, ...]:
    first, last = start.channel, end.channel
    if first == last:
        return (first,)
    return first, _between(start.cell, end.cell, first.kind), last


def _between(start: Cell, end: Cell, kind: str) -> Channel:
    """Return the channel that joins two of a kind: next to where the wire ends, on the side that it comes from."""
    if kind == "v":
        down = end.row > start.row or (end.row == start.row and end.column > start.column)
        return Channel("h", end.row + (not down))
    return Channel("v", end.column + (end.column < start.column))


def _tracks(wires: Sequence[Wire]) -> dict[Channel, dict[tuple[str, str], int]]:
    """Return the track of each net in each channel: the first that is free from where the net begins."""
    spans: dict[Channel, dict[tuple[str, str], tuple[float, float]]] = defaultdict(dict)
    for wire in wires:
        for channel, low, high in wire.spans():
            a, b = spans[channel].get(wire.net, (low, high))
            spans[channel][wire.net] = min(a, low), max(b, high)
    return {channel: _packed(nets) for channel, nets in spans.items()}


def _packed(nets: dict[tuple[str, str], tuple[float, float]]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    ends: list[float] = []
    for net, (low, high) in sorted(nets.items(), key=lambda item: (item[1], item[0])):
        track = next((at for at, end in enumerate(ends) if end < low), len(ends))
        ends[track : track + 1] = [high]
        found[net] = track
    return found
