"""Doors to moves."""

from django.http import Http404

from qms.organization.models import User
from qms.organization.queries import may
from qms.standards.models import Mapping
from qms.transition.models import Line, Project
from qms.transition.queries import lines, moves_possible, projects
from qms.transition.rights import Can


def require(person: User, right: Can) -> None:
    """Raise Http404 unless a person holds a right: the page does not exist for others."""
    if not may(person, right):
        raise Http404


def project_for(person: User, key: int) -> Project:
    """Return a move to who reads them; raise Http404 otherwise."""
    require(person, Can.READ)
    found = projects().filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def line_for(person: User, key: int) -> Line:
    """Return a line of a move to who reads them; raise Http404 otherwise."""
    require(person, Can.READ)
    found = lines().filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def mapping_to_start(person: User, key: int) -> Mapping:
    """Return a mapping by which a person may start a move; raise Http404 otherwise."""
    require(person, Can.RUN)
    found = next((each for each in moves_possible() if each.pk == key), None)
    if found is None:
        raise Http404
    return found


def line_name(person: User, key: str) -> str | None:
    """Return what a line is called where an action comes from it; None to who does not see it."""
    if not may(person, Can.READ) or not key.isdecimal():
        return None
    found = lines().filter(pk=int(key)).first()
    return str(found) if found else None
