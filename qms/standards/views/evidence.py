"""Evidence status: the matrix of an edition, on screen and on paper, and the place where it begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qms.core.days import DayField
from qms.core.seams.panels import clause_panels, shown
from qms.organization.queries import end_of_day
from qms.organization.request import signed_in
from qms.reports.downloads import download
from qms.standards import queries
from qms.standards.access import edition_beside_scope, edition_for, require
from qms.standards.evidence_reports import matrix_pdf, matrix_sheet
from qms.standards.queries.evidence import Matrix, Row, matrix
from qms.standards.queries.library import by_stage
from qms.standards.queries.looked_at import Places, ProcessAsked, SiteAsked, places_asked
from qms.standards.rights import Can
from qms.standards.states import STAGE_WORDS, Stage
from qms.standards.status import EVIDENCE_WORDS, MEANS, TONES, Evidence, Status


@dataclass(frozen=True)
class Asked:
    """What a matrix is asked for: as of the end of a day, at one site, by stage of the life cycle."""

    day: date | None
    places: Places
    site: SiteAsked | None
    by_stage: bool

    @property
    def at(self) -> datetime | None:
        """Return the instant as of which it is asked; None for now."""
        return end_of(self.day)

    @property
    def looked_at(self) -> list[int]:
        """Return the sites that evidence is looked at by: the one asked for, or those of the scope."""
        return [self.site.pk] if self.site else self.places.in_scope

    @property
    def where(self) -> str:
        """Return in words where it is looked at."""
        return self.site.name if self.site else _("the worst of all sites")

    @property
    def address(self) -> str:
        """Return the question as it stands in an address, for the same question on paper."""
        parts = [f"on={self.day.isoformat()}" if self.day else "", f"site={self.site.pk}" if self.site else ""]
        return "&".join(filter(None, [*parts, "by=stage" if self.by_stage else ""]))


def asked_in(request: HttpRequest) -> Asked:
    """Return what an address asks for; what makes no sense in it is left out."""
    day, given = day_in(request), request.GET.get("site", "")
    places = places_asked(end_of(day) or timezone.now())
    site = next((each for each in places.sites if str(each.pk) == given), None)
    return Asked(day, places, site, request.GET.get("by") == "stage")


def day_in(request: HttpRequest) -> date | None:
    """Return the day of which a page is asked, or None for today."""
    try:
        day: date | None = DayField(required=False).clean(request.GET.get("on", ""))
    except ValidationError:
        return None
    return day


def end_of(day: date | None) -> datetime | None:
    """Return the end of a day, or None for now."""
    return end_of_day(day) if day else None


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Lead to the evidence status of the first standard of the scope; without a scope, to the guide or the library."""
    require(signed_in(request), Can.READ)
    statement = queries.scope_at()
    first = statement.editions.order_by("standard", "-edition").last() if statement else None
    if first is None:
        messages.info(request, _("Say first which standards apply: the guide to the scope asks."))
        return redirect("standards:scope")
    return redirect("standards:evidence", first.pk)


@require_safe
def evidence(request: HttpRequest, key: int) -> HttpResponse:
    """Show the evidence status of an edition's requirements by process."""
    person, asked = signed_in(request), asked_in(request)
    found, others = edition_beside_scope(person, key)
    table = matrix(found, at=asked.at, sites=asked.looked_at)
    columns = asked.places.columns(table.processes)
    context = {
        "edition": found,
        "asked": asked,
        "means": MEANS,
        "matrix": table,
        "columns": columns,
        "groups": _groups(table, columns, asked),
        "editions": others,
        "panels": shown(clause_panels, person, found),
        "told": [(TONES[each], EVIDENCE_WORDS[each], table.told.get(each, 0)) for each in Evidence],
    }
    return render(request, "standards/evidence.html", context)


@dataclass(frozen=True)
class Line:
    """A row as the page shows it: the worst status, then a cell for each column."""

    row: Row
    cells: list[Status | None]

    @property
    def all_cells(self) -> list[Status | None]:
        """Return the worst status, then those of the columns."""
        return [self.row.status, *self.cells]


def _groups(table: Matrix, columns: Sequence[ProcessAsked], asked: Asked) -> list[tuple[str, list[Line]]]:
    """Return the rows under their headings: the clause above all of them, or the stage of the life cycle."""
    lines = {row.clause.pk: Line(row, [row.cells.get(each.pk) for each in columns]) for row in table.rows}
    if asked.by_stage:
        stages = by_stage(row.clause for row in table.rows)
        return [(str(STAGE_WORDS[Stage(stage)]), [lines[each.pk] for each in rows]) for stage, rows in stages.items()]
    groups: dict[str, list[Line]] = {}
    for line in lines.values():
        top = table.headings.get(line.row.clause.number.split(".")[0])
        groups.setdefault(str(top or ""), []).append(line)
    return list(groups.items())


@require_safe
def on_paper(request: HttpRequest, key: int, form: str) -> HttpResponseBase:
    """Send the evidence status of an edition as PDF, CSV or XLSX."""
    person, asked = signed_in(request), asked_in(request)
    found = edition_for(person, key)
    table = matrix(found, at=asked.at, sites=asked.looked_at)
    columns = asked.places.columns(table.processes)
    return download(
        form,
        name=f"evidence-{found}".replace(" ", "-").replace(":", "-").lower(),
        pdf=lambda: matrix_pdf(table, columns, where=asked.where, viewer=person),
        sheet=lambda: matrix_sheet(table, columns, where=asked.where, viewer=person),
    )
