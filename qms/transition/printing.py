"""The gap analysis with its plan as a report to hand to a certification body, and its lines as a table."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from qms.actions.models import Action
from qms.organization.queries import organization_zone, setting
from qms.reports.registers import StatusReport, Tile, render_report
from qms.reports.sheets import About, Column, Kind, Row, Sheet, Tone, Toned, Value
from qms.standards.evidence_reports import PAPER_TONES
from qms.standards.models import Clause
from qms.standards.status import MEANS, Status
from qms.transition.queries import Move
from qms.transition.queries import Row as MoveRow
from qms.transition.states import GAP_WORDS, Gap, Outcome

OUTCOME_TONES = {Outcome.MET: Tone.GOOD, Outcome.ACTION: Tone.SOON, Outcome.NOT_APPLICABLE: Tone.QUIET}


def move_pdf(move: Move, made_by: str) -> bytes:
    """Return the gap analysis and the plan of a move; “draft, not assessed” until a person assessed every line."""
    made_at = timezone.now().astimezone(organization_zone())
    report = StatusReport(
        title=_("Gap analysis and transition plan"),
        organization=setting("organization.name"),
        as_of=made_at,
        made_by=made_by,
        subtitle=_subtitle(move),
        tiles=_tiles(move),
        tables=[_lines(move, made_by), *([_plan(move, made_by)] if move.actions else [])],
        notes=[*_notes(move), str(MEANS)],
        language=get_language() or "en",
    )
    return render_report(report, identifier=f"transition/{move.mapping.pk}/{made_at.isoformat()}", made_at=made_at)


def _subtitle(move: Move) -> str:
    name = str(move.mapping)
    if move.progress.is_assessed:
        return _("%(name)s · assessed") % {"name": name}
    return _("%(name)s · draft, not assessed") % {"name": name}


def _tiles(move: Move) -> list[Tile]:
    progress, gaps = move.progress, move.gaps
    counted = [Tile(str(gaps.get(gap, 0)), str(GAP_WORDS[gap])) for gap in Gap if gap in gaps]
    done = [
        Tile(f"{progress.assessed}/{progress.lines}", _("lines assessed"), Tone.GOOD if progress.is_assessed else None),
        Tile(str(progress.in_hand), _("actions in hand"), Tone.SOON if progress.in_hand else Tone.GOOD),
        Tile(str(progress.overdue), _("actions overdue"), Tone.BAD if progress.overdue else Tone.GOOD),
    ]
    left = [Tile(str(progress.days), _("days to the end of the transition"))] if progress.days is not None else []
    return [*counted, *done, *left]


def _notes(move: Move) -> Iterable[str]:
    mapping = move.mapping
    yield _("Mapping: %(name)s, version %(sha)s of %(day)s.") % {
        "name": mapping,
        "sha": (move.project.mapping_sha256 if move.project else mapping.sha256)[:12],
        "day": f"{mapping.loaded_at:%Y-%m-%d}",
    }
    if mapping.basis:
        yield _("Based on: %(basis)s. Confidence: %(confidence)s.") % {
            "basis": mapping.basis,
            "confidence": mapping.confidence or "–",
        }
    for edition in (mapping.source, mapping.target):
        if edition.facts.get("sources"):
            sources = edition.facts["sources"].replace("\n", "; ")
            yield _("Sources for %(edition)s: %(sources)s.") % {"edition": edition, "sources": sources.rstrip(".")}
    if move.ends_on:
        yield _("The transition ends on %(day)s: %(source)s.") % {
            "day": move.ends_on.isoformat(),
            "source": move.project.ends_source
            if move.project and move.project.ends_source
            else _("reported, confirm with your certification body"),
        }
    yield _("“Check” is a line that the mapping calls the same but for a note: it is read before it is taken as met.")
    yield _("Clause numbers and titles are facts; all else is in our words. The licensed standard decides.")


def _lines(move: Move, made_by: str) -> Sheet:
    source, target = move.mapping.source, move.mapping.target
    columns = [
        Column("from", str(source), width=22),
        Column("to", str(target), width=26),
        Column("gap", _("Gap"), width=10),
        Column("note", _("Note"), width=24),
        Column("before", _("Evidence, %(edition)s") % {"edition": source.edition}, width=14),
        Column("after", _("Evidence, %(edition)s") % {"edition": target.edition}, width=14),
        Column("found", _("Assessment"), width=28),
    ]
    return Sheet(_("Gap analysis"), columns, [_line(row) for row in move.rows], _about(move, made_by))


def _line(row: MoveRow) -> dict[str, Value]:
    return {
        "from": _named(_source(row)),
        "to": _named(row.targets),
        "gap": Toned(row.line.gap_words, Tone.QUIET if row.line.gap is Gap.SAME else Tone.SOON),
        "note": row.line.note,
        "before": _evidence(row.before),
        "after": _evidence(row.after),
        "found": _found(row),
    }


def _source(row: MoveRow) -> list[Clause]:
    return [row.line.source] if row.line.source else []


def _named(clauses: Iterable[Clause]) -> str:
    return "; ".join(f"{each.number} {each.title}" for each in clauses)


def _evidence(status: Status | None) -> Value:
    return Toned(status.state_words, PAPER_TONES[status.state]) if status else ""


def _found(row: MoveRow) -> Value:
    found = row.assessment
    if found is None:
        return Toned(_("not assessed"), Tone.BAD)
    numbers = ", ".join(each.number for each in row.actions)
    parts = [
        found.outcome_words,
        f"({numbers})" if numbers else "",
        f"{found.assessed_by.name}, {found.assessed_at.astimezone(organization_zone()):%Y-%m-%d}.",
        found.words,
    ]
    return Toned(" ".join(filter(None, parts)), OUTCOME_TONES[Outcome(found.outcome)])


def _plan(move: Move, made_by: str) -> Sheet:
    columns = [
        Column("number", _("Action"), width=9),
        Column("title", _("What"), width=34),
        Column("line", _("Line"), width=24),
        Column("owner", _("Owner"), width=18),
        Column("due", _("Due"), Kind.DATE, width=11),
        Column("extended", _("Extended"), width=9),
        Column("state", _("State"), width=18),
    ]
    names = {str(row.line.pk): _named(row.targets) or _named(_source(row)) for row in move.rows}
    rows: list[Row] = [_action(each, names) for each in move.actions]
    return Sheet(_("Plan"), columns, rows, _about(move, made_by))


def _action(action: Action, names: dict[str, str]) -> dict[str, Value]:
    times = getattr(action, "extended", 0)
    return {
        "number": action.number,
        "title": action.title,
        "line": names.get(action.subject_key, ""),
        "owner": action.owner.name,
        "due": action.due_on,
        "extended": f"{times} ×" if times else "",
        "state": action.state_words,
    }


def move_sheet(move: Move, made_by: str) -> Sheet:
    """Return the lines of a move as a table for CSV and XLSX."""
    return _lines(move, made_by)


def _about(move: Move, made_by: str) -> About:
    return About(str(move.mapping), timezone.now().astimezone(organization_zone()), made_by)
