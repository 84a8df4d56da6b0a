"""Registers for the importer: header, rows and problems of a CSV, TSV, XLSX or ODS file."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from qms.core import sandbox
from qms.core.parsers import kinds, words
from qms.core.parsers.kinds import Format
from qms.core.parsers.model import Note, Outcome
from qms.core.sandboxed import MB, Limits

_READER = "qms.core.parsers.readers.table:read"
_ROWS = "rows.jsonl"
_KINDS = {Format.CSV: "csv", Format.TEXT: "csv", Format.XLSX: "xlsx", Format.ODS: "ods"}
# An import is a job, not a preview: it may take longer and write more.
_LIMITS = Limits(cpu_seconds=120, wall_seconds=240, file_size=1024 * MB)


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row: its number in the source (a line, or a row of the sheet), and one text for each column."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """What was read: the names of the columns, the rows below them, and problems in words.

    `outcome` is TEXT when there is a table; otherwise `words` says why there is none. `sheets` names the sheets of a
    workbook, `header_row` is the number of the header in the source.
    """

    outcome: Outcome
    words: str = ""
    header: tuple[str, ...] = ()
    rows: Iterable[TableRow] = ()
    count: int = 0
    problems: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    header_row: int = 0


def read_table(path: Path, name: str = "", sheet: str = "") -> Table:
    """Read a whole table into memory. Never raises for what the file holds."""
    with open_table(path, name, sheet) as table:
        return replace(table, rows=tuple(table.rows))


@contextmanager
def open_table(path: Path, name: str = "", sheet: str = "") -> Iterator[Table]:
    """Give a table whose rows are read one by one from a file, so that memory stays flat; once only, and only inside.

    `name` is the file's name on its owner's desk, `sheet` the sheet to read when it is not the first.
    """
    sniffed = kinds.sniff(path, name or path.name)
    kind = _KINDS.get(sniffed.format)
    if kind is None:
        outcome = Outcome.ENCRYPTED if sniffed.reason == "locked" else Outcome.UNSUPPORTED
        yield Table(outcome, words.reason(outcome, sniffed.reason))
        return
    with TemporaryDirectory(prefix="qms-table-") as folder:
        arguments = {"path": str(path), "kind": kind, "out_dir": folder, "sheet": sheet}
        yield _table(sandbox.run(_READER, arguments, limits=_LIMITS), Path(folder) / _ROWS)


def _table(result: sandbox.Result, rows: Path) -> Table:
    if result.failure is not None:
        return Table(Outcome(result.failure), words.reason(result.failure, result.code, result.facts))
    found = result.value
    problems = (Note(each.pop("code"), each) for each in found["problems"])
    return Table(
        Outcome.TEXT,
        header=tuple(found["header"]),
        rows=_rows(rows),
        count=found["count"],
        problems=tuple(words.note(each) for each in problems),
        sheets=tuple(found["sheets"]),
        header_row=found["row"],
    )


def _rows(source: Path) -> Iterator[TableRow]:
    with source.open(encoding="utf-8") as stream:
        for line in stream:
            number, cells = json.loads(line)
            yield TableRow(number, tuple(cells))
