"""Questions of evidence packs: which clauses are meant, and how each stood; as many questions for many as for one."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from qms.core.seams.evidence_status import Kind
from qms.organization.models import User
from qms.standards.models import Clause, ClauseLink, Edition, EvidenceSpan, Expectation, Judgement
from qms.standards.queries.evidence import Row, Told, expected_of, matrices, told_of
from qms.standards.queries.library import clauses_of
from qms.standards.queries.links import Linked, counted_at, described, open_at
from qms.standards.queries.looked_at import places_asked
from qms.standards.states import ClauseKind

_SEPARATORS = re.compile(r"[\s,;]+")


def clauses_named(edition: Edition, said: str) -> tuple[list[Clause], list[str]]:
    """Return the requirements of an edition that numbers in a text name, with what is below each, and the numbers that
    the edition does not have; for an empty text all requirements.
    """
    clauses = list(clauses_of(edition))
    known = {each.number.casefold(): each.pk for each in clauses}
    numbers = list(dict.fromkeys(each.rstrip(".") for each in _SEPARATORS.split(said) if each))
    missing = [each for each in numbers if each.casefold() not in known]
    wanted = {known[each.casefold()] for each in numbers if each not in missing} if numbers else set(known.values())
    for each in clauses:
        if each.parent_id in wanted:
            wanted.add(each.pk)
    return [each for each in clauses if each.pk in wanted and each.is_requirement], missing


def clauses_packed(keys: Collection[int]) -> QuerySet[Clause]:
    """Return the clauses of which a pack tells: requirements that the catalogue has."""
    found = Clause.objects.filter(pk__in=keys, kind=ClauseKind.REQUIREMENT, retired_at=None).select_related("edition")
    return found.order_by("edition__standard", "edition__edition", "position")


@dataclass(frozen=True)
class PackedClause:
    """How a clause stood at an instant: its row of the matrix, what was expected, linked and judged."""

    clause: Clause
    row: Row
    expects: Sequence[Kind]
    linked: Sequence[tuple[Linked, Sequence[Told]]]
    judgements: Sequence[Judgement]


def packed(keys: Collection[int], person: User, at: datetime) -> list[PackedClause]:
    """Return how clauses stood at an instant, with what was linked to them as far as a person may see it."""
    clauses = list(clauses_packed(keys))
    rows = _rows({each.edition for each in clauses}, at)
    otherwise = {each.clause_id: each for each in Expectation.objects.filter(open_at(at), clause__in=clauses)}
    linked, judged = _linked([each.pk for each in clauses], person, at), _judged(clauses, at)
    return [
        PackedClause(
            clause=each,
            row=rows[each.pk],
            expects=sorted(expected_of(each, otherwise.get(each.pk))),
            linked=linked[each.pk],
            judgements=judged[each.pk],
        )
        for each in clauses
    ]


def _rows(editions: Iterable[Edition], at: datetime) -> dict[int, Row]:
    found = matrices(sorted(editions, key=str), at=at, sites=places_asked(at).in_scope)
    return {row.clause.pk: row for each in found for row in each.rows}


def _linked(clauses: Collection[int], person: User, at: datetime) -> Mapping[int, list[tuple[Linked, Sequence[Told]]]]:
    links = list(counted_at(clauses, at).select_related("confirmed_by").order_by("subject_model", "pk"))
    seen = described(((each.subject_model, each.subject_key) for each in links), person)
    told = told_of(_spans(links, clauses, at), at)
    found: dict[int, list[tuple[Linked, Sequence[Told]]]] = defaultdict(list)
    for each in links:
        if subject := seen.get((each.subject_model, each.subject_key)):
            found[each.clause_id].append((Linked(each, subject), told.get(each.pk, [])))
    return found


def _spans(links: Sequence[ClauseLink], clauses: Collection[int], at: datetime) -> list[EvidenceSpan]:
    """Return what links were evidence of at an instant, and what had ended by then."""
    wanted = {each.pk for each in links}
    over = Q(valid_until__lte=at, released_at__lte=at)
    spans = EvidenceSpan.objects.filter(valid_from__lte=at, clause__in=clauses).exclude(over)
    return [each for each in spans.order_by("valid_from", "pk") if each.link_id in wanted]


def _judged(clauses: Sequence[Clause], at: datetime) -> Mapping[int, list[Judgement]]:
    found: dict[int, list[Judgement]] = defaultdict(list)
    rows = Judgement.objects.filter(clause__in=clauses, judged_at__lte=at).select_related("judged_by", "signature")
    for each in rows.order_by("judged_at", "pk"):
        found[each.clause_id].append(each)
    return found
