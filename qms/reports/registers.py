"""Reports and registers as PDF: a heading, figures in boxes, tables, notes. For the master list, for who owes what.

Set by our own press, within 60 ms a page (performance.md); by WeasyPrint where a script wants shaping.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from qms.reports.columns import Wish, share
from qms.reports.controlled import Checkpoint, page_line, zone_words
from qms.reports.pdf import render_pdf
from qms.reports.press.bind import Running, bind
from qms.reports.press.letters import Unset
from qms.reports.press.paper import Paper
from qms.reports.press.setting import HEADING, SUBTITLE, TEXT, TITLE, Setting
from qms.reports.press.table import Cell, Grid, set_table
from qms.reports.sheets import Kind, Sheet, Tone, Toned, Value, words

# A table of more columns is set across the page.
COLUMNS_UPRIGHT = 6
# How many letters a line of a table holds, about.
LETTERS_UPRIGHT = 97
LETTERS_ACROSS = 146


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure and what it counts; the tone gives its colour."""

    value: str
    label: str
    tone: Tone | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReport:
    """What a report says. `as_of` (aware) is the moment whose truth it shows; each sheet says its own filter."""

    title: str
    organization: str
    as_of: datetime
    made_by: str
    subtitle: str = ""
    tiles: Sequence[Tile] = ()
    tables: Sequence[Sheet] = ()
    notes: Sequence[str] = ()
    checkpoint: Checkpoint | None = None
    language: str = "en"


def register_report(sheet: Sheet, *, organization: str, checkpoint: Checkpoint | None = None) -> StatusReport:
    """Return the report that a register alone makes, such as the master list of documents."""
    return StatusReport(
        title=sheet.title,
        organization=organization,
        as_of=sheet.about.made_at,
        made_by=sheet.about.made_by,
        tables=[sheet],
        checkpoint=checkpoint,
        language=sheet.language,
    )


def render_report(
    report: StatusReport, *, identifier: str, made_at: datetime, drawn: tuple[str, Mapping[str, Any]] | None = None
) -> bytes:
    """Return a report as PDF/A-3u, tagged; the same input gives the same bytes.

    `drawn` is a template that extends `pdf/report.html` with a drawing above the tables, and what it is given; such a
    report lies across the page. Rows are read once and held: a report is for reading, and what is longer than some
    thousand rows goes out as CSV or XLSX. Raises ValueError for a moment without its zone.
    """
    with translation.override(report.language):
        tables = [_Part(sheet.title, sheet.about.filter_words, _grid(sheet)) for sheet in report.tables]
        running = _running(report, made_at)
        if drawn:
            return _rendered(report, tables, running, identifier=identifier, made_at=made_at, drawn=drawn)
        try:
            return _pressed(report, tables, running, identifier=identifier, made_at=made_at)
        except Unset:
            return _rendered(report, tables, running, identifier=identifier, made_at=made_at)


@dataclass(frozen=True, slots=True)
class _Part:
    title: str
    filter_words: str
    grid: Grid

    @property
    def shares(self) -> list[float]:
        """The columns' shares of the page, in hundredths."""
        line = LETTERS_ACROSS if _across([self]) else LETTERS_UPRIGHT
        return [round(100 * width / line, 2) for width in share([_wish(column) for column in self._columns()], line)]

    def _columns(self) -> list[list[str]]:
        return [[label, *(row[index].text for row in self.grid.rows)] for index, label in enumerate(self.grid.labels)]


def _wish(texts: Sequence[str]) -> Wish:
    """Return what a column asks for, in letters."""
    word = max(len(word) for text in texts for word in [*text.split(), ""])
    longest = max(map(len, texts))
    return Wish(word + 2, max(word, longest) + 2, sum(map(len, texts)) / len(texts))


def _grid(sheet: Sheet) -> Grid:
    rows = [[_cell(row.get(column.key), sheet) for column in sheet.columns] for row in sheet.rows]
    return Grid(
        labels=[column.label for column in sheet.columns],
        figures=[column.kind is Kind.NUMBER for column in sheet.columns],
        solid=[column.kind is not Kind.TEXT for column in sheet.columns],
        widths=[column.width for column in sheet.columns],
        rows=rows,
    )


def _cell(value: Value, sheet: Sheet) -> Cell:
    return Cell(words(value, sheet.about.zone), value.tone if isinstance(value, Toned) else "")


def _running(report: StatusReport, made_at: datetime) -> Running:
    local = made_at.astimezone(report.as_of.tzinfo)
    made = _("Made %(when)s by %(who)s") % {
        "when": f"{local:%Y-%m-%d %H:%M} {zone_words(local)}",
        "who": report.made_by,
    }
    mark = report.checkpoint
    checkpoint = _("Checkpoint %(size)s · %(root)s") % {"size": mark.size, "root": mark.root} if mark else ""
    return Running(
        title=report.title,
        organization=report.organization,
        as_of=_as_of(report),
        foot=[_("Uncontrolled when printed"), " · ".join(filter(None, (made, checkpoint)))],
        page_line=page_line(),
    )


def _as_of(report: StatusReport) -> str:
    moment = f"{report.as_of:%Y-%m-%d %H:%M} {zone_words(report.as_of)}"
    return _("As of %(moment)s") % {"moment": moment}


def _across(tables: Sequence[_Part]) -> bool:
    return any(len(part.grid.labels) > COLUMNS_UPRIGHT for part in tables)


def _pressed(
    report: StatusReport, tables: Sequence[_Part], running: Running, *, identifier: str, made_at: datetime
) -> bytes:
    setting = Setting(Paper(), language=report.language, landscape=_across(tables))
    setting.y -= 22
    setting.block("H1", report.title, TITLE, after=2)
    for line in filter(None, (report.subtitle, running.as_of)):
        setting.block("P", line, SUBTITLE)
    setting.y -= 10
    setting.boxes([(tile.value, tile.label, tile.tone or "") for tile in report.tiles])
    for part in tables:
        _set_part(setting, part, alone=part.title == report.title)
    for note in report.notes:
        setting.block("P", note, TEXT, after=3)
    return bind(setting, running, language=report.language, identifier=identifier, made_at=made_at)


def _set_part(setting: Setting, part: _Part, *, alone: bool) -> None:
    if not alone:
        setting.y -= 6
        setting.room(70)
        setting.bookmark(part.title)
        setting.block("H2", part.title, HEADING, after=1)
    if part.filter_words:
        setting.block("P", part.filter_words, SUBTITLE, after=6, keep=40)
    if part.grid.rows:
        set_table(setting, part.grid)
    else:
        setting.block("P", _("Nothing to list."), TEXT, after=8)


def _rendered(
    report: StatusReport,
    tables: Sequence[_Part],
    running: Running,
    *,
    identifier: str,
    made_at: datetime,
    drawn: tuple[str, Mapping[str, Any]] | None = None,
) -> bytes:
    template, given = drawn or ("pdf/report.html", {})
    across = bool(drawn) or _across(tables)
    return render_pdf(
        template,
        {**given, "report": report, "tables": tables, "running": running, "across": across},
        identifier=identifier,
        made_at=made_at,
        language=report.language,
        title=report.title,
    )
