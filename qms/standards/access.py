"""Doors to the library."""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import Http404

from qms.core.seams.evidence_status import Subject, status_sources
from qms.imports.models import ImportRun
from qms.organization.models import User
from qms.organization.queries import may
from qms.standards.models import Clause, Edition, Mapping, ScopeStatement
from qms.standards.queries import files_given, mappings
from qms.standards.queries.links import described, standing_links
from qms.standards.rights import Can

# So many records are linked at a time.
MOST_RECORDS = 500
M = TypeVar("M", bound=Model)


def require(person: User, right: Can) -> None:
    """Raise Http404 unless a person holds a right: the page does not exist for others."""
    if not may(person, right):
        raise Http404


def edition_for(person: User, key: int) -> Edition:
    """Return an edition to somebody who reads the library; raise Http404 otherwise."""
    return _found(person, Can.READ, Edition.objects.select_related("loaded_by"), key)


def edition_beside_scope(person: User, key: int) -> tuple[Edition, list[Edition]]:
    """Return an edition and the others of the scope that stands, in one question; raise Http404 as `edition_for`."""
    require(person, Can.READ)
    scoped = ScopeStatement.editions.through.objects.filter(scopestatement__valid_until=None).values("edition")
    found = {each.pk: each for each in Edition.objects.filter(Q(pk=key) | Q(pk__in=scoped)).order_by("standard")}
    if key not in found:
        raise Http404
    return found.pop(key), list(found.values())


def clause_for(person: User, key: int) -> Clause:
    """Return a clause, also a retired one, to somebody who reads the library; raise Http404 otherwise."""
    return _found(person, Can.READ, Clause.objects.select_related("edition"), key)


def mapping_for(person: User, key: int) -> Mapping:
    """Return a mapping to somebody who reads the library; raise Http404 otherwise."""
    return _found(person, Can.READ, mappings(), key)


def given_for(person: User, key: int) -> ImportRun:
    """Return a file that somebody gave to be loaded, to who may load it; raise Http404 otherwise."""
    return _found(person, Can.LOAD, files_given(), key)


def records_for(person: User, model: str, keys: Sequence[str]) -> dict[str, Subject]:
    """Return records of a kind that can be linked to clauses, of those a person may see; raise Http404 for none."""
    found = described(((model, key) for key in keys[:MOST_RECORDS]), person) if model in status_sources else {}
    if not found:
        raise Http404
    return {key: subject for (_model, key), subject in found.items()}


def link_panel(viewer: User, subject: Model) -> dict[str, Any] | None:
    """Return the clauses that a record is linked to, for a panel on its page; None for who does not read standards."""
    if not may(viewer, Can.READ):
        return None
    model, key = subject._meta.label_lower, str(subject.pk)
    return {"links": list(standing_links(model, [key])), "model": model, "key": key, "may": may(viewer, Can.LINK)}


def _found(person: User, right: Can, among: QuerySet[M], key: int) -> M:
    require(person, right)
    found = among.filter(pk=key).first()
    if found is None:
        raise Http404
    return found
