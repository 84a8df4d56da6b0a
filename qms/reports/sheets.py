"""Registers as CSV and XLSX: one `Sheet`, streamed, so that a hundred thousand rows cost no more memory than ten.

Cells that a spreadsheet would run as a formula are made harmless (OWASP "CSV injection").
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import Any, BinaryIO
from unicodedata import normalize

import xlsxwriter
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

FORMULA = re.compile(r"[=+\-@\t\r\n]")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
CHUNK_ROWS = 500

# Excel's own limits (Microsoft, "Excel specifications and limits").
MOST_ROWS = 1_048_576
MOST_LETTERS = 32_767
MOST_LINKS = 65_000
FORBIDDEN_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
LINKABLE = re.compile(r"https?://|mailto:")
UNWRITABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    DATETIME = "datetime"
    LINK = "link"


class Tone(StrEnum):
    """How a cell asks to be seen on paper; the word in it says the same."""

    GOOD = "good"
    SOON = "soon"
    BAD = "bad"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads somewhere."""

    text: str
    url: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Toned:
    """A text with a tone, such as "overdue"."""

    text: str
    tone: Tone

    def __str__(self) -> str:
        return self.text


Value = str | int | float | Decimal | bool | date | datetime | Link | Toned | Promise | None
Row = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the key of its value in a row, the label above it, its kind and its width in letters."""

    key: str
    label: str
    kind: Kind = Kind.TEXT
    width: int = 0


@dataclass(frozen=True, slots=True)
class About:
    """What is shown and whose copy it is: the filter in words, when it was made (aware) and by whom."""

    filter_words: str
    made_at: datetime
    made_by: str

    @property
    def zone(self) -> tzinfo:
        """The zone of every time in the sheet. Raises ValueError where `made_at` has none."""
        if self.made_at.tzinfo is None:
            raise ValueError("made_at needs its time zone")
        return self.made_at.tzinfo


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with its heading. `rows` are read once, in order, and never held."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Row]
    about: About
    language: str = "en"


def about_line(sheet: Sheet) -> str:
    """Return the sentence above the table: what is shown, made when, in which zone, by whom."""
    facts = {
        "title": sheet.title,
        "filter": sheet.about.filter_words,
        "when": f"{sheet.about.made_at:%Y-%m-%d %H:%M}",
        "zone": sheet.about.zone,
        "who": sheet.about.made_by,
    }
    with translation.override(sheet.language):
        return _("%(title)s: %(filter)s. Made %(when)s by %(who)s; times are in %(zone)s.") % facts


def words(value: Value, zone: tzinfo) -> str:
    """Return a value as a person reads it: dates as in ISO 8601, times in `zone`, nothing for nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def guarded(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: one that begins like one gets an apostrophe.

    Signs of full width begin one as well where such are typed; NFKC makes plain ones of them.
    """
    return f"'{text}" if FORMULA.match(normalize("NFKC", text[:1])) else text


# CSV


def csv_chunks(sheet: Sheet, *, byte_order_mark: bool = True) -> Iterator[bytes]:
    """Give the sheet as CSV (RFC 4180, UTF-8) in pieces; the mark at the start makes Excel read it as UTF-8."""
    with translation.override(sheet.language):
        head = [guarded(column.label) for column in sheet.columns]
        about = [guarded(about_line(sheet))]
    if byte_order_mark:
        yield BYTE_ORDER_MARK
    waiting: list[list[str]] = [about, head]
    for row in sheet.rows:
        waiting.append(_csv_row(sheet, row))
        if len(waiting) >= CHUNK_ROWS:
            yield _csv_bytes(waiting)
            waiting = []
    yield _csv_bytes(waiting)


def _csv_row(sheet: Sheet, row: Row) -> list[str]:
    with translation.override(sheet.language):
        return [_csv_cell(column, row.get(column.key), sheet.about.zone) for column in sheet.columns]


def _csv_cell(column: Column, value: Value, zone: tzinfo) -> str:
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(timespec="seconds")
    text = words(value, zone)
    return text if _is_number(column, value) else guarded(text)


def _is_number(column: Column, value: Value) -> bool:
    return column.kind is Kind.NUMBER and isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _csv_bytes(rows: Sequence[Sequence[str]]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue().encode("utf-8", "replace")


# XLSX


def write_xlsx(sheets: Sequence[Sheet], stream: BinaryIO) -> None:
    """Write the sheets as one workbook into a seekable binary stream, row by row. The same input gives the same bytes.

    A sheet that is longer than Excel allows goes on in a next one. Raises ValueError for no sheets at all.
    """
    if not sheets:
        raise ValueError("a workbook needs a sheet")
    book = xlsxwriter.Workbook(
        stream, {"constant_memory": True, "strings_to_urls": False, "strings_to_formulas": False}
    )
    about = sheets[0].about
    created = about.made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    book.set_properties({"title": sheets[0].title, "author": about.made_by, "created": created})
    writer = _Writer(book)
    for sheet in sheets:
        with translation.override(sheet.language):
            writer.write(sheet)
    book.close()


class _Writer:
    """Writes sheets into one workbook; knows its formats, the names taken and how many links are left."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._names: set[str] = set()
        self._links = 0
        self._about = book.add_format({"italic": True, "font_color": "#5b6675"})
        self._head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self._text = book.add_format({"text_wrap": True, "valign": "top"})
        self._plain = book.add_format({"valign": "top"})
        self._date = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"})
        self._time = book.add_format({"num_format": "yyyy-mm-dd hh:mm", "valign": "top", "align": "left"})
        self._link = book.add_format({"font_color": "#0b6b75", "underline": 1, "valign": "top"})

    def write(self, sheet: Sheet) -> None:
        """Write one sheet, over as many worksheets as it takes."""
        page = self._page(sheet)
        place = 2
        for row in sheet.rows:
            if place == MOST_ROWS:
                self._finish(page, sheet, place)
                page, place = self._page(sheet), 2
            for index, column in enumerate(sheet.columns):
                self._cell(page, place, index, column, row.get(column.key), sheet.about.zone)
            place += 1
        self._finish(page, sheet, place)

    def _page(self, sheet: Sheet) -> Any:
        page = self._book.add_worksheet(self._name(sheet.title))
        page.freeze_panes(2, 0)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.repeat_rows(1)
        for index, column in enumerate(sheet.columns):
            page.set_column(index, index, column.width or WIDTHS[column.kind])
        page.write_string(0, 0, _writable(guarded(about_line(sheet))), self._about)
        for index, column in enumerate(sheet.columns):
            page.write_string(1, index, _writable(guarded(column.label)), self._head)
        return page

    def _finish(self, page: Any, sheet: Sheet, rows: int) -> None:
        page.autofilter(1, 0, max(rows - 1, 1), len(sheet.columns) - 1)

    def _name(self, title: str) -> str:
        """Return a name that Excel accepts and this workbook has not used."""
        clean = FORBIDDEN_IN_NAMES.sub(" ", _writable(title)).strip(" '") or _("Sheet")
        name, number = clean[:31], 1
        while name.casefold() in self._names or name.casefold() == "history":
            number += 1
            name = f"{clean[: 30 - len(str(number))]} {number}"
        self._names.add(name.casefold())
        return name

    def _cell(self, page: Any, row: int, index: int, column: Column, value: Value, zone: tzinfo) -> None:
        if value is None or value == "":
            return
        write = self._typed(page, column, value, zone)
        if write is None:
            page.write_string(row, index, _writable(guarded(words(value, zone))), self._text)
        else:
            write(row, index)

    def _typed(self, page: Any, column: Column, value: Value, zone: tzinfo) -> Callable[[int, int], Any] | None:
        """Return how to write a value that Excel knows as more than text, or None."""
        if isinstance(value, datetime):
            local = value.astimezone(zone).replace(tzinfo=None)
            return lambda row, index: page.write_datetime(row, index, local, self._time)
        if isinstance(value, date):
            return lambda row, index: page.write_datetime(row, index, value, self._date)
        if _is_number(column, value):
            return lambda row, index: page.write_number(row, index, value, self._plain)
        if isinstance(value, Link) and self._may_link(value):
            text = _writable(guarded(value.text))
            return lambda row, index: page.write_url(row, index, value.url, self._link, text)
        return None

    def _may_link(self, link: Link) -> bool:
        """Say whether Excel will take this as a link: it has a limit on their number and on their length."""
        self._links += 1
        return self._links <= MOST_LINKS and len(link.url) <= 2000 and LINKABLE.match(link.url) is not None


WIDTHS = {Kind.TEXT: 28, Kind.NUMBER: 12, Kind.DATE: 12, Kind.DATETIME: 18, Kind.LINK: 18}


def _writable(text: str) -> str:
    """Return a text that fits a cell and XML: no lone surrogates, cut where Excel would refuse the rest."""
    clean = UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)
    return clean if len(clean) <= MOST_LETTERS else clean[: MOST_LETTERS - 1] + "…"
