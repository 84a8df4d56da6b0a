"""The map of the processes and the turtle sheet of one as PDF, from what stands now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from qms.core.seams.turtle import Leg, Line, legs_of
from qms.organization.models import Process, User
from qms.organization.queries import organization_zone, setting
from qms.processes.models import Flow, Resource
from qms.processes.paper import paper_for
from qms.processes.queries import Overview, Sheet, resources_by_process
from qms.processes.words import words_of
from qms.reports.registers import StatusReport, render_report
from qms.reports.sheets import About, Column
from qms.reports.sheets import Sheet as Table


def map_pdf(found: Overview, viewer: User) -> bytes:
    """Return the map, then the register with what is open, then what goes from whom to whom."""
    made_at = _now()
    report = _report(
        _("Map of the processes"), "", viewer, made_at, [register_table(found, viewer), _flows(found, viewer)]
    )
    drawn = ("pdf/processes/map.html", {"paper": paper_for(found.drawing)})
    return render_report(report, identifier=f"processes/{made_at.isoformat()}", made_at=made_at, drawn=drawn)


def sheet_pdf(sheet: Sheet, legs: Mapping[str, Sequence[Line]], viewer: User) -> bytes:
    """Return the turtle sheet of a process, on one page where it fits."""
    made_at, process = _now(), sheet.process
    owner = process.owner.name if process.owner else _("no owner")
    report = _report(str(process), f"{owner} · {process.site or _('all sites')}", viewer, made_at, [])
    drawn = ("pdf/processes/sheet.html", {"sheet": sheet, "legs": _legs(sheet, legs)})
    identifier = f"process/{process.pk}/{made_at.isoformat()}"
    return render_report(report, identifier=identifier, made_at=made_at, drawn=drawn)


def _now() -> datetime:
    return timezone.now().astimezone(organization_zone())


def _report(title: str, subtitle: str, viewer: User, made_at: datetime, tables: list[Table]) -> StatusReport:
    return StatusReport(
        title=title,
        organization=setting("organization.name"),
        as_of=made_at,
        made_by=viewer.name,
        subtitle=subtitle,
        tables=tables,
        language=get_language() or "en",
    )


def register_table(found: Overview, viewer: User) -> Table:
    """Return the register of processes as a table: owner, place, purpose, and what is open."""
    columns = [
        Column("number", _("Number"), width=10),
        Column("name", _("Name"), width=30),
        Column("owner", _("Owner"), width=24),
        Column("site", _("Site"), width=18),
        Column("purpose", _("Purpose"), width=50),
        Column("open", _("Open"), width=40),
    ]
    return Table(_("Register"), columns, (_registered(each, found) for each in found.processes), _about(viewer))


def _registered(process: Process, found: Overview) -> dict[str, str]:
    said = found.descriptions.get(process.pk)
    return {
        "number": process.number,
        "name": process.name,
        "owner": process.owner.name if process.owner else "",
        "site": str(process.site or _("all sites")),
        "purpose": said.purpose if said else "",
        "open": " ".join(words_of(gap) for gap in found.gaps.get(process.pk, [])),
    }


def whole_table(found: Overview, viewer: User) -> Table:
    """Return the register with all that is said of each process, one thing in each line of a cell."""
    needs = resources_by_process()
    table = register_table(found, viewer)
    columns = [
        Column("inputs", _("Inputs"), width=40),
        Column("outputs", _("Outputs"), width=40),
        Column("resources", _("Resources"), width=40),
        Column("documents", _("Documents in force"), width=40),
        Column("measures", _("Measures"), width=40),
        Column("risks", _("Risks and opportunities"), width=40),
    ]
    rows = ({**_registered(each, found), **_said(each, found, needs, viewer)} for each in found.processes)
    return replace(table, columns=[*table.columns, *columns], rows=rows)


def _said(process: Process, found: Overview, needs: Mapping[int, list[Resource]], viewer: User) -> dict[str, str]:
    said, legs = found.descriptions.get(process.pk), legs_of(viewer, process)
    words = {leg.value: [line.words for line in legs[leg]] for leg in Leg}
    lines = {
        "inputs": [f"{each.what} ← {_maker(each)}" for each in found.flows if each.taker_id == process.pk],
        "outputs": [f"{each.what} → {_taker(each)}" for each in found.flows if each.maker_id == process.pk],
        "resources": [f"{each.what} ({each.kind_words})" for each in needs.get(process.pk, [])],
        "documents": words["how"],
        "measures": [*(said.measures.splitlines() if said else []), *words["measures"]],
        "risks": [*(said.risks.splitlines() if said else []), *words["risks"]],
    }
    return {name: "\n".join(each) for name, each in lines.items()}


def _flows(found: Overview, viewer: User) -> Table:
    columns = [Column("what", _("What"), width=40), Column("maker", _("From"), width=40), Column("taker", _("To"))]
    rows = ({"what": each.what, "maker": _maker(each), "taker": _taker(each)} for each in found.flows)
    return Table(_("What goes from whom to whom"), columns, rows, _about(viewer))


def _about(viewer: User) -> About:
    return About("", _now(), viewer.name)


def _maker(flow: Flow) -> str:
    return str(flow.maker or flow.maker_outside or _("nobody"))


def _taker(flow: Flow) -> str:
    return str(flow.taker or flow.taker_outside or _("nobody"))


def _legs(sheet: Sheet, legs: Mapping[str, Sequence[Line]]) -> list[list[tuple[str, list[Line]]]]:
    """Return the sides of the turtle in three rows, each side with its heading and lines."""
    purpose = [sheet.description.purpose] if sheet.description else []
    return [
        [
            (_("With what"), _plain(f"{each.what} ({each.kind_words})" for each in sheet.things)),
            (_("With whom"), _plain(each.what for each in sheet.people)),
            (_("Risks and opportunities"), [*_plain(sheet.risks), *legs[Leg.RISKS]]),
        ],
        [
            (_("Inputs"), [_line(each.what, "←", each.maker, _maker(each)) for each in sheet.inputs]),
            (_("Purpose"), _plain(purpose)),
            (_("Outputs"), [_line(each.what, "→", each.taker, _taker(each)) for each in sheet.outputs]),
        ],
        [
            (_("How"), list(legs[Leg.HOW])),
            (_("Open"), _plain([words_of(gap) for gap in sheet.gaps] or [_("nothing")])),
            (_("Measures"), [*_plain(sheet.measures), *legs[Leg.MEASURES]]),
        ],
    ]


def _plain(words: Iterable[str]) -> list[Line]:
    return [Line(each, "") for each in words]


def _line(what: str, arrow: str, process: Process | None, party: str) -> Line:
    """Return a thing with the other end: a link to its sheet, or its name."""
    if process is None:
        return Line(f"{what} {arrow} {party}", "")
    return Line(f"{what} {arrow} {party}", reverse("processes:sheet", args=[process.pk]))
