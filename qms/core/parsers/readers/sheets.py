"""What XLSX and ODS share: a sheet is the rows that are really filled, whatever range the file claims. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape

from qms.core.parsers.html_blocks import BOX
from qms.core.parsers.model import Block, Extracted, Flag, Kind, Note, Outcome, Passage, Place
from qms.core.parsers.readers import tidy

# The preview shows this many rows of a sheet; search and comparison read up to the second number.
SHOWN = 200
READ = 20_000
MOST_COLUMNS = 512
MOST_SHEETS = 200
_MOST_CHARACTERS = 8_000_000
_LONGEST_TITLE = 300
_BOX = " ".join(f'{name}="{value}"' for name, value in BOX.items())

# A row: its number in the sheet, and the text of each filled cell by column.
Row = tuple[int, Mapping[int, str]]


@dataclass(slots=True)
class Sheet:
    """The filled rows of one sheet, and whether it holds more than were read."""

    name: str
    rows: list[Row] = field(default_factory=list)
    more: bool = False

    def columns(self) -> list[int]:
        """Return the columns in which any row that was read has something, in their order."""
        return sorted({column for _number, cells in self.rows for column in cells})

    def lines(self) -> Iterator[tuple[str, ...]]:
        """Give each row as its cells, one for every column in use."""
        columns = self.columns()
        return (tuple(cells.get(column, "") for column in columns) for _number, cells in self.rows)


def gather(name: str, rows: Iterable[Row], room: int = _MOST_CHARACTERS) -> Sheet:
    """Read filled rows until one of the limits; empty rows cost nothing and are not kept."""
    sheet = Sheet(name)
    for number, cells in rows:
        if len(sheet.rows) == READ or room <= 0:
            sheet.more = True
            break
        if cells:
            sheet.rows.append((number, cells))
            room -= sum(map(len, cells.values()))
    return sheet


def extracted(sheets: list[Sheet], properties: Mapping[str, str], flags: frozenset[Flag]) -> Extracted:
    """Return what was read of a workbook: a table a sheet, a passage a sheet, a block a row."""
    filled = [sheet for sheet in sheets if sheet.rows]
    blocks = tuple(_blocks(filled))
    return Extracted(
        Outcome.TEXT if filled else Outcome.NO_TEXT,
        title=_title(filled),
        passages=tuple(_passages(filled)),
        html="".join(map(_html, filled)),
        blocks=blocks,
        properties=properties,
        revisions=tuple(tidy.revisions(block.text for block in blocks[:40])),
        flags=flags,
        notes=tuple(_notes(filled)),
    )


def _blocks(sheets: list[Sheet]) -> Iterator[Block]:
    for sheet in sheets:
        if sheet.name:
            yield Block(Kind.HEADING, sheet.name, 2)
        for line in sheet.lines():
            yield Block(Kind.TABLE_ROW, "\t".join(line).strip(), 0, line)


def _passages(sheets: list[Sheet]) -> list[Passage]:
    texts = ((sheet.name, "\n".join(" ".join(filter(None, line)) for line in sheet.lines())) for sheet in sheets)
    return tidy.passages(Place.SHEET, ((name, f"{name}\n{text}".strip()) for name, text in texts))


def _html(sheet: Sheet) -> str:
    lines = list(sheet.lines())[:SHOWN]
    headed = len(lines) > 1 and len(lines[0]) > 1 and all(lines[0])
    head = f"<thead>{_line(lines[0], 'th')}</thead>" if headed else ""
    body = "".join(_line(line, "td") for line in lines[headed:])
    heading = f"<h2>{escape(sheet.name)}</h2>" if sheet.name else ""
    return f"{heading}<div {_BOX}><table>{head}<tbody>{body}</tbody></table></div>"


def _line(cells: Iterable[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(cell).replace(chr(10), '<br>')}</{tag}>" for cell in cells) + "</tr>"


def _title(sheets: list[Sheet]) -> str:
    """A title row is one that stands above the table with a single filled cell."""
    if not sheets or len(sheets[0].rows) < 2:
        return ""
    first = sheets[0].rows[0][1]
    return tidy.one_line(next(iter(first.values())))[:_LONGEST_TITLE] if len(first) == 1 else ""


def _notes(sheets: list[Sheet]) -> Iterator[Note]:
    for sheet in sheets:
        if sheet.more:
            yield Note("sheet_long", {"sheet": sheet.name, "shown": SHOWN, "rows": len(sheet.rows)})
        elif len(sheet.rows) > SHOWN:
            yield Note("sheet_cut", {"sheet": sheet.name, "shown": SHOWN, "rows": len(sheet.rows)})
