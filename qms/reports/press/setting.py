"""Setting: headings, paragraphs, boxes and tables flow down the pages; running lines come when all pages are known."""

import re
from collections.abc import Sequence

from qms.reports.press.letters import Case, plain
from qms.reports.press.page import Element, Page, Style, Tags
from qms.reports.press.paper import Paper

MM = 72 / 25.4
A4 = (210 * MM, 297 * MM)

INK = "0.110 0.141 0.188"
QUIET = "0.357 0.400 0.459"
HAIR = "0.835 0.855 0.882"
RULE = "0.667 0.698 0.741"
ACCENT = "0.043 0.420 0.459"
TONES = {"good": "0.102 0.451 0.251", "soon": "0.541 0.353 0", "bad": "0.702 0.149 0.118", "quiet": QUIET}

TITLE = Style(17, 21, bold=True)
SUBTITLE = Style(9.5, 13, colour=QUIET)
HEADING = Style(11, 14, bold=True)
TEXT = Style(8.5, 12)
SMALL = Style(7, 9.5, colour=QUIET)
FIGURE = Style(15, 18, bold=True)
CELL = Style(8, 10.5)
HEAD = Style(7.5, 10, colour=QUIET)
NARROW = Style(7, 9.25)

PAD = 3.2
GAP = 9.0
BOXES_IN_A_ROW = 5

IDEOGRAPHS = r"\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff"
TOKENS = re.compile(rf"[{IDEOGRAPHS}] *|[^ {IDEOGRAPHS}-]*-+ *|[^ {IDEOGRAPHS}-]+ *| +")


class Setting:
    """Sets one file. Call its parts in reading order, then `finish`. Raises Unset for letters that it cannot set."""

    def __init__(self, paper: Paper, *, language: str, landscape: bool) -> None:
        self.paper = paper
        self.tags = Tags(paper)
        self.cases = (Case(language, bold=False), Case(language, bold=True))
        self.width, self.height = (A4[1], A4[0]) if landscape else A4
        self.left, self.right = 18 * MM, self.width - 18 * MM
        self.bottom = 21 * MM
        self.pages: list[Page] = []
        self.bookmarks: list[tuple[str, int, float]] = []
        self.turn()

    def turn(self) -> None:
        """Go on on a new page."""
        self.page = Page(self.paper.reserve())
        self.pages.append(self.page)
        self.y = self.height - (20 * MM if len(self.pages) > 1 else 15 * MM)

    def room(self, height: float) -> None:
        """Turn the page where less than `height` is left on it."""
        if self.y - height < self.bottom:
            self.turn()

    def measure(self, text: str, style: Style) -> float:
        """Return the width of a text in points."""
        return sum(map(self.cases[style.bold].widths.__getitem__, text)) * style.size / 1000

    def wrapped(self, text: str, style: Style, width: float) -> list[str]:
        """Return the lines of a text; a word that is longer than a line is broken."""
        lines = []
        for paragraph in text.split("\n"):
            clean = plain(paragraph)
            fits = self.measure(clean, style) <= width
            lines += [clean] if fits else self._broken(clean, style, width)
        return lines

    def _broken(self, text: str, style: Style, width: float) -> list[str]:
        lines, line, taken = [], "", 0.0
        for token in TOKENS.findall(text):
            needed = self.measure(token.rstrip(), style)
            if taken + needed > width and line:
                lines.append(line)
                line, taken = "", 0.0
            if needed > width:
                *whole, token = self._cut(token, style, width)
                lines += whole
            line += token
            taken += self.measure(token, style)
        return [*lines, line]

    def _cut(self, word: str, style: Style, width: float) -> list[str]:
        pieces, piece, taken = [], "", 0.0
        widths, scale = self.cases[style.bold].widths, style.size / 1000
        for letter in word:
            if piece and taken + widths[letter] * scale > width:
                pieces.append(piece)
                piece, taken = "", 0.0
            piece += letter
            taken += widths[letter] * scale
        return [*pieces, piece]

    def block(self, tag: str, text: str, style: Style, *, before: float = 0, after: float = 0, keep: float = 0) -> None:
        """Set a heading or a paragraph over the whole width; `keep` is what must follow on the same page."""
        lines = self.wrapped(text, style, self.right - self.left)
        self.y -= before
        self.room(min(len(lines), 3) * style.leading + after + keep)
        element = self.tags.add(tag, self.tags.document)
        while lines:
            fitting = max(1, int((self.y - self.bottom) / style.leading))
            self._lines(element, lines[:fitting], style, self.left)
            self.y -= style.leading * len(lines[:fitting])
            lines = lines[fitting:]
            if lines:
                self.turn()
        self.y -= after

    def _lines(self, element: Element, lines: Sequence[str], style: Style, x: float) -> None:
        self.page.begin(element)
        self.page.lines(self.cases[style.bold], lines, style, x, self.y - style.size)
        self.page.end()

    def bookmark(self, text: str) -> None:
        """Let the outline lead to where the next part is set."""
        self.bookmarks.append((text, self.page.number, self.y))

    def boxes(self, figures: Sequence[tuple[str, str, str]]) -> None:
        """Set boxes with a figure and its label (value, label, tone), side by side."""
        width = (self.right - self.left - GAP * (BOXES_IN_A_ROW - 1)) / BOXES_IN_A_ROW
        for start in range(0, len(figures), BOXES_IN_A_ROW):
            self._row_of_boxes(figures[start : start + BOXES_IN_A_ROW], width)

    def _row_of_boxes(self, figures: Sequence[tuple[str, str, str]], width: float) -> None:
        labels = [self.wrapped(label, HEAD, width - 14) for _value, label, _tone in figures]
        height = FIGURE.leading + max(map(len, labels)) * HEAD.leading + 12
        self.room(height)
        top = self.y
        for place, ((value, _label, tone), lines) in enumerate(zip(figures, labels, strict=True)):
            x = self.left + place * (width + GAP)
            self.page.begin_artifact()
            self.page.box(x, top - height, width, height, colour=RULE)
            self.page.end()
            element = self.tags.add("P", self.tags.document)
            self.y = top - 5
            self._lines(element, [plain(value)], toned(FIGURE, tone), x + 7)
            self.y -= FIGURE.leading + 1
            self._lines(element, lines, HEAD, x + 7)
        self.y = top - height - 8


def toned(style: Style, tone: str) -> Style:
    """Return a style in the colour of a tone."""
    return Style(style.size, style.leading, style.bold, TONES[tone]) if tone else style
