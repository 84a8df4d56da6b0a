"""Doors to the library."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404

from qms.imports.models import ImportRun
from qms.organization.models import User
from qms.organization.queries import may
from qms.standards.models import Clause, Edition, Mapping
from qms.standards.queries import files_given, mappings
from qms.standards.rights import Can

M = TypeVar("M", bound=Model)


def require(person: User, right: Can) -> None:
    """Raise Http404 unless a person holds a right: the page does not exist for others."""
    if not may(person, right):
        raise Http404


def edition_for(person: User, key: int) -> Edition:
    """Return an edition to somebody who reads the library; raise Http404 otherwise."""
    return _found(person, Can.READ, Edition.objects.select_related("loaded_by"), key)


def clause_for(person: User, key: int) -> Clause:
    """Return a clause, also a retired one, to somebody who reads the library; raise Http404 otherwise."""
    return _found(person, Can.READ, Clause.objects.select_related("edition"), key)


def mapping_for(person: User, key: int) -> Mapping:
    """Return a mapping to somebody who reads the library; raise Http404 otherwise."""
    return _found(person, Can.READ, mappings(), key)


def given_for(person: User, key: int) -> ImportRun:
    """Return a file that somebody gave to be loaded, to who may load it; raise Http404 otherwise."""
    return _found(person, Can.LOAD, files_given(), key)


def _found(person: User, right: Can, among: QuerySet[M], key: int) -> M:
    require(person, right)
    found = among.filter(pk=key).first()
    if found is None:
        raise Http404
    return found
