"""A document's body made ready for paper: cleaned, headings under the title's, wide tables given the room they need.

The body comes cleaned already; it is cleaned once more here because a PDF must not depend on who called (trust 2.4).
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import lxml.html
import nh3
from django.utils.safestring import SafeString
from lxml.html import HtmlElement

TAGS = frozenset(
    "a abbr b blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure "
    "h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp section small span strong sub summary sup table "
    "tbody td tfoot th thead tr u ul var".split()
)
ATTRIBUTES = {
    "*": {"lang", "dir", "id", "title", "class"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start", "type"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align", "scope"},
}
# Classes that our own Markdown makes and that the style sheet knows; all others are dropped.
CLASSES = frozenset("note tip important warning caution danger footnotes task-list-item contains-task-list".split())
SCHEMES = {"http", "https", "mailto", "tel", "asset", "data"}

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# Beyond this many letters a text may as well wrap.
COMFORT = 14
PADDING = 8.0


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
LAST = Room("wide dense crammed", 734, 6)


def prepare(html: str, *, title: str) -> SafeString:
    """Return a body's HTML as the controlled PDF sets it. Takes any HTML; gives only known tags and attributes.

    A first heading that repeats the title is left out (the title block shows it), the rest follow the title's without
    a skipped level (ISO 14289-1, 7.4), and tables too wide for the page are marked for smaller letters or a turned page.
    """
    root = lxml.html.fragment_fromstring(_cleaned(html), create_parent="div")
    _drop_title(root, title)
    _level_headings(root)
    for table in root.xpath(".//table[not(ancestor::table)]"):
        _drop_empty_head(table)
        _make_room(table)
    return SafeString(_inner(root))


def _cleaned(html: str) -> str:
    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=_kept,
        url_schemes=set(SCHEMES),
        link_rel=None,
    )


def _kept(tag: str, name: str, value: str) -> str | None:
    if name == "class":
        return " ".join(word for word in value.split() if word in CLASSES) or None
    if (tag, name) == ("a", "href") and value.lstrip().lower().startswith(("data:", "asset:")):
        return None
    return value


def _inner(root: HtmlElement) -> str:
    parts = [lxml.html.tostring(child, encoding="unicode") for child in root]
    return (root.text or "") + "".join(parts)


def _drop_title(root: HtmlElement, title: str) -> None:
    first = next(iter(root), None)
    if first is None or first.tag != "h1" or (root.text or "").strip():
        return
    if _plain(first.text_content()) == _plain(title):
        first.drop_tree()


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _level_headings(root: HtmlElement) -> None:
    """Put the highest heading at level 2 and let no level be skipped on the way down."""
    headings = [element for element in root.iter() if element.tag in HEADINGS]
    wanted = {level: place for place, level in enumerate(sorted({element.tag for element in headings}), start=2)}
    depth = 1
    for element in headings:
        depth = min(wanted[element.tag], depth + 1, 6)
        element.tag = f"h{depth}"


def _drop_empty_head(table: HtmlElement) -> None:
    """Markdown cannot write a table without a head; one that says nothing is not set."""
    for head in table.xpath("./thead"):
        if not head.text_content().strip() and not head.xpath(".//img"):
            head.drop_tree()


def _make_room(table: HtmlElement) -> None:
    columns = _columns(table)
    letters = [_letters(column) for column in columns]
    rooms = (room for room in ROOMS if _needed(letters, room) <= room.width)
    room = next(rooms, LAST)
    if room.classes:
        table.set("class", room.classes)
    if room is LAST:
        _share_width(table, [_share(column) for column in columns])
    if "wide" in room.classes:
        _turn_the_page(table)


def _share_width(table: HtmlElement, shares: list[float]) -> None:
    """Give each column its share of a page that is too narrow for all of them."""
    for given in table.xpath("./colgroup|./col"):
        given.drop_tree()
    group = lxml.html.Element("colgroup")
    for share in shares:
        group.append(lxml.html.Element("col", width=f"{100 * share / sum(shares):.2f}%"))
    table.insert(0, group)


def _turn_the_page(table: HtmlElement) -> None:
    """Wrap the table in a part that is set on landscape pages."""
    part = lxml.html.Element("div")
    part.set("class", "landscape")
    table.addprevious(part)
    part.tail, table.tail = table.tail, None
    part.append(table)


def _columns(table: HtmlElement) -> list[list[str]]:
    columns: list[list[str]] = []
    for row in table.xpath(".//tr[count(ancestor::table) = $depth]", depth=len(list(table.iterancestors("table"))) + 1):
        for place, text in _cells(row):
            columns.extend([] for _ in range(place + 1 - len(columns)))
            columns[place].append(text)
    return columns


def _cells(row: HtmlElement) -> Iterator[tuple[int, str]]:
    """Give the place and text of each cell; one that spans columns takes their places and asks nothing of their width."""
    place = 0
    for cell in row.xpath("./td|./th"):
        span = _number(cell.get("colspan"))
        yield place + span - 1, cell.text_content() if span == 1 else ""
        place += span


def _number(text: str | None) -> int:
    return max(1, min(int(text), 100)) if text and text.isdigit() else 1


def _letters(column: list[str]) -> float:
    """Return how many letters a column needs: its longest word, or its longest text where that is short."""
    longest_word = max((_width(word) for text in column for word in _words(text)), default=1.0)
    longest_text = max((_width(text.strip()) for text in column), default=1.0)
    return max(longest_word, min(longest_text, COMFORT))


def _share(column: list[str]) -> float:
    """Return a column's share of a page too narrow for all: what it needs, its padding, something for long texts."""
    return _letters(column) + 2 + max((len(text) for text in column), default=0) ** 0.5 / 2


def _words(text: str) -> list[str]:
    """Cut where a line may break: at white space, after a hyphen, and around each ideograph."""
    return re.findall(r"[\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff]|[^\s\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff-]+-*", text)


def _width(text: str) -> float:
    """Return the width of a text in letters; wide East Asian ones count twice."""
    return sum(1.7 if unicodedata.east_asian_width(letter) in "WF" else 1.0 for letter in text)


def _needed(letters: list[float], room: Room) -> float:
    return sum(count * room.size * 0.6 + PADDING for count in letters)
