"""From grid and tracks to places in pixels: how wide each channel is, where each box stands, the path of each wire."""

from collections.abc import Sequence

from qms.processes.drawing.parts import BOX_H, BOX_W, Arrow, Box, Drawing, Node, Stripe
from qms.processes.drawing.placing import Cell, Grid
from qms.processes.drawing.routing import BOTTOM, LEFT, RIGHT, TOP, Channel, Port, Routes, Wire

GUTTER, MARGIN = 28, 8  # for the words of the bands at the left; around the map
TRACK, CLEAR = 9, 15  # between two wires side by side; between a box and the next wire
NARROW, LOW, APART = 20, 22, 34  # the least width of a channel: between columns, rows and bands
AROUND = 9  # between the boxes of a band and its edge
ROUND = 6  # of a wire's corner

Point = tuple[float, float]


def set_out(nodes: Sequence[Node], grid: Grid, routes: Routes) -> Drawing:
    """Return the drawing."""
    plan = _Plan(grid, routes)
    arrows: dict[str, list[Arrow]] = {node.key: [] for node in nodes}
    for wire in routes.wires:
        arrows[wire.edge.start].append(Arrow(wire.edge, path_of(plan.points(wire))))
    drawing = Drawing(plan.width, plan.height)
    drawing.boxes = [
        Box(node, *plan.corner(grid.cells[node.key]), tuple(arrows[node.key]))
        for node in sorted(nodes, key=lambda node: grid.cells[node.key])
    ]
    for band, rows in grid.bands.items():
        top, bottom = plan.rows[rows[0]] - AROUND, plan.rows[rows[-1]] + BOX_H + AROUND
        drawing.stripes.append(Stripe(band, top, plan.width, bottom - top))
    return drawing


class _Plan:
    """Where rows, columns and channels begin."""

    def __init__(self, grid: Grid, routes: Routes) -> None:
        self.routes = routes
        self.firsts = {rows[0] for rows in grid.bands.values()} - {0}
        self.starts: dict[Channel, float] = {}
        self.columns, self.width = self._set("v", grid.columns, GUTTER, BOX_W)
        self.rows, self.height = self._set("h", grid.rows, MARGIN, BOX_H)

    def _set(self, kind: str, number: int, at: float, size: int) -> tuple[list[float], float]:
        """Give each channel of a kind its place; return where the rows or columns begin, and where all ends."""
        places = []
        for index in range(number + 1):
            channel = Channel(kind, index)
            self.starts[channel] = at
            at += self._wide(channel, outer=index in (0, number))
            if index < number:
                places.append(at)
                at += size
        return places, at + MARGIN

    def _wide(self, channel: Channel, *, outer: bool) -> float:
        least = NARROW if channel.kind == "v" else APART if channel.place in self.firsts else LOW
        return max(AROUND if outer else least, self._taken(channel))

    def _taken(self, channel: Channel) -> float:
        number = self.routes.number(channel)
        return 2 * CLEAR + (number - 1) * TRACK if number else 0

    def corner(self, cell: Cell) -> Point:
        """Return where a cell begins."""
        return self.columns[cell.column], self.rows[cell.row]

    def points(self, wire: Wire) -> list[Point]:
        """Return the corners of a wire from end to end."""
        points = [self._port(wire.start)]
        x, y = points[0]
        for channel in wire.way:
            at = self._track(wire, channel)
            x, y = (at, y) if channel.kind == "v" else (x, at)
            points.append((x, y))
        end = self._port(wire.end)
        if wire.way:
            points.append((x, end[1]) if wire.way[-1].kind == "v" else (end[0], y))
        return [*points, end]

    def _track(self, wire: Wire, channel: Channel) -> float:
        """Return where a wire runs in a channel; its tracks lie in the middle of it."""
        spare = self._wide_of(channel) - (self.routes.number(channel) - 1) * TRACK
        return self.starts[channel] + spare / 2 + self.routes.track(wire, channel) * TRACK

    def _wide_of(self, channel: Channel) -> float:
        places = self.columns if channel.kind == "v" else self.rows
        ends = self.width - MARGIN if channel.kind == "v" else self.height - MARGIN
        return (places[channel.place] if channel.place < len(places) else ends) - self.starts[channel]

    def _port(self, port: Port) -> Point:
        x, y = self.corner(port.cell)
        across, down = x + port.part * BOX_W, y + port.part * BOX_H
        return {LEFT: (x, down), RIGHT: (x + BOX_W, down), TOP: (across, y), BOTTOM: (across, y + BOX_H)}[port.side]


def path_of(points: Sequence[Point]) -> str:
    """Return an SVG path through points, with its corners rounded."""
    corners = [each for each in zip(points, points[1:], points[2:], strict=False) if not _in_line(*each)]
    turns = [f"L{_told(_towards(b, a))}Q{_told(b)} {_told(_towards(b, c))}" for a, b, c in corners]
    return f"M{_told(points[0])}{''.join(turns)}L{_told(points[-1])}"


def _in_line(a: Point, b: Point, c: Point) -> bool:
    return a[0] == b[0] == c[0] or a[1] == b[1] == c[1]


def _towards(a: Point, b: Point) -> Point:
    """Return the point where the corner at `a` begins on the way to `b`."""
    far = abs(a[0] - b[0]) + abs(a[1] - b[1])
    part = min(ROUND, far / 2) / far if far else 0
    return a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part


def _told(point: Point) -> str:
    return f"{point[0]:g} {point[1]:g}"
