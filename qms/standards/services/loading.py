"""Taking an edition in: its clauses, and the mappings between editions. All of it, or nothing."""

from collections.abc import Iterable, Iterator

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.core.actors import Actor
from qms.core.errors import RuleBroken
from qms.jobs.services import later
from qms.standards.catalogue import Catalogue, ClauseRow, clause_problems
from qms.standards.correlation import Correlation, MappingRow, against
from qms.standards.lined import Problem
from qms.standards.models import Clause, Correspondence, Edition, Mapping
from qms.standards.queries import edition_called, mapping_between
from qms.standards.reading import Given, refuse
from qms.trail.services import record

INDEX = "standards.index"
_TOLD = (
    *("title", "is_label", "position", "kind", "keeps", "excludable", "strength"),
    *("summary", "hints", "stages", "retired_at"),
)


@transaction.atomic
def load(*, given: Given, sha256: str, by: Actor) -> Edition | Mapping:
    """Take in what a file holds: an edition, or a mapping between two; raise RuleBroken for what cannot come in."""
    refuse_given(given)
    if isinstance(given, Correlation):
        return load_correlation(correlation=given, sha256=sha256, by=by)
    edition = load_catalogue(catalogue=given, sha256=sha256, by=by)
    later(INDEX, subject=("standards.edition", edition.pk))
    return edition


def refuse_given(given: Given) -> None:
    """Raise RuleBroken for what stands here already, and for a mapping to a clause or an edition that is not there."""
    if isinstance(given, Correlation):
        refuse(_unknown(given))
        source, target = _edition(*given.source), _edition(*given.target)
        refuse(against(given, _by_number(source), _by_number(target)))
        known, line = mapping_between(source, target) is not None, given.lines[0]
    else:
        known, line = edition_called(given.standard, given.edition) is not None, given.line
    if known:
        problem = Problem(line, _("%(name)s is loaded already") % {"name": given.name})
        raise RuleBroken(str(problem), code="loaded_already")


def _unknown(given: Correlation) -> Iterator[Problem]:
    for (standard, edition), line in zip((given.source, given.target), given.lines, strict=True):
        if edition_called(standard, edition) is None:
            yield Problem(line, _("%(name)s is not loaded") % {"name": f"{standard}:{edition}"})


@transaction.atomic
def load_catalogue(*, catalogue: Catalogue, sha256: str, by: Actor, ships: bool = False) -> Edition:
    """Take an edition in with its clauses; one that ships is brought up to date where it stands already.

    Raises RuleBroken for clauses that make no tree.
    """
    refuse(clause_problems(catalogue.clauses))
    named = {"standard": catalogue.standard, "edition": catalogue.edition, "ships": ships}
    known = Edition.objects.select_for_update().filter(**named).first() if ships else None
    edition = known or Edition(**named)
    edition.title, edition.family, edition.state = catalogue.title, catalogue.family, catalogue.state
    edition.aliases, edition.facts = list(catalogue.aliases), dict(catalogue.facts)
    edition.sha256, edition.loaded_at, edition.loaded_by_id = sha256, timezone.now(), by.person_id
    edition.save()
    _set_clauses(edition, catalogue.clauses)
    verb = "edition_changed" if known else "edition_loaded"
    record(f"standards.{verb}", edition, by=by, sha256=sha256, clauses=len(catalogue.clauses))
    return edition


def _set_clauses(edition: Edition, rows: Iterable[ClauseRow]) -> None:
    """Let an edition have these clauses: what is new is added, what is there is said anew, what is left out is retired
    and kept, for something may point to it.
    """
    told = {row.number: _told(edition, position, row) for position, row in enumerate(rows)}
    Clause.objects.bulk_create(
        told.values(), update_conflicts=True, unique_fields=["edition", "number"], update_fields=_TOLD
    )
    made = _by_number(edition)
    for row in rows:
        made[row.number].parent = made.get(row.parent)
    Clause.objects.bulk_update([made[number] for number in told], ["parent"], batch_size=500)
    edition.clauses.filter(retired_at=None).exclude(number__in=told).update(retired_at=timezone.now())


def _told(edition: Edition, position: int, row: ClauseRow) -> Clause:
    return Clause(
        edition=edition,
        number=row.number,
        title=row.title,
        is_label=row.is_label,
        position=position,
        kind=row.kind,
        keeps=row.keeps,
        excludable=row.excludable,
        strength=row.strength,
        summary=row.summary,
        hints=list(row.hints),
        stages=list(row.stages),
    )


@transaction.atomic
def load_correlation(*, correlation: Correlation, sha256: str, by: Actor, ships: bool = False) -> Mapping:
    """Take a mapping in; one that ships comes in place of an earlier one between the same editions.

    Raises RuleBroken for a clause or an edition that is not there.
    """
    source, target = _edition(*correlation.source), _edition(*correlation.target)
    here, there = _by_number(source), _by_number(target)
    refuse(against(correlation, here, there))
    Mapping.objects.filter(source=source, target=target, ships=True).delete()
    mapping = Mapping.objects.create(
        source=source,
        target=target,
        basis=correlation.basis,
        confidence=correlation.confidence,
        ships=ships,
        sha256=sha256,
        loaded_at=timezone.now(),
    )
    _add_rows(mapping, correlation.rows, here, there)
    record("standards.mapping_loaded", source, target, by=by, sha256=sha256, rows=len(correlation.rows))
    return mapping


def _add_rows(mapping: Mapping, rows: Iterable[MappingRow], here: dict[str, Clause], there: dict[str, Clause]) -> None:
    told = dict(enumerate(rows))
    made = Correspondence.objects.bulk_create(
        Correspondence(mapping=mapping, position=at, source=here.get(row.source), relation=row.relation, note=row.note)
        for at, row in told.items()
    )
    ends = Correspondence.targets.through
    ends.objects.bulk_create(
        ends(correspondence_id=each.pk, clause_id=there[number].pk)
        for each in made
        for number in told[each.position].targets
    )


def _edition(standard: str, edition: str) -> Edition:
    found = edition_called(standard, edition)
    if found is None:
        raise RuleBroken(_("%(name)s is not loaded.") % {"name": f"{standard}:{edition}"}, code="edition_unknown")
    return found


def _by_number(edition: Edition) -> dict[str, Clause]:
    return {each.number: each for each in edition.clauses.all()}
