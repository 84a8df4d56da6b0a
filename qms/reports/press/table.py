"""Setting a table: its columns share the page, its head is repeated, its rows stay whole where a page can hold them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qms.reports.columns import Wish, share
from qms.reports.press.letters import plain
from qms.reports.press.page import Element, Style
from qms.reports.press.setting import CELL, GAP, HAIR, HEAD, INK, NARROW, PAD, TOKENS, Setting, toned

# A longer word may be broken, in points.
LONGEST_WORD = 120.0


@dataclass(frozen=True, slots=True)
class Cell:
    """A text and the tone it is set in: good, soon, bad, quiet or none."""

    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table ready to be set: labels, rows, and of each column its wanted width in letters (0: by its content).

    `figures` stand at the right of their column, `solid` texts (dates, numbers of records) are not broken.
    """

    labels: Sequence[str]
    figures: Sequence[bool]
    solid: Sequence[bool]
    widths: Sequence[int]
    rows: Sequence[Sequence[Cell]]


def set_table(setting: Setting, grid: Grid) -> None:
    """Set a table over as many pages as it takes."""
    _Table(setting, grid).set()


class _Table:
    """Sets one table."""

    def __init__(self, setting: Setting, grid: Grid) -> None:
        self.to = setting
        self.grid = grid
        self.style = CELL
        self.widths = self._widths()
        self.places = [setting.left + sum(self.widths[:index]) for index in range(len(self.widths))]

    def _widths(self) -> list[float]:
        """Share the page among the columns, in smaller letters where it is narrow."""
        width = self.to.right - self.to.left
        wishes = self._wishes()
        if sum(wish.least for wish in wishes) > width:
            self.style = NARROW
            wishes = self._wishes()
        return share(wishes, width)

    def _wishes(self) -> list[Wish]:
        return [self._wish(index) for index in range(len(self.grid.labels))]

    def _wish(self, index: int) -> Wish:
        least = self._least(index)
        if wanted := self.grid.widths[index]:
            width = wanted * self.style.size * 0.6 + GAP
            return Wish(min(width, least), width, width)
        texts = [self.to.measure(plain(row[index].text), self.style) for row in self.grid.rows]
        label = self.to.measure(plain(self.grid.labels[index]), HEAD)
        return Wish(least, max(*texts, label, least - GAP) + GAP, sum(texts) / len(texts))

    def _least(self, index: int) -> float:
        texts = (plain(row[index].text) for row in self.grid.rows)
        words = set(texts) if self.grid.solid[index] else {word for text in texts for word in TOKENS.findall(text)}
        longest = min(self._longest(words, self.style), LONGEST_WORD)
        return max(longest, self._longest(TOKENS.findall(plain(self.grid.labels[index])), HEAD)) + GAP

    def _longest(self, words: Iterable[str], style: Style) -> float:
        return max((self.to.measure(word.rstrip(), style) for word in words), default=0)

    def set(self) -> None:
        """Set the head and all rows."""
        table = self.to.tags.add("Table", self.to.tags.document)
        self.labels = self._wrapped(self.grid.labels, HEAD)
        self.to.room(self._head_height() + self.style.leading * 2 + PAD * 2)
        self._head(self.to.tags.add("TR", self.to.tags.add("THead", table)))
        body = self.to.tags.add("TBody", table)
        for row in self.grid.rows:
            self._row(row, self.to.tags.add("TR", body))
        self.to.y -= 8

    def _wrapped(self, texts: Sequence[str], style: Style) -> list[list[str]]:
        return [self.to.wrapped(text, style, width - GAP) for text, width in zip(texts, self.widths, strict=True)]

    def _head_height(self) -> float:
        return max(map(len, self.labels)) * HEAD.leading + 5

    def _head(self, row: Element | None) -> None:
        """Set the labels; on a following page (`row` is None) they are an artifact."""
        page, top = self.to.page, self.to.y
        for index, lines in enumerate(self.labels):
            if row is None:
                page.begin_artifact()
            else:
                page.begin(self.to.tags.add("TH", row, " /A << /O /Table /Scope /Column >>"))
            lowered = top - (max(map(len, self.labels)) - len(lines)) * HEAD.leading - HEAD.size
            page.lines(self.to.cases[0], lines, HEAD, self._x(index, lines, HEAD), lowered)
            page.end()
        self.to.y = top - self._head_height()
        self._rule(0.75, INK)

    def _rule(self, weight: float, colour: str) -> None:
        page = self.to.page
        page.begin_artifact()
        page.rule(self.to.left, self.to.y, self.to.right - self.to.left, weight=weight, colour=colour)
        page.end()

    def _x(self, index: int, lines: Sequence[str], style: Style) -> float:
        """Return where a cell's lines begin: figures stand at the right of their column."""
        if not self.grid.figures[index]:
            return self.places[index]
        longest = max((self.to.measure(line.rstrip(), style) for line in lines), default=0)
        return self.places[index] + self.widths[index] - GAP - longest

    def _row(self, row: Sequence[Cell], element: Element) -> None:
        lines = self._wrapped([cell.text for cell in row], self.style)
        elements = [self.to.tags.add("TD", element) for _cell in row]
        count = max(map(len, lines))
        if not self._fits(count) and self._fits(count, fresh=True):
            self._next_page()
        while True:
            fitting = max(1, int((self.to.y - self.to.bottom - 2 * PAD) / self.style.leading))
            self._cells(row, elements, [some[:fitting] for some in lines])
            lines = [some[fitting:] for some in lines]
            if not any(lines):
                return
            self._next_page()

    def _fits(self, count: int, *, fresh: bool = False) -> bool:
        height = count * self.style.leading + 2 * PAD
        top = self.to.height - 60 - self._head_height() if fresh else self.to.y
        return top - height >= self.to.bottom

    def _next_page(self) -> None:
        self.to.turn()
        self._head(None)

    def _cells(self, row: Sequence[Cell], elements: Sequence[Element], lines: Sequence[Sequence[str]]) -> None:
        page, base = self.to.page, self.to.y - PAD - self.style.size
        for index, (cell, element, some) in enumerate(zip(row, elements, lines, strict=True)):
            if not any(some):
                continue
            style = toned(self.style, cell.tone)
            page.begin(element)
            page.lines(self.to.cases[0], some, style, self._x(index, some, style), base)
            page.end()
        self.to.y -= max(map(len, lines)) * self.style.leading + 2 * PAD
        self._rule(0.5, HAIR)
