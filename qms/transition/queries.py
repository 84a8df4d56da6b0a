"""Questions about moves: which are on, their lines with evidence, assessments and actions, and how far they are."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet
from django.utils.translation import gettext as _

from qms.actions.models import Action
from qms.actions.queries.register import with_counts
from qms.actions.states import State
from qms.organization.queries import today
from qms.standards.models import Clause, Mapping
from qms.standards.queries import unmapped
from qms.standards.queries.evidence import statuses_of
from qms.standards.states import Relation
from qms.standards.status import Status, worst
from qms.transition.models import Assessment, Line, Project
from qms.transition.states import Gap, Outcome

LINE = "transition.line"


def projects() -> QuerySet[Project]:
    """Return all moves, those that are on first, the newest first."""
    return Project.objects.select_related("mapping__source", "mapping__target", "begun_by", "closed_by").order_by(
        "closed_at", "-begun_at"
    )


def moves_possible() -> list[Mapping]:
    """Return the mappings by which a move can be started: between editions of one standard, and not on already."""
    on = Project.objects.filter(closed_at=None).values("mapping")
    found = Mapping.objects.exclude(pk__in=on).select_related("source", "target").order_by("source__standard", "pk")
    return [each for each in found if _is_newer(each)]


def _is_newer(mapping: Mapping) -> bool:
    """Another edition of the same standard, or what became of one: 9002 went into 9001."""
    return mapping.source.family == mapping.target.family and mapping.source.edition < mapping.target.edition


def lines() -> QuerySet[Line]:
    """Return lines with their clauses and all that was assessed of them."""
    assessed = Assessment.objects.select_related("assessed_by").order_by("assessed_at", "pk")
    return (
        Line.objects.select_related("project__mapping__source", "project__mapping__target", "source")
        .prefetch_related(Prefetch("targets", Clause.objects.order_by("position")), Prefetch("assessments", assessed))
        .order_by("position")
    )


@dataclass
class Row:
    """A line with what is known of it: the last assessment, its actions, and the evidence on both sides."""

    line: Line
    targets: Sequence[Clause]
    assessment: Assessment | None = None
    before: Status | None = None
    after: Status | None = None
    actions: list[Action] = field(default_factory=list)

    @property
    def is_settled(self) -> bool:
        """Return whether nothing is left to do: met or not applicable, or all its actions are verified."""
        found = self.assessment
        if found is None:
            return False
        if found.outcome != Outcome.ACTION:
            return True
        return bool(self.actions) and all(each.state in {State.VERIFIED, State.CANCELLED} for each in self.actions)


@dataclass(frozen=True)
class Progress:
    """How far a move is, in numbers: lines, those assessed and settled; actions in hand and overdue; days left."""

    lines: int
    assessed: int
    settled: int
    in_hand: int
    overdue: int
    days: int | None

    @property
    def is_assessed(self) -> bool:
        """Return whether every line was assessed by a person; until then a report is a draft."""
        return self.lines == self.assessed


@dataclass(frozen=True)
class Move:
    """A move as a whole."""

    mapping: Mapping
    rows: Sequence[Row]
    ends_on: date | None
    project: Project | None = None

    @property
    def progress(self) -> Progress:
        """Return how far it is."""
        actions, now = self.actions, today()
        in_hand = [each for each in actions if each.state in {State.OPEN, State.DONE}]
        return Progress(
            lines=len(self.rows),
            assessed=sum(row.assessment is not None for row in self.rows),
            settled=sum(row.is_settled for row in self.rows),
            in_hand=len(in_hand),
            overdue=sum(each.state == State.OPEN and each.due_on < now for each in in_hand),
            days=(self.ends_on - now).days if self.ends_on else None,
        )

    @property
    def actions(self) -> list[Action]:
        """Return the actions of all lines, by the day they are due."""
        found = {each.pk: each for row in self.rows for each in row.actions}
        return sorted(found.values(), key=lambda each: (each.due_on, each.number))

    @property
    def gaps(self) -> dict[Gap, int]:
        """Return how many lines there are of each kind."""
        return dict(Counter(row.line.gap for row in self.rows))


def move_of(project: Project) -> Move:
    """Return a move with its lines, evidence as of now on both sides, assessments and actions."""
    rows = rows_of(project)
    _with_evidence(rows, project.mapping)
    return Move(project.mapping, rows, project.ends_on, project)


def move_by(mapping: Mapping) -> Move:
    """Return the move by a mapping that is on; without one, its lines as they would be, assessed by nobody."""
    project = open_project(mapping)
    if project is not None:
        return move_of(project)
    rows = [_unbegun(said) for said in said_by(mapping)]
    _with_evidence(rows, mapping)
    return Move(mapping, rows, reported_end(mapping))


@dataclass(frozen=True)
class Said:
    """What a mapping says of clauses: those of either side, the relation as it is shown, and its note."""

    source: Clause | None
    targets: Sequence[Clause]
    relation: str
    note: str


def said_by(mapping: Mapping) -> list[Said]:
    """Return what a mapping says of requirements, and those of either side that it does not name: none is left out."""
    rows = mapping.rows.select_related("source").prefetch_related("targets").order_by("position")
    said = [Said(row.source, sorted(row.targets.all(), key=_place), row.shown, row.note) for row in rows]
    gone, new = unmapped(mapping)
    silent = _("The mapping says nothing of this clause.")
    said += [Said(clause, [], Relation.CHECK, silent) for clause in gone]
    said += [Said(None, [clause], Relation.NEW, silent) for clause in new]
    return [each for each in said if any(clause.is_requirement for clause in _sides(each))]


def _place(clause: Clause) -> int:
    return clause.position


def _sides(said: Said) -> list[Clause]:
    return [*([said.source] if said.source else []), *said.targets]


def rows_of(project: Project) -> list[Row]:
    """Return the lines of a move with their actions; without evidence."""
    rows = [_row(line) for line in lines().filter(project=project)]
    _with_actions(rows)
    return rows


def _row(line: Line) -> Row:
    return Row(line, list(line.targets.all()), next(iter(list(line.assessments.all())[::-1]), None))


def _unbegun(said: Said) -> Row:
    return Row(Line(source=said.source, relation=said.relation, note=said.note), said.targets)


def _with_actions(rows: Iterable[Row]) -> None:
    by_key = {str(row.line.pk): row for row in rows}
    found = with_counts(Action.objects.filter(subject_model=LINE, subject_key__in=list(by_key)))
    for action in found.order_by("due_on", "pk"):
        by_key[action.subject_key].actions.append(action)


def _with_evidence(rows: Iterable[Row], mapping: Mapping) -> None:
    statuses = statuses_of([mapping.source, mapping.target])
    for row in rows:
        row.before = statuses.get(row.line.source_id or 0)
        known = [statuses[each.pk] for each in row.targets if each.pk in statuses]
        row.after = worst(known) if known else None


def row_of(line: Line) -> Row:
    """Return one line with its actions; without evidence."""
    row = _row(line)
    _with_actions([row])
    return row


def reported_end(mapping: Mapping) -> date | None:
    """Return the day on which a transition is reported to end: as the catalogues say, to be confirmed."""
    said = (mapping.target.facts.get("transition_ends"), mapping.source.facts.get("certificates_usable_until"))
    return next((date.fromisoformat(each) for each in said if each), None)


def open_project(mapping: Mapping) -> Project | None:
    """Return the move by a mapping that is on, or None."""
    return projects().filter(mapping=mapping, closed_at=None).first()


def unassessed() -> list[tuple[int, str, int]]:
    """Return each move that is on, as key, name and how many of its lines nobody has assessed: one question."""
    waiting = Count("lines", filter=~Exists(Assessment.objects.filter(line=OuterRef("lines__pk"))))
    found = projects().filter(closed_at=None).annotate(waiting=waiting)
    return [(each.pk, str(each), each.waiting) for each in found]
