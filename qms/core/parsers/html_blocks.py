"""HTML that we made ourselves (from Markdown, DOCX, ODT): its last touches, and its text as blocks. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import html

from qms.core.parsers.model import Block, Kind

# Every id and every link inside the text carries this, so that a text can never take the name of a part of the page.
PREFIX = "doc-"
# The first digits of a picture's SHA-256: its place is taken by its name, and a changed picture is a changed text.
PICTURE = "data-picture"
# A wide table scrolls in a box that the keyboard reaches; its label is set where the reader's language is known.
BOX = {"class": "table-scroll", "role": "group", "tabindex": "0"}
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LEAVES = {"p": Kind.PARAGRAPH, "dt": Kind.PARAGRAPH, "dd": Kind.PARAGRAPH, "pre": Kind.CODE}
_LISTS = {"ul", "ol"}
_INLINE = {
    *("a", "abbr", "b", "br", "code", "del", "em", "i", "img"),
    *("ins", "kbd", "s", "span", "strong", "sub", "sup", "u"),
}
_BACK = {"↩︎", "↑"}
_NOT_IN_ANCHOR = re.compile(r"[^\w]+")
_BOX = {"[ ] ": "☐ ", "[x] ": "☑ ", "[X] ": "☑ "}


@dataclass(frozen=True, slots=True)
class Heading:
    """An entry of the outline: level, text, and the anchor that the rendered heading carries."""

    level: int
    text: str
    anchor: str


def parse(fragment: str) -> html.HtmlElement:
    """Return a `div` holding a fragment of HTML."""
    return html.fragment_fromstring(fragment, create_parent="div")


def finish(fragment: str, *, tasks: bool = False) -> html.HtmlElement:
    """Give headings anchors, inner links their prefix, tables a box to scroll in; with tasks, draw check boxes."""
    root = parse(fragment)
    _prefix(root)
    for heading, anchor in _anchored(root):
        heading.set("id", anchor)
    for table in list(root.iter("table")):
        _box(table)
    for item in root.iter("li") if tasks else ():
        _tick(item)
    return root


def serialise(root: html.HtmlElement) -> str:
    """Return the inner HTML of an element."""
    return "".join(html.tostring(child, encoding="unicode") for child in root)


def outline(root: html.HtmlElement) -> list[Heading]:
    """Return the headings of a finished text, in their order."""
    return [Heading(_HEADINGS[found.tag], _line(found), found.get("id", "")) for found in root.iter(*_HEADINGS)]


def _prefix(root: html.HtmlElement) -> None:
    for element in root.iter():
        name = element.get("id")
        if name and not name.startswith(PREFIX):
            element.set("id", PREFIX + name)
        target = element.get("href", "")
        if target.startswith("#") and not target.startswith("#" + PREFIX):
            element.set("href", f"#{PREFIX}{target[1:]}")


def _anchored(root: html.HtmlElement) -> Iterator[tuple[html.HtmlElement, str]]:
    seen: dict[str, int] = {}
    for heading in root.iter(*_HEADINGS):
        name = PREFIX + (_NOT_IN_ANCHOR.sub("-", _line(heading).lower()).strip("-")[:80] or "section")
        seen[name] = seen.get(name, 0) + 1
        yield heading, name if seen[name] == 1 else f"{name}-{seen[name]}"


def _box(table: html.HtmlElement) -> None:
    parent = table.getparent()
    if parent is None:
        return
    box = html.Element("div", BOX)
    box.tail, table.tail = table.tail, None
    parent.replace(table, box)
    box.append(table)


def _tick(item: html.HtmlElement) -> None:
    holder = item[0] if len(item) and item[0].tag == "p" and not (item.text or "").strip() else item
    text = (holder.text or "").lstrip()
    if text[:4] in _BOX:
        holder.text = _BOX[text[:4]] + text[4:]


def blocks(root: html.HtmlElement) -> list[Block]:
    """Return the text of an element as blocks: headings, paragraphs, list items, code, and rows of tables."""
    return [block for block in _blocks(root, 0) if block.text]


def _blocks(element: html.HtmlElement, depth: int) -> Iterator[Block]:
    """Walk containers. Inline text that stands between blocks is a paragraph of its own."""
    kind = _item_kind(element) if element.tag == "li" else Kind.PARAGRAPH
    loose = [_flat(element.text)]
    for child in element:
        if child.tag in _INLINE:
            loose.append(_inline(child))
        elif isinstance(child.tag, str):
            yield Block(kind, _squeeze("".join(loose)), depth)
            loose.clear()
            yield from _one(child, kind, depth)
        loose.append(_flat(child.tail))
    yield Block(kind, _squeeze("".join(loose)), depth)


def _item_kind(item: html.HtmlElement) -> Kind:
    above = item.getparent()
    return Kind.NUMBERED_ITEM if above is not None and above.tag == "ol" else Kind.LIST_ITEM


def _one(element: html.HtmlElement, around: Kind, depth: int) -> Iterator[Block]:
    if element.tag in _HEADINGS:
        yield Block(Kind.HEADING, _line(element), _HEADINGS[element.tag])
    elif element.tag == "pre":
        yield Block(Kind.CODE, element.text_content().strip("\n"))
    elif element.tag in _LEAVES:
        yield Block(around, _text(element), depth)
    elif element.tag == "table":
        yield from (_row(row) for row in element.iter("tr") if _owner(row) is element)
    else:
        yield from _blocks(element, depth + (element.tag in _LISTS))


def _owner(row: html.HtmlElement) -> html.HtmlElement | None:
    return next(row.iterancestors("table"), None)


def _row(row: html.HtmlElement) -> Block:
    found = [cell for cell in row if cell.tag in {"td", "th"}]
    cells = tuple(_text(cell) for cell in found)
    head = bool(found) and all(cell.tag == "th" for cell in found)
    return Block(Kind.TABLE_ROW, "\t".join(cells).strip(), 0, cells, head)


def _text(element: html.HtmlElement) -> str:
    return _squeeze(_inside(element))


def _line(element: html.HtmlElement) -> str:
    return " ".join(_text(element).split())


def _inside(element: html.HtmlElement) -> str:
    return _flat(element.text) + "".join(_inline(child) + _flat(child.tail) for child in element)


def _flat(text: str | None) -> str:
    """A line end in the source is a space; only `br` and blocks break a line."""
    return (text or "").replace("\n", " ")


def _inline(element: html.HtmlElement) -> str:
    """Return the text of an inline element; the target of a link is part of what a reader is told."""
    if element.tag == "br":
        return "\n"
    if not isinstance(element.tag, str):
        return ""
    text = _inside(element)
    if element.tag == "a":
        return _with_target(text, element.get("href", ""))
    if PICTURE in element.attrib:
        return f"{text.removesuffix(']')} {element.get(PICTURE)}]"
    return text if element.tag in _INLINE else f"\n{text}\n"


def _with_target(text: str, href: str) -> str:
    if href.startswith("#"):
        return "" if text in _BACK else text
    return text if not href or href.removeprefix("mailto:") in text else f"{text} ({href})"


def _squeeze(text: str) -> str:
    """Return text with single spaces, and single line ends where a break was meant."""
    return "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))
