"""Evidence status as a file: the matrix on paper, and each clause and process as a row."""

from collections.abc import Iterable, Sequence

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from qms.organization.models import User
from qms.organization.queries import organization_zone, setting
from qms.reports.registers import StatusReport, Tile, render_report
from qms.reports.sheets import About, Column, Kind, Row, Sheet, Tone, Toned, Value
from qms.standards.queries.evidence import Matrix
from qms.standards.queries.evidence import Row as ClauseRow
from qms.standards.queries.looked_at import ProcessAsked
from qms.standards.status import EVIDENCE_WORDS, MEANS, Evidence, Status

# So many processes stand beside each other on a page.
ACROSS = 10
PAPER_TONES = {
    Evidence.OPEN: Tone.BAD,
    Evidence.NONE: Tone.QUIET,
    Evidence.STALE: Tone.SOON,
    Evidence.CURRENT: Tone.QUIET,
    Evidence.AUDITED: Tone.GOOD,
}


def matrix_pdf(found: Matrix, columns: Sequence[ProcessAsked], *, where: str, viewer: User) -> bytes:
    """Return the matrix of an edition as PDF: its figures, then the clauses by process, ten processes at a time."""
    made_at = timezone.now().astimezone(organization_zone())
    told = found.told
    report = StatusReport(
        title=_("Evidence status"),
        organization=setting("organization.name"),
        as_of=found.at.astimezone(organization_zone()),
        made_by=viewer.name,
        subtitle=f"{found.edition} · {where}",
        tiles=[Tile(str(told.get(each, 0)), str(EVIDENCE_WORDS[each]), PAPER_TONES[each]) for each in Evidence],
        tables=[_table(found, part, viewer) for part in _parts(columns)],
        notes=[str(MEANS), _("A clause that concerns several processes and sites has the worst of their states.")],
        language=get_language() or "en",
    )
    return render_report(report, identifier=f"evidence/{found.edition.pk}/{found.at.isoformat()}", made_at=made_at)


def _parts(processes: Sequence[ProcessAsked]) -> list[Sequence[ProcessAsked]]:
    return [processes[at : at + ACROSS] for at in range(0, len(processes), ACROSS)] or [[]]


def _table(found: Matrix, processes: Sequence[ProcessAsked], viewer: User) -> Sheet:
    columns = [
        Column("clause", _("Clause"), width=8),
        Column("title", _("Title"), width=34),
        Column("all", _("Organization"), width=16),
        *(Column(f"p{each.pk}", each.number, width=10) for each in processes),
    ]
    names = ", ".join(str(each) for each in processes)
    return Sheet(_("Clauses by process"), columns, _rows(found, processes), _about(found, names, viewer))


def _rows(found: Matrix, processes: Sequence[ProcessAsked]) -> Iterable[Row]:
    for row in found.rows:
        line: dict[str, Value] = {"clause": row.clause.number, "title": row.clause.title, "all": _said(row)}
        cells = {f"p{each.pk}": row.cells.get(each.pk) for each in processes}
        yield line | {key: _toned(status) if status else "" for key, status in cells.items()}


def _said(row: ClauseRow) -> Toned:
    return _toned(row.status) if row.status else Toned(_("does not apply"), Tone.QUIET)


def _toned(status: Status) -> Toned:
    words = status.state_words
    if status.since is not None:
        words = f"{words} ({status.since.astimezone(organization_zone()):%Y-%m-%d})"
    if status.attention:
        words = _("%(state)s; a review is overdue") % {"state": words}
    return Toned(words, PAPER_TONES[status.state])


def matrix_sheet(found: Matrix, processes: Sequence[ProcessAsked], *, where: str, viewer: User) -> Sheet:
    """Return one row for each clause, and for each clause and process: state, since when, what is lacking."""
    columns = [
        Column("clause", _("Clause"), width=8),
        Column("title", _("Title"), width=40),
        Column("process", _("Process"), width=24),
        Column("state", _("Evidence status"), width=22),
        Column("since", _("Since"), Kind.DATETIME, width=18),
        Column("lacks", _("Waits for"), width=30),
        Column("attention", _("Review overdue"), width=10),
        Column("count", _("Evidence held"), Kind.NUMBER, width=8),
    ]
    return Sheet(
        _("Evidence status"), columns, _flat(found, processes), _about(found, f"{found.edition} · {where}", viewer)
    )


def _flat(found: Matrix, processes: Sequence[ProcessAsked]) -> Iterable[Row]:
    names = {each.pk: str(each) for each in processes}
    for row in found.rows:
        head: dict[str, Value] = {"clause": row.clause.number, "title": row.clause.title}
        if row.status is None:
            yield head | {"process": _("all"), "state": _("does not apply")}
            continue
        yield head | {"process": _("all")} | _told(row.status)
        for key, status in row.cells.items():
            if key is not None:
                yield head | {"process": names[key]} | _told(status)


def _told(status: Status) -> dict[str, Value]:
    return {
        "state": status.state_words,
        "since": status.since,
        "lacks": status.lacks_words,
        "attention": _("yes") if status.attention else "",
        "count": status.count,
    }


def _about(found: Matrix, words: str, viewer: User) -> About:
    return About(words, timezone.now().astimezone(organization_zone()), viewer.name)
