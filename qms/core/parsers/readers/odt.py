"""Reader of ODT: a small walk over content.xml that writes the same HTML as the DOCX reader."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from zipfile import ZipFile

from lxml import etree, html

from qms.core.parsers import html_blocks
from qms.core.parsers.model import Block, Extracted, Kind, Outcome, TrackedChange, pack
from qms.core.parsers.readers import open_document, safe_xml, tidy
from qms.core.parsers.readers.safe_xml import attribute, local

_KINDS = {"insertion": "inserted", "deletion": "deleted", "format-change": "formatted"}
_MOST_CHANGES = 500
_MOST_SPAN = 100
_THROUGH = {"section", "index-body", "table-of-content", "alphabetical-index", "text-box", "frame", "a", "text"}


def read(path: str) -> dict[str, Any]:
    """Read an ODT file. Raises Refused with the reason it cannot be read."""
    with open_document.open_document(path, "text") as package:
        content = safe_xml.needed(package, "content.xml")
        root = html_blocks.finish(_Writer(package, content).written())
        blocks = html_blocks.blocks(root)
        header = tuple(_header(package))
        found = Extracted(
            Outcome.TEXT if blocks else Outcome.NO_TEXT,
            title=tidy.title(blocks),
            passages=tuple(tidy.by_heading(blocks)),
            html=html_blocks.serialise(root),
            blocks=tuple(blocks),
            header=header,
            comments=tuple(open_document.comments(content)),
            tracked_changes=tuple(_tracked(content))[:_MOST_CHANGES],
            properties=open_document.properties(package),
            revisions=tuple(tidy.revisions(block.text for block in (*header, *blocks[:40]))),
            flags=open_document.flags(package, content),
        )
    return pack(found)


class _Writer:
    """Writes the body of a text as HTML; knows the package for its pictures and the styles for its headings."""

    def __init__(self, package: ZipFile, content: etree._Element) -> None:
        self.package = package
        self.content = content
        self.notes: list[etree._Element] = []
        self.titles = {"Title", *_named(content, "Title")}
        self.numbered = set(_numbered(content)) | set(_numbered(safe_xml.part(package, "styles.xml")))
        self.writers: dict[str, Callable[[html.HtmlElement, etree._Element], None]] = {
            "h": self._heading,
            "p": self._paragraph,
            "list": self._list,
            "table": self._table,
        }

    def written(self) -> str:
        """Return the HTML of the body, notes at its end."""
        root = html.Element("div")
        for body in (each for each in self.content if local(each) == "body"):
            for office_text in (each for each in body if local(each) == "text"):
                self._blocks(root, office_text)
        self._write_notes(root)
        return html_blocks.serialise(root)

    def _blocks(self, into: html.HtmlElement, element: etree._Element) -> None:
        for child in element:
            name = local(child)
            if name in self.writers:
                self.writers[name](into, child)
            elif name in _THROUGH:
                self._blocks(into, child)

    def _heading(self, into: html.HtmlElement, element: etree._Element) -> None:
        level = attribute(element, "outline-level")
        self._inline(_add(into, f"h{min(int(level), 6) if level.isdecimal() and int(level) else 1}"), element)

    def _paragraph(self, into: html.HtmlElement, element: etree._Element) -> None:
        style = attribute(element, "style-name")
        self._inline(_add(into, "h1" if style in self.titles else "p"), element)

    def _list(self, into: html.HtmlElement, element: etree._Element) -> None:
        numbered = attribute(element, "style-name") in self.numbered or _in_ol(into)
        inner = _add(into, "ol" if numbered else "ul")
        for item in element:
            if local(item) in {"list-item", "list-header"}:
                self._blocks(_add(inner, "li"), item)

    def _table(self, into: html.HtmlElement, element: etree._Element) -> None:
        table = _add(into, "table")
        head, body = html.Element("thead"), html.Element("tbody")
        for row in element.iter():
            if local(row) == "table-row" and _nearest(row, "table") is element:
                self._row(head if _nearest(row, "table-header-rows", element) is not None else body, row)
        table.extend(part for part in (head, body) if len(part))

    def _row(self, into: html.HtmlElement, row: etree._Element) -> None:
        line = _add(into, "tr")
        for cell in row:
            if local(cell) == "table-cell":
                written = _add(line, "th" if into.tag == "thead" else "td")
                for name, source in (("colspan", "number-columns-spanned"), ("rowspan", "number-rows-spanned")):
                    span = attribute(cell, source)
                    if span.isdecimal() and 1 < int(span) <= _MOST_SPAN:
                        written.set(name, span)
                self._blocks(written, cell)

    def _inline(self, into: html.HtmlElement, element: etree._Element) -> None:
        """Write the text of a paragraph; pictures, notes and links among it."""
        _append(into, tidy.clean(element.text or ""))
        for child in element:
            self._piece(into, child)
            _append(into, tidy.clean(child.tail or ""))

    def _piece(self, into: html.HtmlElement, child: etree._Element) -> None:
        name = local(child)
        if name == "a":
            link = _add(into, "a")
            link.set("href", attribute(child, "href"))
            self._inline(link, child)
        elif name == "line-break":
            _add(into, "br")
        elif name == "note":
            self.notes.append(child)
            _add(into, "sup").text = f"[{len(self.notes)}]"
        elif name == "frame":
            self._frame(into, child)
        elif name in {"span", "ruby", "ruby-base", "meta", "meta-field"}:
            self._inline(into, child)
        else:
            _append(into, open_document.piece(child))

    def _frame(self, into: html.HtmlElement, frame: etree._Element) -> None:
        """A picture becomes its name, a box of text its text."""
        told = next((each.text for each in frame if local(each) in {"title", "desc"} and each.text), "")
        for child in frame:
            if local(child) == "image":
                self._picture(into, child, tidy.one_line(told))
            elif local(child) == "text-box":
                for paragraph in (each for each in child.iter() if local(each) in {"p", "h"}):
                    self._inline(into, paragraph)
                    _append(into, " ")

    def _picture(self, into: html.HtmlElement, image: etree._Element, told: str) -> None:
        source = attribute(image, "href")
        known = source in self.package.namelist()
        picture = _add(into, "span")
        picture.set("class", "picture")
        picture.set(html_blocks.PICTURE, tidy.digest(self.package.read(source))[:8] if known else "?")
        picture.text = f"[{told or source.rpartition('.')[2][:20]}]"

    def _write_notes(self, root: html.HtmlElement) -> None:
        if not self.notes:
            return
        ordered = _add(root, "ol")
        for note in self.notes:
            item = _add(ordered, "li")
            for body in (each for each in note if local(each) == "note-body"):
                self._blocks(item, body)


def _add(into: html.HtmlElement, tag: str) -> html.HtmlElement:
    element = html.Element(tag)
    into.append(element)
    return element


def _append(into: html.HtmlElement, text: str) -> None:
    if len(into):
        into[-1].tail = (into[-1].tail or "") + text
    else:
        into.text = (into.text or "") + text


def _in_ol(element: html.HtmlElement) -> bool:
    return any(above.tag == "ol" for above in element.iterancestors())


def _nearest(element: etree._Element, name: str, below: etree._Element | None = None) -> etree._Element | None:
    for above in element.iterancestors():
        if above is below:
            return None
        if local(above) == name:
            return above
    return None


def _named(content: etree._Element, parent: str) -> Iterator[str]:
    """Give the automatic styles that are made from a named one."""
    for style in content.iter():
        if local(style) == "style" and attribute(style, "parent-style-name") == parent:
            yield attribute(style, "name")


def _numbered(root: etree._Element | None) -> Iterator[str]:
    """Give the list styles whose first level is a number."""
    for style in () if root is None else root.iter():
        if local(style) == "list-style" and len(style) and local(style[0]) == "list-level-style-number":
            yield attribute(style, "name")


def _tracked(content: etree._Element) -> Iterator[TrackedChange]:
    for region in (each for each in content.iter() if local(each) == "changed-region"):
        for change in region:
            said = {local(each): each.text or "" for each in change.iter() if local(each) in {"creator", "date"}}
            words = tidy.one_line(" ".join(_lines(change)))[:2000]
            kind = _KINDS.get(local(change), "")
            if kind:
                yield TrackedChange(kind, said.get("creator", ""), said.get("date", ""), words)


def _lines(element: etree._Element) -> Iterable[str]:
    paragraphs = (each for each in element.iter() if local(each) in {"p", "h"})
    return (open_document.text(each) for each in paragraphs if _nearest(each, "change-info", element) is None)


def _header(package: ZipFile) -> list[Block]:
    """Return the blocks of page headers and footers, each once."""
    styles = safe_xml.part(package, "styles.xml")
    found: dict[Block, None] = {}
    for master in () if styles is None else styles.iter():
        if local(master) in {"header", "footer", "header-left", "footer-left", "header-first", "footer-first"}:
            found |= dict.fromkeys(_raw_blocks(master))
    return [block for block in found if block.text]


def _raw_blocks(element: etree._Element) -> Iterator[Block]:
    name = local(element)
    if name in {"p", "h"}:
        yield Block(Kind.PARAGRAPH, tidy.one_line(open_document.text(element)))
    elif name == "table-row":
        cells = tuple(tidy.one_line(" ".join(_lines(cell))) for cell in element if local(cell) == "table-cell")
        yield Block(Kind.TABLE_ROW, "\t".join(cells).strip(), 0, cells)
    else:
        for child in element:
            yield from _raw_blocks(child)
