"""Questions about evidence status: of one clause with its reasons, and of an edition by clauses and processes.

All of them are asked of spans as of an instant; no job makes them ready. What they show is that current evidence is
linked and when it was audited, never that a requirement is met.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Q
from django.utils import timezone

from qms.core.seams.evidence_status import Kind
from qms.organization.models import Process, Site
from qms.standards.models import Clause, ClauseLink, Edition, EvidenceSpan, Expectation, NotApplicable
from qms.standards.queries.library import clauses_of
from qms.standards.queries.links import PROCESS, open_at
from qms.standards.queries.scope import left_out_of, scope_at
from qms.standards.status import (
    Concerned,
    Held,
    Spanned,
    Status,
    by_process,
    expected,
    held_at,
    next_change,
    worst,
)

_PLACE = ("clause_id", "process_id", "site_id", "kind")


def held_in(edition: Edition, at: datetime, clause: Clause | None = None) -> dict[int, list[Held]]:
    """Return what is held for the clauses of an edition as of an instant, summed up by place: one question."""
    holds = Q(valid_until=None) | Q(valid_until__gt=at)
    missed = Q(released_at=None) | Q(released_at__gt=at)
    spans = EvidenceSpan.objects.filter(holds | missed, valid_from__lte=at, clause__edition=edition)
    if clause is not None:
        spans = spans.filter(clause=clause)
    rows = spans.values(*_PLACE).annotate(
        holding=Count("pk", filter=holds),
        since=Max("valid_from", filter=holds),
        ended=Max("valid_until", filter=~holds),
        grade=Min("words", filter=holds),
    )
    found: dict[int, list[Held]] = defaultdict(list)
    for row in rows:
        found[row["clause_id"]].append(_held(row))
    return found


def _held(row: Mapping[str, Any]) -> Held:
    return Held(
        kind=Kind(row["kind"]),
        site=row["site_id"],
        process=row["process_id"],
        count=row["holding"],
        since=row["since"],
        ended=row["ended"],
        words=row["grade"] or "",
    )


def concerned_by(edition: Edition, at: datetime) -> dict[int, list[Concerned]]:
    """Return which processes each clause of an edition concerns: those that somebody linked to it."""
    links = ClauseLink.objects.filter(
        open_at(at), clause__edition=edition, subject_model=PROCESS, confirmed_at__lte=at
    ).values_list("clause_id", "subject_key")
    processes = {str(each.pk): each for each in Process.objects.filter(is_active=True)}
    found: dict[int, list[Concerned]] = defaultdict(list)
    for clause, key in links:
        if key in processes:
            found[clause].append(Concerned(processes[key].pk, processes[key].site_id))
    return found


def expectations_in(edition: Edition, at: datetime) -> dict[int, Expectation]:
    """Return what is expected otherwise than the edition asks to keep, by clause."""
    rows = Expectation.objects.filter(open_at(at), clause__edition=edition).select_related("made_by")
    return {each.clause_id: each for each in rows}


def expected_of(clause: Clause, otherwise: Expectation | None) -> frozenset[Kind]:
    """Return the kinds of evidence that a clause expects here."""
    if otherwise is None:
        return expected(clause.keeps)
    named = {Kind.MAINTAIN: otherwise.maintain, Kind.RETAIN: otherwise.retain}
    return frozenset(kind for kind, wanted in named.items() if wanted)


def sites_in_scope(at: datetime | None = None) -> list[int]:
    """Return the sites that evidence is looked at by: those of the scope, or all in use where it names none."""
    statement = scope_at(at)
    named = [site.pk for site in statement.sites.all()] if statement else []
    return sorted(named) or list(Site.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True))


@dataclass(frozen=True)
class Row:
    """A clause in the matrix: its worst status, and the status by process where it concerns processes by name."""

    clause: Clause
    status: Status | None
    cells: Mapping[int | None, Status]
    left_out: NotApplicable | None = None


@dataclass(frozen=True)
class Matrix:
    """The requirements of an edition by process, as of an instant."""

    edition: Edition
    at: datetime
    rows: Sequence[Row]
    processes: Sequence[Process]

    @property
    def told(self) -> dict[str, int]:
        """Return how many clauses are in each state: numbers of clauses, never a share of the standard."""
        found: dict[str, int] = defaultdict(int)
        for row in self.rows:
            if row.status:
                found[row.status.state] += 1
        return dict(found)


def matrix(edition: Edition, *, at: datetime | None = None, site: int | None = None) -> Matrix:
    """Return the evidence status of all requirements of an edition, at one site or at the worst of all."""
    moment = at or timezone.now()
    held, concerned = held_in(edition, moment), concerned_by(edition, moment)
    otherwise, left_out = expectations_in(edition, moment), left_out_of(edition, at)
    sites = [site] if site else sites_in_scope(at)
    rows = []
    for clause in clauses_of(edition):
        if not clause.is_requirement:
            continue
        if clause.pk in left_out:
            rows.append(Row(clause, None, {}, left_out[clause.pk]))
            continue
        expects = expected_of(clause, otherwise.get(clause.pk))
        asked = by_process(expects, held.get(clause.pk, ()), concerned.get(clause.pk, ()), sites)
        beside = _beside(held.get(clause.pk, ()), asked)
        shown = by_process(expects, held.get(clause.pk, ()), beside, sites) if beside else {}
        rows.append(Row(clause, worst(list(asked.values())), {**shown, **asked}))
    return Matrix(edition, moment, rows, _columns(rows))


def _beside(held: Iterable[Held], asked: Mapping[int | None, Status]) -> list[Concerned]:
    """Return the processes that hold evidence for a clause without being asked for it: they are shown, no more."""
    return [Concerned(key) for key in {each.process for each in held} - {None, *asked} if key is not None]


def _columns(rows: Iterable[Row]) -> list[Process]:
    named = {key for row in rows for key in row.cells if key is not None}
    return list(Process.objects.filter(pk__in=named).order_by("number")) if named else []


@dataclass(frozen=True)
class ClauseStatus:
    """How a clause stands: the worst status, each process with its own, what is expected, when it changes by itself.

    `changes` is an instant and the status then, None when nothing is known to end.
    """

    status: Status
    by_process: Sequence[tuple[Process | None, Status]]
    expects: frozenset[Kind]
    otherwise: Expectation | None
    changes: tuple[datetime, Status] | None


def standing_of(clause: Clause, at: datetime | None = None) -> ClauseStatus:
    """Return how a clause stands as of an instant, and when that changes by itself."""
    moment = at or timezone.now()
    otherwise = expectations_in(clause.edition, moment).get(clause.pk)
    expects = expected_of(clause, otherwise)
    concerned = concerned_by(clause.edition, moment).get(clause.pk, [])
    sites = sites_in_scope(at)
    spans = [_spanned(each) for each in spans_of(clause, moment)]
    found = by_process(expects, held_at(spans, moment), concerned, sites)
    names = Process.objects.in_bulk([key for key in found if key is not None])
    return ClauseStatus(
        status=worst(list(found.values())),
        by_process=[(names.get(key or 0), status) for key, status in found.items()],
        expects=expects,
        otherwise=otherwise,
        changes=next_change(spans, moment, _judging(expects, concerned, sites)),
    )


def _judging(
    expects: frozenset[Kind], concerned: Sequence[Concerned], sites: Sequence[int]
) -> Callable[[list[Held]], Status]:
    return lambda held: worst(list(by_process(expects, held, concerned, sites).values()))


def spans_of(clause: Clause, at: datetime) -> list[EvidenceSpan]:
    """Return the spans of a clause that hold at an instant, begin later, or ended and are missed."""
    over = Q(valid_until__lte=at) & ~(Q(released_at=None) | Q(released_at__gt=at))
    return list(EvidenceSpan.objects.filter(clause=clause).exclude(over).order_by("valid_from", "pk"))


def _spanned(span: EvidenceSpan) -> Spanned:
    return Spanned(Kind(span.kind), span.valid_from, span.valid_until, span.site_id, span.process_id, span.words)
