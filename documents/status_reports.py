"""Acknowledgement status as a report: of a document, of a team, of a person."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from documents.queries.matrices import Matrix
from documents.queries.status import Cell, Standing
from qms.organization.models import User
from qms.organization.queries import organization_zone, setting
from qms.reports.registers import StatusReport, Tile, render_report
from qms.reports.sheets import About, Column, Kind, Row, Sheet, Tone, Toned

TONES = {
    Standing.CURRENT: Tone.GOOD,
    Standing.DUE: Tone.SOON,
    Standing.OVERDUE: Tone.BAD,
    Standing.OUTDATED_MINOR: Tone.SOON,
    Standing.OUTDATED_MAJOR: Tone.BAD,
}


def status_sheet(found: Matrix, *, title: str, words: str, viewer: User) -> Sheet:
    """Return one row for each person and document that asks them: standing, revision, when, how."""
    columns = [
        Column("person", _("Person"), width=26),
        Column("number", _("Document"), width=14),
        Column("title", _("Title"), width=32),
        Column("standing", _("Standing"), width=20),
        Column("owes", _("Owes revision"), width=11),
        Column("revision", _("Last revision acknowledged"), width=13),
        Column("at", _("Acknowledged"), Kind.DATETIME, width=18),
        Column("how", _("How"), width=18),
        Column("due", _("Due"), Kind.DATE, width=12),
    ]
    about = About(words, timezone.now().astimezone(organization_zone()), viewer.name)
    return Sheet(title, columns, _rows(found), about)


def status_pdf(found: Matrix, *, title: str, words: str, viewer: User) -> bytes:
    """Return the status as PDF, with its figures on top."""
    sheet = status_sheet(found, title=title, words=words, viewer=viewer)
    made_at = sheet.about.made_at
    report = StatusReport(
        title=title,
        organization=setting("organization.name"),
        as_of=made_at,
        made_by=viewer.name,
        subtitle=words,
        tiles=[
            Tile(str(found.count(Standing.CURRENT)), _("acknowledged"), Tone.GOOD),
            Tile(str(found.count(Standing.DUE)), _("due"), Tone.SOON),
            Tile(str(found.count(Standing.OVERDUE)), _("overdue"), Tone.BAD),
            Tile(str(found.count(Standing.EXCUSED)), _("excused"), Tone.QUIET),
        ],
        tables=[sheet],
        notes=[_("An acknowledgement says that somebody has read and understood; it does not show competence.")],
    )
    return render_report(report, identifier=f"status/{title}/{made_at.isoformat()}", made_at=made_at)


def _rows(found: Matrix) -> Iterable[Row]:
    for person, cells in found.rows():
        for document, cell in zip(found.documents, cells, strict=True):
            if cell is not None:
                yield {
                    "person": person.name,
                    "number": document.number,
                    "title": document.title,
                    "standing": _toned(cell),
                    "owes": cell.owes,
                    "revision": cell.label,
                    "at": cell.at,
                    "how": cell.method,
                    "due": cell.due_on,
                }


def _toned(cell: Cell) -> Toned:
    return Toned(cell.words, TONES.get(cell.standing, Tone.QUIET))
