"""Reader of DOCX: mammoth makes the HTML; comments, tracked changes, page headers and properties are read beside it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import mammoth
from lxml import etree
from mammoth import html as mammoth_html

from qms.core.parsers import html_blocks
from qms.core.parsers.archives import open_package
from qms.core.parsers.model import Block, Comment, Extracted, Flag, Kind, Outcome, TrackedChange, pack
from qms.core.parsers.readers import open_xml, safe_xml, tidy
from qms.core.parsers.readers.safe_xml import attribute, local
from qms.core.parsers.readers.slim_docx import slim

_MOST_CHANGES = 500
_CHANGES = {
    "ins": "inserted",
    "del": "deleted",
    "moveTo": "moved",
    "moveFrom": "moved",
    "rPrChange": "formatted",
    "pPrChange": "formatted",
}
_SPACING = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def read(path: str) -> dict[str, Any]:
    """Read a DOCX file. Raises Refused with the reason it cannot be read."""
    with open_package(Path(path)) as package:
        safe_xml.refuse_document_types(package)
        main = open_xml.main_part(package, "word/")
        document = safe_xml.needed(package, main)
        root = html_blocks.finish(_html(package, main))
        blocks = html_blocks.blocks(root)
        header = tuple(_header(package, main))
        found = Extracted(
            Outcome.TEXT if blocks else Outcome.NO_TEXT,
            title=tidy.title(blocks),
            passages=tuple(tidy.by_heading(blocks)),
            html=html_blocks.serialise(root),
            blocks=tuple(blocks),
            header=header,
            comments=tuple(_comments(package, main)),
            tracked_changes=tuple(_tracked(document)),
            properties=open_xml.properties(package),
            revisions=tuple(tidy.revisions(block.text for block in (*header, *blocks[:40]))),
            flags=open_xml.flags(package) | _field_flags(document),
        )
    return pack(found)


def _html(package: ZipFile, main: str) -> str:
    result = mammoth.convert_to_html(
        slim(package, main),
        style_map="\n".join(_style_map(package, main)),
        convert_image=_picture,
        id_prefix=html_blocks.PREFIX,
        include_embedded_style_map=False,
    )
    return tidy.clean(str(result.value))


def _picture(image: Any) -> list[Any]:
    """Put a picture's name where it stood, with the first digits of its hash for comparing."""
    try:
        with image.open() as stream:
            digest = tidy.digest(stream.read())[:8]
    except (OSError, ValueError, KeyError):
        digest = "?"
    name = tidy.one_line(image.alt_text or "") or str(image.content_type).rpartition("/")[2]
    attributes = {"class": "picture", html_blocks.PICTURE: digest}
    return [mammoth_html.element("span", attributes, [mammoth_html.text(f"[{name}]")])]


def _style_map(package: ZipFile, main: str) -> Iterator[str]:
    """A company's own heading styles count by the outline level they have or inherit."""
    yield "p[style-name='Title'] => h1:fresh"
    styles = _related(package, main, "styles")
    known = {attribute(style, "styleId"): style for style in styles if local(style) == "style"}
    for key, style in known.items():
        name = next((attribute(child, "val") for child in style if local(child) == "name"), "")
        level = _outline_level(known, key)
        if name and level is not None and level < 6 and not name.lower().startswith("heading "):
            escaped = name.replace("\\", "\\\\").replace("'", "\\'")
            yield f"p[style-name='{escaped}'] => h{level + 1}:fresh"


def _outline_level(known: dict[str, etree._Element], key: str) -> int | None:
    for _step in range(12):
        style = known.get(key)
        if style is None:
            return None
        values = {local(each): attribute(each, "val") for each in style.iter() if local(each)}
        if values.get("outlineLvl", "").isdecimal():
            return int(values["outlineLvl"])
        key = values.get("basedOn", "")
    return None


def _related(package: ZipFile, main: str, kind: str) -> Iterator[etree._Element]:
    """Give the elements below the root of each part of a kind that the main part points to."""
    for each in open_xml.relations(package, main):
        if each.kind == kind and not each.external:
            root = safe_xml.part(package, each.target)
            yield from () if root is None else root


def _text(element: etree._Element) -> str:
    """Return the text of runs as it would stand when all tracked changes were accepted."""
    return tidy.clean("".join(_pieces(element, ("del", "moveFrom", "instrText", "delText"))))


def _pieces(element: etree._Element, passed_over: tuple[str, ...]) -> Iterator[str]:
    for child in element:
        name = local(child)
        if name in {"t", "delText"} and name not in passed_over:
            yield child.text or ""
        elif name in _SPACING:
            yield _SPACING[name]
        elif name and name not in passed_over:
            yield from _pieces(child, passed_over)


def _header(package: ZipFile, main: str) -> list[Block]:
    """Return the blocks of page headers and footers, each once: first, even and other pages mostly repeat them."""
    found: dict[Block, None] = {}
    for kind in ("header", "footer"):
        for element in _related(package, main, kind):
            found |= dict.fromkeys(_raw_blocks(element))
    return [block for block in found if block.text]


def _raw_blocks(element: etree._Element) -> Iterator[Block]:
    name = local(element)
    if name == "p":
        yield Block(Kind.PARAGRAPH, tidy.one_line(_text(element)))
    elif name == "tr":
        cells = tuple(tidy.one_line(" ".join(_paragraphs(cell))) for cell in element if local(cell) in {"tc", "sdt"})
        yield Block(Kind.TABLE_ROW, "\t".join(cells).strip(), 0, cells)
    else:
        for child in element:
            yield from _raw_blocks(child)


def _paragraphs(element: etree._Element) -> Iterator[str]:
    return (_text(each) for each in element.iter() if local(each) == "p")


def _comments(package: ZipFile, main: str) -> Iterator[Comment]:
    """Give the comments that nobody has marked as done ([MS-DOCX] 2.5.3.3); an answer is done with its question."""
    states = {attribute(each, "paraId"): each for each in _related(package, main, "commentsExtended")}
    for comment in _related(package, main, "comments"):
        marks = {attribute(each, "paraId") for each in comment.iter() if local(each) == "p"}
        if not any(_is_done(states, mark) for mark in marks):
            words = tidy.clean("\n".join(_paragraphs(comment))).strip()
            yield Comment(attribute(comment, "author"), attribute(comment, "date"), words)


def _is_done(states: dict[str, etree._Element], mark: str) -> bool:
    state = states.get(mark)
    if state is None:
        return False
    above = states.get(attribute(state, "paraIdParent"))
    return any(attribute(each, "done") in {"1", "true"} for each in (state, above) if each is not None)


def _tracked(document: etree._Element) -> list[TrackedChange]:
    """Return the open changes, neighbours of one kind and author as one; the first five hundred."""
    found: list[TrackedChange] = []
    for element in document.iter():
        kind = _CHANGES.get(local(element), "")
        text = tidy.one_line("".join(_pieces(element, ()))) if kind and kind != "formatted" else ""
        if not kind or (not text and kind != "formatted"):
            continue
        change = TrackedChange(kind, attribute(element, "author"), attribute(element, "date"), text)
        if found and (found[-1].kind, found[-1].author) == (kind, change.author):
            change = TrackedChange(kind, change.author, found[-1].date, f"{found[-1].text} {text}".strip()[:2000])
            found.pop()
        found.append(change)
    return found[:_MOST_CHANGES]


def _field_flags(document: etree._Element) -> frozenset[Flag]:
    orders = [element.text or "" for element in document.iter() if local(element) == "instrText"]
    fields = [local(element) for element in document.iter() if local(element) in {"ffData", "checkBox"}]
    signs = {Flag.DDE: any("DDE" in order for order in orders), Flag.FORM: bool(fields)}
    return frozenset(flag for flag, present in signs.items() if present)
