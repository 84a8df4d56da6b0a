"""Where each box stands: a grid of rows and columns, a few rows to each band."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import NamedTuple, TypeVar

from qms.processes.drawing.layers import by_middle, layers_of
from qms.processes.drawing.parts import Edge, Node
from qms.processes.states import Band

T = TypeVar("T")

ACROSS = 6  # columns of a map
STACKED = 3  # boxes of one layer below each other


class Cell(NamedTuple):
    """A place for one box."""

    row: int
    column: int


@dataclass
class Grid:
    """Which node stands in which cell, how many rows and columns there are, and which rows a band takes."""

    cells: dict[str, Cell] = field(default_factory=dict)
    bands: dict[Band, range] = field(default_factory=dict)
    lying: frozenset[str] = frozenset()  # keys of the middle band: things come in at the left and leave at the right
    columns: int = 1
    rows: int = 0


def place(nodes: Sequence[Node], edges: Sequence[Edge]) -> Grid:
    """Return the grid of these nodes."""
    middle = _Middle(nodes, edges)
    upright = {band: [node.key for node in nodes if node.band is band] for band in (Band.MANAGEMENT, Band.SUPPORT)}
    grid = Grid(lying=frozenset(node.key for node in nodes if node.band in (Band.CORE, None)))
    grid.columns = max(1, middle.columns, *(_longest(len(keys)) for keys in upright.values()))
    core = middle.cells(grid.columns)
    near = {key: float(cell.column) for key, cell in core.items()}
    for band, keys in upright.items():
        upright_cells = _in_rows(by_middle(keys, _neighbours(edges), near), grid.columns)
        _add(grid, band, upright_cells)
        if band is Band.MANAGEMENT:
            _add(grid, Band.CORE, core)
    return grid


def _longest(number: int) -> int:
    """Return how long the rows are when so many boxes stand in as few rows as they need."""
    return ceil(number / ceil(number / ACROSS)) if number else 0


def _neighbours(edges: Sequence[Edge]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for edge in edges:
        found.setdefault(edge.start, []).append(edge.end)
        found.setdefault(edge.end, []).append(edge.start)
    return found


def _add(grid: Grid, band: Band, cells: dict[str, Cell]) -> None:
    if cells:
        tall = 1 + max(cell.row for cell in cells.values())
        grid.cells |= {key: Cell(grid.rows + cell.row, cell.column) for key, cell in cells.items()}
        grid.bands[band] = range(grid.rows, grid.rows + tall)
        grid.rows += tall


def _in_rows(keys: Sequence[str], columns: int) -> dict[str, Cell]:
    """Return cells for keys in rows of about equal length, each in the middle of the page."""
    cells: dict[str, Cell] = {}
    rows = ceil(len(keys) / columns)
    for row, part in enumerate(parts(keys, rows)):
        cells |= {key: Cell(row, (columns - len(part)) // 2 + at) for at, key in enumerate(part)}
    return cells


def parts(items: Sequence[T], number: int) -> list[list[T]]:
    """Return items in so many parts of about equal length, in their order."""
    size = ceil(len(items) / number) if number else 1
    return [list(items[at : at + size]) for at in range(0, len(items), size)]


class _Middle:
    """The middle band: givers outside at the left, the layers of operation in blocks, takers outside at the right."""

    def __init__(self, nodes: Sequence[Node], edges: Sequence[Edge]) -> None:
        gives = {edge.start for edge in edges}
        outside = [node.key for node in nodes if node.band is None]
        self.givers = [key for key in outside if key in gives]
        self.takers = [key for key in outside if key not in gives]
        self.sides = bool(self.givers) + bool(self.takers)
        stacks = _stacks([node.key for node in nodes if node.band is Band.CORE], edges)
        self.blocks = parts(stacks, ceil(len(stacks) / (ACROSS - self.sides)))

    @property
    def columns(self) -> int:
        """Return how many columns the band asks for."""
        return self.sides + max(map(len, self.blocks), default=0)

    def cells(self, columns: int) -> dict[str, Cell]:
        """Return the cells of the band, in its own rows, on a page of so many columns."""
        heights = [max(map(len, block)) for block in self.blocks]
        rows = max(sum(heights), len(self.givers), len(self.takers))
        cells = {**_spread(self.givers, 0, rows), **_spread(self.takers, columns - 1, rows)}
        top = (rows - sum(heights)) // 2
        for block, tall in zip(self.blocks, heights, strict=True):
            first = bool(self.givers) + (columns - self.sides - len(block)) // 2
            for at, stack in enumerate(block):
                cells |= _stacked(stack, top + (tall - len(stack)) // 2, first + at)
            top += tall
        return cells


def _stacks(keys: Sequence[str], edges: Sequence[Edge]) -> list[list[str]]:
    inner = [(edge.start, edge.end) for edge in edges if edge.start in keys and edge.end in keys]
    return [stack for layer in layers_of(keys, inner) for stack in parts(layer, ceil(len(layer) / STACKED))]


def _stacked(stack: Sequence[str], top: int, column: int) -> dict[str, Cell]:
    return {key: Cell(top + at, column) for at, key in enumerate(stack)}


def _spread(keys: Sequence[str], column: int, rows: int) -> dict[str, Cell]:
    """Return cells for keys in one column, spread over so many rows."""
    return {key: Cell(int((at + 0.5) * rows / len(keys)), column) for at, key in enumerate(keys)}
