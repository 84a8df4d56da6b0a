"""The verbs of a move: start it, carry links over, assess its lines, set its end, close it."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.core.errors import RuleBroken
from qms.organization.models import User
from qms.organization.services.checks import one_at_a_time, require
from qms.standards.models import Mapping
from qms.standards.services.links import carry_over
from qms.trail.services import Draft, record, record_many, target
from qms.transition.models import Assessment, Line, Project
from qms.transition.queries import lines, moves_possible, open_project, reported_end, rows_of, said_by
from qms.transition.rights import Can
from qms.transition.states import Outcome


@transaction.atomic
def start(*, mapping: Mapping, by: User, ends_on: date | None = None) -> Project:
    """Start the move by a mapping: its lines are taken as they stand, and links are carried over to be confirmed.

    What the mapping does not name becomes a line too: none is left out in silence. Without a day the end is the one
    that the catalogues report.
    Raises NotPermitted without the right; RuleBroken while the move is on, or to an edition that is not a newer one.
    """
    require(by, Can.RUN)
    one_at_a_time()
    if open_project(mapping) is not None:
        raise RuleBroken(_("This move is on already."), code="on")
    if mapping not in moves_possible():
        raise RuleBroken(_("A move leads to a later edition of the same family."), code="no_move")
    project = Project.objects.create(
        mapping=mapping,
        mapping_sha256=mapping.sha256,
        ends_on=ends_on or reported_end(mapping),
        ends_source="" if ends_on else _("reported, confirm with your certification body"),
        begun_at=timezone.now(),
        begun_by=by,
    )
    _take_lines(project)
    record("transition.started", project, by=by, mapping=str(mapping), sha256=mapping.sha256)
    _carry_over(project, by)
    return project


def _take_lines(project: Project) -> None:
    for position, said in enumerate(said_by(project.mapping), start=1):
        line = Line.objects.create(
            project=project, position=position, source=said.source, relation=said.relation, note=said.note
        )
        line.targets.set(said.targets)


def _carry_over(project: Project, by: User) -> None:
    pairs = [
        (line.source, clause)
        for line in lines().filter(project=project)
        for clause in line.targets.all()
        if line.source is not None and clause.is_requirement
    ]
    carried = carry_over(pairs=pairs, by=by)
    record("transition.carried_over", project, by=by, links=len(carried))


@transaction.atomic
def assess(*, lines: Sequence[Line], outcome: Outcome, by: User, words: str = "") -> list[Assessment]:
    """Say what was found of lines: met, action needed, or not applicable, which needs words.

    Raises NotPermitted without the right, RuleBroken without words where they are needed, and when the move is closed.
    """
    require(by, Can.ASSESS)
    if not lines:
        raise RuleBroken(_("Choose lines first."), code="empty")
    if outcome is Outcome.NOT_APPLICABLE and not words.strip():
        raise RuleBroken(_("Please say why this is not applicable."), code="reason_missing")
    if any(line.project.closed_at for line in lines):
        raise RuleBroken(_("This move is closed."), code="closed")
    now = timezone.now()
    made = [
        Assessment(line=line, outcome=outcome.value, words=words.strip(), assessed_at=now, assessed_by=by)
        for line in lines
    ]
    for each in made:
        each.save()
    record_many(
        (
            Draft(
                "transition.assessed",
                (target(each), target(each.line)),
                {"outcome": each.outcome, "words": each.words, "line": str(each.line)},
            )
            for each in made
        ),
        by=by,
    )
    return made


@transaction.atomic
def set_end(*, project: Project, ends_on: date, source: str, by: User) -> Project:
    """Set the day on which the transition ends, and by whom that was said. Raises NotPermitted, or RuleBroken when it
    is closed or nobody is named."""
    require(by, Can.RUN)
    locked = _locked(project)
    if not source.strip():
        raise RuleBroken(_("Say by whom the day was confirmed."), code="source_missing")
    before = locked.ends_on
    locked.ends_on, locked.ends_source = ends_on, source.strip()
    locked.save(update_fields=["ends_on", "ends_source"])
    record(
        "transition.end_set",
        locked,
        by=by,
        ends_on=ends_on.isoformat(),
        before=before.isoformat() if before else None,
        source=locked.ends_source,
    )
    return locked


@transaction.atomic
def close(*, project: Project, by: User) -> Project:
    """Close a move. Raises NotPermitted without the right, RuleBroken while a line is not assessed or not settled."""
    require(by, Can.RUN)
    locked = _locked(project)
    left = [row for row in rows_of(locked) if not row.is_settled]
    if left:
        told = {"n": len(left), "first": left[0].line}
        raise RuleBroken(_("%(n)d lines are not settled yet, the first is %(first)s.") % told, code="not_settled")
    locked.closed_at, locked.closed_by = timezone.now(), by
    locked.save(update_fields=["closed_at", "closed_by"])
    record("transition.closed", locked, by=by)
    return locked


def _locked(project: Project) -> Project:
    locked = Project.objects.select_for_update().get(pk=project.pk)
    if locked.closed_at:
        raise RuleBroken(_("This move is closed."), code="closed")
    return locked
