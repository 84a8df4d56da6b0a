"""A DOCX as an office program would write it, made from Markdown: headings, paragraphs, lists and tables. Pure."""

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from itertools import groupby
from xml.sax.saxutils import escape

from qms.core.parsers.model import Block, Kind

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_BEGINNING = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can hold: the same text makes the same bytes
_LISTS = {Kind.LIST_ITEM: ("bullet", "•"), Kind.NUMBERED_ITEM: ("decimal", "%1.")}

_TYPES = (
    f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_MAIN}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_MAIN}.styles+xml"/>'
    f'<Override PartName="/word/numbering.xml" ContentType="{_MAIN}.numbering+xml"/></Types>'
)
_RELATIONS = f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">%s</Relationships>'
_RELATION = f'<Relationship Id="r%s" Type="{_OFFICE}/%s" Target="%s"/>'
_STYLE = '<w:style w:type="%s" w:styleId="%s"%s><w:name w:val="%s"/>%s</w:style>'
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:color="808080"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_PAGE = (
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1418" w:right="1134" w:bottom="1134" w:left="1418" w:header="709" w:footer="709" w:gutter="0"/>'
    "</w:sectPr>"
)


def docx_of(title: str, blocks: Sequence[Block]) -> bytes:
    """Return the bytes of a DOCX with a title and these blocks; the same blocks make the same bytes."""
    runs = [list(run) for _kind, run in groupby(blocks, key=_belongs)]
    body = "".join(part for number, run in enumerate(runs, 1) for part in _run(run, number))
    lists = [(number, run[0].kind) for number, run in enumerate(runs, 1) if run[0].kind in _LISTS]
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELATIONS % _RELATION % (1, "officeDocument", "word/document.xml"),
        "word/_rels/document.xml.rels": _RELATIONS
        % (_RELATION % (1, "styles", "styles.xml") + _RELATION % (2, "numbering", "numbering.xml")),
        "word/document.xml": f"{_XML}<w:document {_W}><w:body>{_paragraph(title, 'Title')}{body}{_PAGE}</w:body>"
        "</w:document>",
        "word/styles.xml": f"{_XML}<w:styles {_W}>{''.join(_styles())}</w:styles>",
        "word/numbering.xml": f"{_XML}<w:numbering {_W}>{''.join(_numbering(lists))}</w:numbering>",
    }
    return _zipped(parts)


def _belongs(block: Block) -> Kind | int:
    """Items and rows that follow each other are one list, one table; everything else stands alone."""
    return block.kind if block.kind in {*_LISTS, Kind.TABLE_ROW} else id(block)


def _run(blocks: list[Block], number: int) -> Iterator[str]:
    kind = blocks[0].kind
    if kind == Kind.TABLE_ROW:
        yield _table(blocks)
    elif kind in _LISTS:
        for block in blocks:
            level = f'<w:numPr><w:ilvl w:val="{max(0, block.level - 1)}"/><w:numId w:val="{number}"/></w:numPr>'
            yield _paragraph(block.text, "ListParagraph", level)
    else:
        yield _paragraph(blocks[0].text, f"Heading{blocks[0].level}" if kind == Kind.HEADING else "")


def _paragraph(text: str, style: str = "", more: str = "", *, bold: bool = False) -> str:
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))
    return f"<w:p><w:pPr>{named}{more}</w:pPr><w:r>{'<w:rPr><w:b/></w:rPr>' if bold else ''}{lines}</w:r></w:p>"


def _table(rows: list[Block]) -> str:
    grid = "<w:gridCol/>" * max(len(row.cells) for row in rows)
    lines = "".join(_row(row, head=number == 0) for number, row in enumerate(rows))
    return (
        '<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="5000" w:type="pct"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{lines}</w:tbl>{_paragraph('')}"
    )


def _row(row: Block, *, head: bool) -> str:
    cells = "".join(f"<w:tc><w:tcPr/>{_paragraph(cell, bold=head)}</w:tc>" for cell in row.cells)
    return f"<w:tr>{'<w:trPr><w:tblHeader/></w:trPr>' if head else ''}{cells}</w:tr>"


def _styles() -> Iterator[str]:
    font = '<w:rPr><w:rFonts w:ascii="Calibri" w:hAnsi="Calibri"/><w:sz w:val="21"/></w:rPr>'
    yield _STYLE % (
        "paragraph",
        "Normal",
        ' w:default="1"',
        "Normal",
        f'<w:pPr><w:spacing w:after="120"/></w:pPr>{font}',
    )
    yield _STYLE % ("paragraph", "Title", "", "Title", '<w:rPr><w:b/><w:sz w:val="36"/></w:rPr>')
    yield _STYLE % ("paragraph", "ListParagraph", "", "List Paragraph", '<w:basedOn w:val="Normal"/>')
    for level, size in enumerate((30, 26, 23, 22, 21, 21), 1):
        look = f'<w:pPr><w:spacing w:before="240"/></w:pPr><w:rPr><w:b/><w:sz w:val="{size}"/></w:rPr>'
        yield _STYLE % ("paragraph", f"Heading{level}", "", f"heading {level}", look)
    yield _STYLE % (
        "table",
        "TableGrid",
        "",
        "Table Grid",
        f"<w:tblPr><w:tblBorders>{_BORDERS}</w:tblBorders></w:tblPr>",
    )


def _numbering(lists: Iterable[tuple[int, Kind]]) -> Iterator[str]:
    """Yield the definitions of every list, first the kinds, then one instance a list, so that each begins at one."""
    kept = list(lists)
    for number, kind in kept:
        form, mark = _LISTS[kind]
        levels = "".join(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{mark}"/>'
            f'<w:pPr><w:ind w:left="{360 * (level + 1)}" w:hanging="360"/></w:pPr></w:lvl>'
            for level in range(3)
        )
        yield f'<w:abstractNum w:abstractNumId="{number}">{levels}</w:abstractNum>'
    for number, _kind in kept:
        yield f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'


def _zipped(parts: dict[str, str]) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(zipfile.ZipInfo(name, _BEGINNING), text, zipfile.ZIP_DEFLATED)
    return target.getvalue()
