"""The tables of a document's body: each column gets the width that its words ask for, wide tables a turned page.

Widths are set here once, which a page engine would otherwise find out by setting every cell twice.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import lxml.html
from lxml.html import HtmlElement

from qms.reports.columns import Wish, share
from qms.reports.press.letters import width_of

# Left and right of the letters in a cell, with the rule between two (static/pdf/body.css), in points.
PADDING = 9.0
# A text up to this wide would rather not wrap; a picture wants at least so much.
COMFORT = 70.0
# A longer word (an address, a digest) is broken rather than the page turned for it.
LONGEST_WORD = 150.0
PICTURE = 150.0

IDEOGRAPHS = r"\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff"
WORDS = re.compile(rf"[{IDEOGRAPHS}]|[^\s{IDEOGRAPHS}-]+-*|-+")


@dataclass(frozen=True, slots=True)
class Room:
    """How a table may be set: its classes, the width at hand and the size of its letters, in points."""

    classes: str
    width: float
    size: float


# Tried in this order; the last takes whatever is left, breaking words where it must (classes in static/pdf/body.css).
ROOMS = (
    Room("", 487, 8.5),
    Room("dense", 487, 7),
    Room("wide", 734, 8),
    Room("wide dense", 734, 6.5),
)
LAST = Room("wide crammed", 734, 6)


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of a cell and what sets its width: whether its letters are bold, whether it holds a picture."""

    text: str
    bold: bool
    picture: bool


def make_room(table: HtmlElement) -> None:
    """Set the widths of a table's columns, and smaller letters or a landscape page where it needs them."""
    _drop_empty_head(table)
    columns = _columns(table)
    if not columns:
        return
    tried = ((room, [_wish(column, room.size) for column in columns]) for room in ROOMS)
    fitting = ((room, wishes) for room, wishes in tried if sum(wish.least for wish in wishes) <= room.width)
    room, wishes = next(fitting, (LAST, [_wish(column, LAST.size) for column in columns]))
    _set_widths(table, share(wishes, room.width), room.width)
    if room.classes:
        table.set("class", room.classes)
    if "wide" in room.classes:
        _turn_the_page(table)


def _drop_empty_head(table: HtmlElement) -> None:
    """Leave out a head that says nothing: Markdown cannot write a table without one."""
    for head in table.xpath("./thead"):
        if not head.text_content().strip() and not head.xpath(".//img"):
            head.drop_tree()


def _columns(table: HtmlElement) -> list[list[Cell]]:
    columns: list[list[Cell]] = []
    for row in table.xpath("./tr|./thead/tr|./tbody/tr|./tfoot/tr"):
        for place, cell in _cells(row):
            columns.extend([] for _ in range(place + 1 - len(columns)))
            columns[place].append(cell)
    return columns


def _cells(row: HtmlElement) -> Iterator[tuple[int, Cell]]:
    """Give the place and text of each cell; one that spans columns takes their places and asks for no width."""
    place = 0
    for cell in row.xpath("./td|./th"):
        span = _number(cell.get("colspan"))
        text = cell.text_content() if span == 1 else ""
        yield place + span - 1, Cell(text, bold=cell.tag == "th", picture=bool(cell.xpath(".//img")))
        place += span


def _number(text: str | None) -> int:
    return max(1, min(int(text), 100)) if text and text.isdecimal() else 1


def _wish(column: Sequence[Cell], size: float) -> Wish:
    """Return what a column asks for: its longest word, or its longest text where that is short."""
    words = {(word, cell.bold) for cell in column for word in WORDS.findall(cell.text)}
    word = min(max((width_of(word, size, bold=bold) for word, bold in words), default=size), LONGEST_WORD)
    texts = [width_of(" ".join(cell.text.split()), size, bold=cell.bold) for cell in column] or [size]
    picture = PICTURE if any(cell.picture for cell in column) else 0.0
    least = max(word, min(max(texts), COMFORT), picture)
    return Wish(least + PADDING, max(*texts, least) + PADDING, sum(texts) / len(texts))


def _set_widths(table: HtmlElement, widths: Sequence[float], width: float) -> None:
    for given in table.xpath("./colgroup|./col"):
        given.drop_tree()
    group = lxml.html.Element("colgroup")
    for one in widths:
        group.append(lxml.html.Element("col", width=f"{100 * one / width:.2f}%"))
    table.insert(len(table.xpath("./caption")), group)


def _turn_the_page(table: HtmlElement) -> None:
    """Wrap the table in a part that is set on landscape pages."""
    part = lxml.html.Element("div")
    part.set("class", "landscape")
    table.addprevious(part)
    part.tail, table.tail = table.tail, None
    part.append(table)
