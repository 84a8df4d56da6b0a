"""Questions about evidence status: of one clause with its reasons, and of an edition by clauses and processes.

All of them are asked of spans as of an instant; no job makes them ready. What they show is that current evidence is
linked and when it was audited, never that a requirement is met.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, FilteredRelation, Max, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from qms.core.seams.evidence_status import Kind
from qms.organization.models import Process
from qms.standards.models import Clause, ClauseLink, Edition, EvidenceSpan, Expectation, Judgement
from qms.standards.queries.library import clauses_of
from qms.standards.queries.links import open_at
from qms.standards.queries.looked_at import LeftOutAt, left_out_by_site, places_asked, with_what_belongs
from qms.standards.status import (
    KIND_WORDS,
    Evidence,
    Held,
    Spanned,
    Status,
    beside,
    by_process,
    expected,
    held_at,
    next_change,
    overall,
    worst,
)

MOST_JUDGEMENTS = 20


def held_in(editions: Collection[Edition], at: datetime) -> dict[int, list[Held]]:
    """Return what is held for the clauses of editions as of an instant, summed up by place: one question, answered
    from the index alone."""
    holds = Q(valid_until=None) | Q(valid_until__gt=at)
    missed = Q(released_at=None) | Q(released_at__gt=at)
    dated = holds & Q(kind__in=[Kind.OPEN, Kind.AUDITED])
    rows = (
        EvidenceSpan.objects.filter(holds | missed, valid_from__lte=at, clause__edition__in=editions)
        .values_list("clause_id", "process_id", "site_id", "kind")
        .annotate(
            holding=Count("pk", filter=holds),
            since=Max("valid_from", filter=dated),
            ended=Max("valid_until", filter=~holds),
            words=Min("words", filter=dated),
        )
    )
    found: dict[int, dict[tuple[int | None, int | None], Held]] = defaultdict(dict)
    for clause, process, site, kind, count, since, ended, words in rows:
        places = found[clause]
        here = places.get((process, site))
        if here is None:
            here = places[process, site] = Held(site, process)
        here.take(kind, count, since, ended, words or "")
    return {clause: list(places.values()) for clause, places in found.items()}


def expectation_of(clause: Clause, at: datetime) -> Expectation | None:
    """Return what is expected of a clause otherwise than its edition asks to keep, or None."""
    return clause.expectations.filter(open_at(at)).select_related("made_by").first()


def expected_of(clause: Clause, otherwise: Expectation | None) -> frozenset[Kind]:
    """Return the kinds of evidence that a clause expects here."""
    return expected(clause.keeps) if otherwise is None else _kinds(otherwise.maintain, otherwise.retain)


def _kinds(maintain: bool, retain: bool) -> frozenset[Kind]:
    named = {Kind.MAINTAIN: maintain, Kind.RETAIN: retain}
    return frozenset(kind for kind, wanted in named.items() if wanted)


@dataclass(frozen=True)
class Row:
    """A clause in the matrix: its worst status, the status by process, or why the clause does not apply."""

    clause: Clause
    status: Status | None
    cells: Mapping[int | None, Status]
    left_out: str = ""


@dataclass(frozen=True)
class Matrix:
    """The requirements of an edition by process, as of an instant.

    `processes` are the keys of the columns, `headings` the clauses at the top by number; `links_wait` says whether
    links to some clause wait to be confirmed.
    """

    edition: Edition
    at: datetime
    rows: Sequence[Row]
    processes: set[int]
    headings: Mapping[str, Clause]
    links_wait: bool

    @property
    def told(self) -> dict[str, int]:
        """Return how many clauses are in each state: numbers of clauses, never a share of the standard."""
        return dict(Counter(row.status.state for row in self.rows if row.status))


def matrix(edition: Edition, *, at: datetime | None = None, sites: Sequence[int]) -> Matrix:
    """Return the evidence status of all requirements of an edition at the worst of some sites: three questions."""
    return matrices([edition], at=at, sites=sites)[0]


def matrices(editions: Sequence[Edition], *, at: datetime | None = None, sites: Sequence[int]) -> list[Matrix]:
    """Return the evidence status of all requirements of several editions, with as many questions as for one."""
    moment = at or timezone.now()
    held = held_in(editions, moment)
    clauses = list(_clauses(editions, moment))
    left_out = with_what_belongs(left_out_by_site(editions, moment), ((each.pk, each.parent_id) for each in clauses))
    by_edition: dict[int, list[Any]] = defaultdict(list)
    for clause in clauses:
        by_edition[clause.edition_id].append(clause)
    return [
        _matrix(each, moment, by_edition[each.pk], list(_rows(by_edition[each.pk], held, left_out, sites)))
        for each in editions
    ]


def _matrix(edition: Edition, moment: datetime, clauses: Sequence[Any], rows: Sequence[Row]) -> Matrix:
    return Matrix(
        edition=edition,
        at=moment,
        rows=rows,
        processes={key for row in rows for key in row.cells if key is not None},
        headings={each.number: each for each in clauses if each.parent_id is None},
        links_wait=any(each.waits for each in clauses),
    )


def _clauses(editions: Collection[Edition], at: datetime) -> QuerySet[Clause, Any]:
    """Return the clauses with what is expected of each otherwise, and whether links to it wait to be confirmed."""
    waiting = ClauseLink.objects.filter(clause=OuterRef("pk"), valid_until=None, confirmed_at=None)
    return clauses_of(*editions).annotate(
        otherwise=FilteredRelation("expectations", condition=open_at(at, "expectations__")),
        maintain=F("otherwise__maintain"),
        retain=F("otherwise__retain"),
        waits=Exists(waiting),
    )


def _rows(
    clauses: Iterable[Any],
    held: Mapping[int, Sequence[Held]],
    left_out: Mapping[int, LeftOutAt],
    sites: Sequence[int],
) -> Iterator[Row]:
    for clause in clauses:
        out = left_out.get(clause.pk)
        here = out.remaining(sites) if out else sites
        if not clause.is_requirement:
            continue
        if out and (not here or out.everywhere):
            yield Row(clause, None, {}, out.reason)
            continue
        expects = expected(clause.keeps) if clause.maintain is None else _kinds(clause.maintain, clause.retain)
        found = held.get(clause.pk, ())
        cells = beside(expects, found, here)
        yield Row(clause, overall(expects, found, cells, here), cells)


@dataclass(frozen=True)
class Told:
    """What a record is for a clause: the kind in words, whether it holds, since and until when; what ended before the
    instant and what begins after it are told with their day."""

    words: str
    holds: bool
    ahead: bool
    since: datetime
    until: datetime | None
    grade: str = ""


@dataclass(frozen=True)
class ClauseStatus:
    """How a clause stands: the worst status, each process with its own, what is expected, when it changes by itself.

    `told` says what each link is evidence of; `changes` is an instant and the status then, None when nothing is known
    to end.
    """

    at: datetime

    status: Status
    by_process: Sequence[tuple[Process | None, Status]]
    expects: frozenset[Kind]
    otherwise: Expectation | None
    told: Mapping[int, Sequence[Told]]
    changes: tuple[datetime, Status] | None


def standing_of(clause: Clause, at: datetime | None = None) -> ClauseStatus:
    """Return how a clause stands as of an instant, and when that changes by itself."""
    moment = at or timezone.now()
    otherwise = expectation_of(clause, moment)
    expects = expected_of(clause, otherwise)
    out = left_out_by_site([clause.edition], moment)
    if out:
        out = with_what_belongs(out, clauses_of(clause.edition).values_list("pk", "parent"))
    everywhere = places_asked(moment).in_scope
    sites = out[clause.pk].remaining(everywhere) if clause.pk in out else everywhere
    rows = spans_of(clause, moment)
    spans = [_spanned(each) for each in rows]
    found = by_process(expects, held_at(spans, moment), sites)
    names = Process.objects.in_bulk([key for key in found if key is not None])
    return ClauseStatus(
        at=moment,
        status=worst(list(found.values())),
        by_process=[(names.get(key or 0), status) for key, status in found.items()],
        expects=expects,
        otherwise=otherwise,
        told=told_of(rows, moment),
        changes=next_change(spans, moment, _judging(expects, sites)),
    )


def _judging(expects: frozenset[Kind], sites: Sequence[int]) -> Callable[[list[Held]], Status]:
    return lambda held: worst(list(by_process(expects, held, sites).values()))


def spans_of(clause: Clause, at: datetime) -> list[EvidenceSpan]:
    """Return the spans of a clause that hold at an instant, begin later, or ended and are missed."""
    over = Q(valid_until__lte=at) & ~(Q(released_at=None) | Q(released_at__gt=at))
    return list(EvidenceSpan.objects.filter(clause=clause).exclude(over).order_by("valid_from", "pk"))


def judgements_of(clause: Clause) -> list[Judgement]:
    """Return what people judged of a clause, the newest first."""
    return list(clause.judgements.select_related("judged_by", "signature")[:MOST_JUDGEMENTS])


def told_of(spans: Iterable[EvidenceSpan], at: datetime) -> dict[int, list[Told]]:
    """Return what each link is evidence of as of an instant, the newest of each kind: by the link's key."""
    last: dict[tuple[int, str, int | None, int | None], EvidenceSpan] = {}
    for span in spans:
        last[span.link_id, span.kind, span.site_id, span.process_id] = span
    found: dict[int, list[Told]] = defaultdict(list)
    for span in last.values():
        spanned = _spanned(span)
        found[span.link_id].append(
            Told(
                str(KIND_WORDS[spanned.kind]),
                spanned.holds_at(at),
                span.valid_from > at,
                span.valid_from,
                span.valid_until,
                span.words,
            )
        )
    return found


def _spanned(span: EvidenceSpan) -> Spanned:
    return Spanned(Kind(span.kind), span.valid_from, span.valid_until, span.site_id, span.process_id, span.words)


def statuses_of(editions: Sequence[Edition], *, held_only: bool = False) -> dict[int, Status]:
    """Return the evidence status of all requirements of editions as of now, by clause, at the worst of the sites;
    `held_only` leaves out editions to which nothing was ever linked.
    """
    found = matrices(editions, sites=places_asked(timezone.now()).in_scope)
    shown = [each for each in found if not held_only or set(each.told) - {Evidence.NONE}]
    return {row.clause.pk: row.status for each in shown for row in each.rows if row.status}


def left_without(model: str, key: object) -> QuerySet[Clause]:
    """Return the clauses to which a record is the only current evidence: without it they keep none (D10)."""
    now = timezone.now()
    holding = EvidenceSpan.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=now), valid_from__lte=now, kind__in=[Kind.MAINTAIN, Kind.RETAIN]
    )
    own = {"link__subject_model": model, "link__subject_key": str(key)}
    others = holding.filter(clause=OuterRef("pk")).exclude(**own)
    found = Clause.objects.filter(~Exists(others), pk__in=holding.filter(**own).values("clause"))
    return found.select_related("edition").order_by("edition", "position")
