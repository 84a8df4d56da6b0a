"""Doors: load and permit in one function; what is hidden looks like what is missing."""

from enum import StrEnum

from django.http import Http404

from qms.core.errors import NotPermitted
from qms.organization.models import RoleAssignment, RosterImport, Site, Team, User
from qms.organization.queries import demo_logins, is_line_manager_of, may
from qms.organization.rights import Can


def require_any(person: User, *rights: StrEnum) -> None:
    """Raise Http404 unless a person holds one of these rights anywhere: for others the page does not exist."""
    if not any(may(person, right) for right in rights):
        raise Http404


def person_for(viewer: User, key: int) -> User:
    """Return a person whose page somebody may open: everybody's by right, one's own, and one's reports'."""
    found = User.objects.filter(pk=key).select_related("site", "line_manager").first()
    if found is None:
        raise Http404
    if found.pk == viewer.pk or may(viewer, Can.SEE_PEOPLE) or is_line_manager_of(viewer, found):
        return found
    raise Http404


def account_for(viewer: User, key: int, *rights: StrEnum) -> User:
    """Return a person whose account or place somebody may change; Http404 unseen, NotPermitted without the right."""
    person = person_for(viewer, key)
    if not any(may(viewer, right) for right in rights or (Can.ACCOUNTS,)):
        raise NotPermitted("")
    return person


def assignment_for(viewer: User, person_key: int, key: int) -> RoleAssignment:
    """Return a role assignment of a person whose page somebody may open."""
    person = person_for(viewer, person_key)
    found = person.assignments.select_related("site", "process").filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def site_for(viewer: User, key: int) -> Site:
    """Return a site for somebody who may see or change the structure."""
    require_any(viewer, Can.SEE_PEOPLE, Can.CHANGE_STRUCTURE)
    found = Site.objects.filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def team_for(viewer: User, key: int) -> Team:
    """Return a team for somebody who may see people."""
    require_any(viewer, Can.SEE_PEOPLE, Can.CHANGE_STRUCTURE)
    found = Team.objects.select_related("site", "process").filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def roster_import_for(viewer: User, key: int) -> RosterImport:
    """Return an import of people for the person who uploaded it."""
    found = RosterImport.objects.filter(pk=key, uploaded_by=viewer).first()
    if found is None:
        raise Http404
    return found


def demo_person(username: str) -> User:
    """Return a person whom the demo offers in one click; raise Http404 for anybody else and outside demo mode."""
    if username not in {login.username for login in demo_logins()}:
        raise Http404
    return User.objects.get(username=username)
