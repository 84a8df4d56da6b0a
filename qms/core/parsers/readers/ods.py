"""Reader of ODS: the cells of content.xml, read row by row; repeated empty rows and cells cost nothing."""

from collections.abc import Iterator
from itertools import islice
from typing import Any
from zipfile import ZipFile

from lxml import etree

from qms.core.parsers.model import pack
from qms.core.parsers.readers import open_document, safe_xml, sheets
from qms.core.parsers.readers.safe_xml import attribute, local
from qms.core.parsers.readers.tidy import one_line

# A filled row or cell that claims to stand more often than this stands this often.
_MOST_REPEATS = 1_000


def read(path: str) -> dict[str, Any]:
    """Read an ODS file. Raises Refused with the reason it cannot be read."""
    with open_document.open_document(path, "spreadsheet") as package:
        content = safe_xml.needed(package, "content.xml")
        found = [sheets.gather(name, rows) for name, rows in islice(tables(content), sheets.MOST_SHEETS)]
        marks = open_document.flags(package, content)
        return pack(sheets.extracted(found, open_document.properties(package), marks))


def book(package: ZipFile) -> Iterator[tuple[str, Iterator[sheets.Row]]]:
    """Give the name and the filled rows of each sheet."""
    return tables(safe_xml.needed(package, "content.xml"))


def tables(content: etree._Element) -> Iterator[tuple[str, Iterator[sheets.Row]]]:
    """Give the name and the filled rows of each sheet of a content part."""
    for table in content.iter():
        if local(table) == "table" and local(_above(table)) == "spreadsheet":
            yield one_line(attribute(table, "name")), _rows(table)


def _above(element: etree._Element) -> etree._Element:
    parent = element.getparent()
    return element if parent is None else parent


def _rows(table: etree._Element) -> Iterator[sheets.Row]:
    number = 0
    for row in table.iter():
        if local(row) != "table-row":
            continue
        repeats = _repeats(row, "number-rows-repeated")
        cells = _cells(row)
        for step in range(min(repeats, _MOST_REPEATS) if cells else 0):
            yield number + step + 1, cells
        number += repeats


def _cells(row: etree._Element) -> dict[int, str]:
    cells: dict[int, str] = {}
    at = 0
    for element in row:
        if local(element) not in {"table-cell", "covered-table-cell"} or at >= sheets.MOST_COLUMNS:
            continue
        repeats = _repeats(element, "number-columns-repeated")
        text = _text(element)
        if text:
            cells |= dict.fromkeys(range(at, min(at + repeats, sheets.MOST_COLUMNS)), text)
        at += repeats
    return cells


def _repeats(element: etree._Element, name: str) -> int:
    value = attribute(element, name)
    return int(value) if value.isdecimal() and len(value) < 9 else 1


def _text(cell: etree._Element) -> str:
    """Return a date as ISO and a plain number without its dress; all else as the sheet shows it."""
    kind = attribute(cell, "value-type")
    if kind == "date":
        return attribute(cell, "date-value").replace("T", " ").removesuffix(" 00:00:00")
    if kind == "float" and attribute(cell, "value"):
        return _plain(attribute(cell, "value"))
    return "\n".join(open_document.text(each) for each in cell if local(each) == "p").strip()


def _plain(value: str) -> str:
    try:
        number = float(value)
    except ValueError:
        return value
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else f"{number:.15g}"
