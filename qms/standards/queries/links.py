"""Questions about links between records and clauses, from both sides."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BigIntegerField, Count, Q, QuerySet
from django.db.models.functions import Cast

from qms.core.keyset import PAGE_SIZE
from qms.core.seams.evidence_status import StatusSource, Subject, status_sources
from qms.organization.models import User
from qms.standards.models import Clause, ClauseLink
from qms.standards.states import Standing

PROCESS = "organization.process"
BROAD = 10
# A key of the database has fewer digits than this.
DIGITS = 19
Place = tuple[int, str, str]


def open_at(at: datetime | None, relation: str = "") -> Q:
    """Return the condition that something stands now, or stood at an instant; `relation` leads to it ("links__")."""
    until, since = f"{relation}valid_until", f"{relation}valid_from__lte"
    if at is None:
        return Q(**{until: None})
    return Q(**{since: at}) & (Q(**{until: None}) | Q(**{f"{until}__gt": at}))


def standing_links(model: str, keys: Iterable[str], at: datetime | None = None) -> QuerySet[ClauseLink]:
    """Return the links of some records, those still to be confirmed among them, by edition and clause."""
    return (
        ClauseLink.objects.filter(open_at(at), subject_model=model, subject_key__in=list(keys))
        .select_related("clause__edition", "confirmed_by")
        .order_by("clause__edition__standard", "clause__edition__edition", "clause__position", "pk")
    )


def counting_links(clauses: Iterable[int]) -> QuerySet[ClauseLink]:
    """Return the confirmed links that stand to some clauses, by their keys."""
    return ClauseLink.objects.filter(clause__in=list(clauses), valid_until=None, standing=Standing.CONFIRMED)


def counted_at(clauses: Iterable[int], at: datetime | None = None) -> QuerySet[ClauseLink]:
    """Return the links to some clauses that stand, or stood at an instant, and were confirmed by a person by then."""
    confirmed = Q(confirmed_at__isnull=False) if at is None else Q(confirmed_at__lte=at)
    return ClauseLink.objects.filter(open_at(at), confirmed, clause__in=list(clauses))


def keys_linked(model: str, clauses: Iterable[int], at: datetime | None = None) -> QuerySet[ClauseLink, int]:
    """Return the keys of the records of a kind whose link to one of some clauses counts now, or did at an instant."""
    found = counted_at(clauses, at).filter(subject_model=model).annotate(key=Cast("subject_key", BigIntegerField()))
    return found.values_list("key", flat=True)


def links_known(places: Collection[Place]) -> set[Place]:
    """Return which of these (clause, model, key) are linked already, or were and somebody dismissed it."""
    found = ClauseLink.objects.filter(
        Q(valid_until=None) | Q(standing=Standing.DISMISSED), clause__in={clause for clause, _model, _key in places}
    )
    return set(found.values_list("clause_id", "subject_model", "subject_key"))


@dataclass(frozen=True)
class Linked:
    """A link with its record as a person may see it; `broad`: it serves more than ten clauses of the edition."""

    link: ClauseLink
    subject: Subject
    broad: bool = False


def linked_to(clause: Clause, person: User, at: datetime | None = None) -> list[Linked]:
    """Return what is linked to a clause, as far as a person may see it: by kind of record, then by number."""
    links = list(clause.links.filter(open_at(at)).select_related("clause__edition", "confirmed_by").order_by("pk"))
    seen = described(((each.subject_model, each.subject_key) for each in links), person)
    wide = broad_in(clause.edition_id, links, at)
    found = [
        Linked(each, seen[place], place in wide)
        for each in links
        if (place := (each.subject_model, each.subject_key)) in seen
    ]
    return sorted(found, key=lambda each: (each.link.subject_model, each.subject.number, each.subject.title))


def described(places: Iterable[tuple[str, str]], person: User) -> dict[tuple[str, str], Subject]:
    """Return records by model and key, as far as a person may see them: one question a kind of record."""
    by_model: dict[str, set[str]] = {}
    for model, key in places:
        by_model.setdefault(model, set()).add(key)
    found: dict[tuple[str, str], Subject] = {}
    for model, keys in by_model.items():
        source = status_sources.get(model)
        told = source.described(sorted(keys), person) if source else {}
        found |= {(model, key): subject for key, subject in told.items()}
    return found


def broad_in(edition: int, links: Sequence[ClauseLink], at: datetime | None = None) -> set[tuple[str, str]]:
    """Return which of the records of some links serve more than ten clauses of an edition, confirmed ones."""
    rows = (
        ClauseLink.objects.filter(
            open_at(at),
            standing=Standing.CONFIRMED,
            clause__edition=edition,
            subject_key__in={each.subject_key for each in links},
        )
        .exclude(subject_model=PROCESS)
        .values("subject_model", "subject_key")
        .annotate(clauses=Count("pk"))
        .filter(clauses__gt=BROAD)
    )
    return {(row["subject_model"], row["subject_key"]) for row in rows}


def to_confirm(edition: int | None = None) -> QuerySet[ClauseLink]:
    """Return the links that wait for a person to confirm them, by clause."""
    found = ClauseLink.objects.filter(valid_until=None, standing__in=[Standing.SUGGESTED, Standing.CARRIED])
    found = found if edition is None else found.filter(clause__edition=edition)
    return found.select_related("clause__edition").order_by("clause__edition", "clause__position", "pk")


@dataclass(frozen=True)
class Waiting:
    """One page of links that wait for a person, and the key after which the next begins; 0 on the last."""

    rows: Sequence[Linked]
    after: int = 0


def waiting_in(edition: int, person: User, *, after: str = "") -> Waiting:
    """Return a page of the links of an edition that wait to be confirmed, of records that a person may see."""
    found = to_confirm(edition).order_by("pk")
    if after.isdecimal() and len(after) < DIGITS:
        found = found.filter(pk__gt=int(after))
    links = list(found[:PAGE_SIZE])
    seen = described(((each.subject_model, each.subject_key) for each in links), person)
    rows = [Linked(each, seen[place]) for each in links if (place := (each.subject_model, each.subject_key)) in seen]
    return Waiting(rows, links[-1].pk if len(links) == PAGE_SIZE else 0)


def sources_of_links() -> list[tuple[str, StatusSource]]:
    """Return the kinds of record that can be linked, by model."""
    return list(status_sources.items())
