"""Reader of XLSX (ECMA-376 18): cells straight from the sheets' XML, values of formulas, dates as ISO.

Read row by row with lxml, because a used range of a million rows or a sheet of three million cells must cost nothing.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from lxml import etree

from qms.core.parsers.archives import open_package
from qms.core.parsers.model import Flag, pack
from qms.core.parsers.readers import open_xml, safe_xml, sheets, tidy
from qms.core.parsers.readers.safe_xml import attribute, local
from qms.core.sandboxed import Failure, Refused

_COLUMN = re.compile(r"[A-Z]{1,3}")
# Number formats that the standard has without spelling them out (18.8.30).
_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_PERCENTS = {9, 10}
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\[(?!h|m|s)[^\]]*\]', re.IGNORECASE)
_DATE_LETTERS = re.compile(r"[ymdhs]", re.IGNORECASE)
_LAST_SERIAL = 2_958_466  # the day after 9999-12-31


@dataclass(frozen=True, slots=True)
class Cell:
    """A filled cell: its text, and whether it is a formula that was saved without a value."""

    text: str
    unsolved: bool = False


EMPTY = Cell("")


def read(path: str) -> dict[str, Any]:
    """Read an XLSX file. Raises Refused with the reason it cannot be read."""
    with open_package(Path(path)) as package:
        book = Book(package)
        found = [sheets.gather(name, _texts(book.rows(part))) for name, part in book.sheets[: sheets.MOST_SHEETS]]
        marks = open_xml.flags(package) | _dde(package)
        return pack(sheets.extracted(found, open_xml.properties(package), marks))


def _texts(rows: Iterator[tuple[int, dict[int, Cell]]]) -> Iterator[sheets.Row]:
    return ((number, {at: cell.text for at, cell in cells.items() if cell.text}) for number, cells in rows)


def _dde(package: ZipFile) -> frozenset[Flag]:
    links = (name for name in package.namelist() if name.startswith("xl/externalLinks/") and name.endswith(".xml"))
    roots = filter(None.__ne__, (safe_xml.part(package, name) for name in links))
    found = any(local(each) == "ddeLink" for root in roots if root is not None for each in root)
    return frozenset({Flag.DDE} if found else ())


class Book:
    """An open workbook: its sheets by name, and what their cells need to be read."""

    def __init__(self, package: ZipFile) -> None:
        self.package = package
        main = open_xml.main_part(package, "xl/")
        root = safe_xml.needed(package, main)
        parts = {each.key: each for each in open_xml.relations(package, main)}
        self.base = _first_day(root)
        self.strings = self._strings(parts.values())
        self.dates, self.percents = self._styles(parts.values())
        places = ((attribute(each, "name"), parts.get(_relation_key(each))) for each in root.iter() if _is_sheet(each))
        self.sheets = [(tidy.one_line(name), part.target) for name, part in places if part and _holds_cells(part)]

    def _strings(self, parts: Collection[open_xml.Relation]) -> list[Cell]:
        part = next((each.target for each in parts if each.kind == "sharedStrings"), "")
        if part not in self.package.namelist():
            return []
        with self.package.open(part) as stream:
            return [Cell(_string(item)) for item in safe_xml.each(stream, "si")]

    def _styles(self, parts: Collection[open_xml.Relation]) -> tuple[set[str], set[str]]:
        """Return the cell styles that show dates, and those that show percents."""
        part = next((each.target for each in parts if each.kind == "styles"), "")
        root = safe_xml.part(self.package, part)
        if root is None:
            return set(), set()
        codes = {attribute(each, "numFmtId"): attribute(each, "formatCode") for each in root.iter() if _is_format(each)}
        styles = [each for group in root if local(group) == "cellXfs" for each in group]
        keys = [attribute(style, "numFmtId") for style in styles]
        dates = {str(at) for at, key in enumerate(keys) if _shows_date(key, codes.get(key, ""))}
        return dates, {str(at) for at, key in enumerate(keys) if _shows_percent(key, codes.get(key, ""))}

    def rows(self, part: str) -> Iterator[tuple[int, dict[int, Cell]]]:
        """Give the number and the filled cells of each row that is in the file, in the file's order."""
        if part not in self.package.namelist():
            raise Refused(Failure.BROKEN, "part_missing", name=part)
        last = 0
        with self.package.open(part) as stream:
            for row in safe_xml.each(stream, "row"):
                number = attribute(row, "r")
                last = int(number) if number.isdecimal() else last + 1
                yield last, self._cells(row)

    def _cells(self, row: etree._Element) -> dict[int, Cell]:
        cells: dict[int, Cell] = {}
        at = -1
        for element in row:
            at = _column(attribute(element, "r"), at + 1)
            cell = self._cell(element)
            if at < sheets.MOST_COLUMNS and (cell.text or cell.unsolved):
                cells[at] = cell
        return cells

    def _cell(self, element: etree._Element) -> Cell:
        kind = element.get("t", "n")
        if kind == "s":
            return self._shared(element)
        parts = {child.tag[-2:]: child for child in element}
        value = parts["}v"].text or "" if "}v" in parts else ""
        if kind == "inlineStr":
            return Cell(_string(element))
        if kind == "b":
            return Cell({"1": "TRUE", "0": "FALSE"}.get(value, value))
        text = self._number(value, element.get("s", "")) if kind == "n" else tidy.clean(value).strip()
        return Cell(text, unsolved="}f" in parts and not text)

    def _shared(self, element: etree._Element) -> Cell:
        value = element[-1].text or "" if len(element) else ""
        known = value.isdecimal() and int(value) < len(self.strings)
        return self.strings[int(value)] if known else EMPTY

    def _number(self, value: str, style: str) -> str:
        try:
            number = float(value)
        except ValueError:
            return tidy.clean(value).strip()
        if style in self.dates and 0 <= number < _LAST_SERIAL:
            return _moment(number, self.base)
        return f"{_plain(number * 100)}%" if style in self.percents else _plain(number)


def _string(item: etree._Element) -> str:
    """Return the text of a string item: its runs, without the phonetic guides of East Asian text."""
    runs = (each for each in item.iter() if local(each) == "t" and local(_above(each)) != "rPh")
    return tidy.clean("".join(run.text or "" for run in runs)).strip()


def _above(element: etree._Element) -> etree._Element:
    parent = element.getparent()
    return element if parent is None else parent


def _column(reference: str, following: int) -> int:
    """Return the column of `AB12` counted from 0; without a reference it is the one after the last."""
    found = _COLUMN.match(reference)
    return following if found is None else _column_number(found[0])


@cache
def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _plain(number: float) -> str:
    """Return a number as a person would write it: fifteen digits, no sign of how it is stored."""
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else f"{number:.15g}"


def _moment(serial: float, base: datetime) -> str:
    """Return a date, a time of day, or both; the serial 60 is a day that never was (18.17.4.1)."""
    if serial < 1:
        return (base + timedelta(seconds=round(serial * 86_400))).strftime("%H:%M:%S")
    days = serial if serial >= 60 or base.year == 1904 else serial + 1
    moment = base + timedelta(days=int(days), seconds=round((serial % 1) * 86_400))
    return moment.strftime("%Y-%m-%d" if moment.time() == base.time() else "%Y-%m-%d %H:%M:%S")


def _first_day(root: etree._Element) -> datetime:
    early = any(local(each) == "workbookPr" and attribute(each, "date1904") in {"1", "true"} for each in root)
    return datetime(1904, 1, 1, tzinfo=UTC) if early else datetime(1899, 12, 30, tzinfo=UTC)


def _is_sheet(element: etree._Element) -> bool:
    return local(element) == "sheet"


def _relation_key(element: etree._Element) -> str:
    return next((str(value) for key, value in element.items() if str(key).endswith("}id")), "")


def _holds_cells(part: open_xml.Relation) -> bool:
    return part.kind == "worksheet" and not part.external


def _is_format(element: etree._Element) -> bool:
    return local(element) == "numFmt"


def _shows_date(key: str, code: str) -> bool:
    if code:
        return bool(_DATE_LETTERS.search(_QUOTED.sub("", code).replace("General", "").replace("E+", "")))
    return key.isdecimal() and int(key) in _DATES


def _shows_percent(key: str, code: str) -> bool:
    return "%" in _QUOTED.sub("", code) if code else key.isdecimal() and int(key) in _PERCENTS
