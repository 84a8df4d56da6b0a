"""Reader of registers for the importer: rows of text from CSV, TSV, XLSX and ODS, header found wherever it stands."""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from io import StringIO
from itertools import chain, islice
from pathlib import Path
from typing import Any

from qms.core.parsers.archives import open_package
from qms.core.parsers.model import Flag, Note, pack
from qms.core.parsers.readers import ods, open_document, open_xml, sheets, tidy, xlsx
from qms.core.parsers.readers.encodings import decode
from qms.core.sandboxed import Failure, Refused

ROWS = "rows.jsonl"
MOST_ROWS = 500_000
_MOST_CELL = 100_000
# The header is looked for among so many filled rows.
_LOOKED_AT = 25
_DELIMITERS = ",;\t|"
_NUMBER = re.compile(r"^[-+]?[\d.,' ]+%?$|^\d{4}-\d\d-\d\d")
_MOST_PROBLEMS = 100

Problem = dict[str, str | int]
Row = tuple[int, Mapping[int, str]]


def read(path: str, kind: str, out_dir: str, sheet: str = "") -> dict[str, Any]:
    """Write the rows below the header to `rows.jsonl` in a folder; return header, columns, problems, sheets.

    Each line of the file is [row number in the source, [cells]]. Raises Refused when there is no table to read.
    """
    problems: list[Problem] = []
    reader = {"csv": _csv, "xlsx": _xlsx, "ods": _ods}[kind]
    with reader(path, sheet, problems) as (names, rows):
        filled = ((number, cells) for number, cells in rows if any(cells.values()))
        first = list(islice(filled, _LOOKED_AT))
        if not first:
            raise Refused(Failure.NO_TEXT, "table_empty")
        at = _header_at(first)
        columns = _columns(first[at:])
        count = _write(Path(out_dir) / ROWS, chain(first[at + 1 :], filled), columns, problems)
        header = _header(first[at], columns, problems)
    return {"header": header, "row": first[at][0], "count": count, "problems": problems, "sheets": names}


def read_csv(path: str) -> dict[str, Any]:
    """Read a CSV file as a document of one table. Raises Refused with the reason it cannot be read."""
    problems: list[Problem] = []
    with _csv(path, "", problems) as (_names, rows):
        filled = ((number, {at: cell for at, cell in cells.items() if cell}) for number, cells in rows)
        found = sheets.extracted([sheets.gather("", filled)], {}, frozenset())
    notes = [Note(str(each["code"]), {key: each[key] for key in each if key != "code"}) for each in problems]
    return pack(replace(found, notes=(*found.notes, *notes)))


@contextmanager
def _csv(path: str, _sheet: str, problems: list[Problem]) -> Iterator[tuple[list[str], Iterable[Row]]]:
    decoded = decode(Path(path).read_bytes())
    if not decoded.sure:
        problems.append({"code": "encoding_guessed", "encoding": decoded.encoding})
    text = tidy.clean(decoded.text)
    if "\ufffd" in text:
        problems.append({"code": "letters_lost"})
    csv.field_size_limit(_MOST_CELL)
    lines = csv.reader(StringIO(text), delimiter=_delimiter(text))
    yield [], _numbered(lines)


def _numbered(lines: Any) -> Iterator[Row]:
    """Give the rows with the number of the line they begin in, as an editor counts them."""
    start = 1
    try:
        for line in lines:
            yield start, {at: cell.strip() for at, cell in enumerate(line[: sheets.MOST_COLUMNS])}
            start = lines.line_num + 1
    except csv.Error as error:
        raise Refused(Failure.BROKEN, "csv_broken", row=start) from error


def _delimiter(text: str) -> str:
    """Return the delimiter that cuts the most of the first lines into the same number of cells, and into most cells."""
    sample = text[:65_536]
    lines = sample.splitlines()[:_LOOKED_AT]
    said = re.match(r"(?i)^sep=(.)\s*$", lines[0]) if lines else None
    if said:
        return said[1]
    return max(_DELIMITERS, key=lambda mark: _evenness(mark, sample))


def _evenness(mark: str, sample: str) -> tuple[int, int]:
    rows = [row for row in islice(csv.reader(StringIO(sample), delimiter=mark), _LOOKED_AT) if any(row)]
    counts = Counter(len(row) for row in rows if len(row) > 1)
    width, times = max(counts.items(), key=lambda pair: (pair[1], pair[0]), default=(1, 0))
    return times * width, width


@contextmanager
def _xlsx(path: str, sheet: str, problems: list[Problem]) -> Iterator[tuple[list[str], Iterable[Row]]]:
    with open_package(Path(path)) as package:
        book = xlsx.Book(package)
        part = _chosen(sheet, book.sheets)
        if Flag.MACROS in open_xml.flags(package):
            problems.append({"code": "macros"})
        yield [name for name, _part in book.sheets], _solved(book.rows(part), problems)


def _solved(rows: Iterable[tuple[int, dict[int, xlsx.Cell]]], problems: list[Problem]) -> Iterator[Row]:
    for number, cells in rows:
        for at, cell in cells.items():
            if cell.unsolved:
                _note(problems, {"code": "formula_without_value", "row": number, "column": at + 1})
        yield number, {at: cell.text for at, cell in cells.items()}


def _chosen(sheet: str, found: list[tuple[str, str]]) -> str:
    """Return the sheet of a name, or the first one."""
    wanted = [part for name, part in found if not sheet or name == sheet]
    if not wanted:
        raise Refused(Failure.NO_TEXT, "sheet_missing", name=sheet)
    return wanted[0]


@contextmanager
def _ods(path: str, sheet: str, problems: list[Problem]) -> Iterator[tuple[list[str], Iterable[Row]]]:
    with open_document.open_document(path, "spreadsheet") as package:
        found = dict(ods.book(package))
        name = _chosen(sheet, [(each, each) for each in found])
        yield list(found), found[name]


def _header_at(rows: list[Row]) -> int:
    """Return which row is the header: the first that is as wide as the table and holds words, no numbers."""
    widest = max(_filled(cells) for _number, cells in rows)
    for at, (_number, cells) in enumerate(rows):
        words = [cell for cell in cells.values() if cell and not _NUMBER.match(cell)]
        if len(words) >= max(1, widest * 0.6) and len(words) >= 0.8 * _filled(cells):
            return at
    return 0


def _filled(cells: Mapping[int, str]) -> int:
    return sum(1 for cell in cells.values() if cell)


def _columns(rows: list[Row]) -> list[int]:
    return sorted({at for _number, cells in rows for at, cell in cells.items() if cell})


def _header(row: Row, columns: list[int], problems: list[Problem]) -> list[str]:
    """Return the names of the columns, each once; a column without a name is called by its letter."""
    names: list[str] = []
    for at in columns:
        name = tidy.one_line(row[1].get(at, "")) or _letters(at)
        if name in names:
            _note(problems, {"code": "column_twice", "name": name})
            name = f"{name} ({_letters(at)})"
        names.append(name)
    return names


def _letters(at: int) -> str:
    letters = ""
    while at >= 0:
        letters = chr(65 + at % 26) + letters
        at = at // 26 - 1
    return letters


def _write(target: Path, rows: Iterable[Row], columns: list[int], problems: list[Problem]) -> int:
    count = 0
    known = set(columns)
    with target.open("w", encoding="utf-8") as stream:
        for number, cells in rows:
            if count == MOST_ROWS:
                raise Refused(Failure.TOO_BIG, "table_rows", most=MOST_ROWS)
            if any(cell for at, cell in cells.items() if at not in known):
                _note(problems, {"code": "row_too_wide", "row": number})
            stream.write(json.dumps([number, [cells.get(at, "") for at in columns]]) + "\n")
            count += 1
    return count


def _note(problems: list[Problem], problem: Problem) -> None:
    if len(problems) < _MOST_PROBLEMS:
        problems.append(problem)
