"""Doors to processes."""

from django.http import Http404
from django.urls import reverse

from qms.core.keyset import is_key
from qms.organization.models import Process, User
from qms.organization.queries import may
from qms.organization.rights import Can as OrganizationCan
from qms.processes.queries import may_describe
from qms.processes.rights import Can


def require_sight(person: User) -> None:
    """Raise Http404 unless a person may see the processes."""
    if not may(person, Can.SEE):
        raise Http404


def may_change(person: User) -> bool:
    """Return whether a person may make processes and change number, name, owner and site of one."""
    return may(person, OrganizationCan.CHANGE_STRUCTURE)


def require_to_change(person: User) -> None:
    """Raise Http404 unless a person may make processes and change them."""
    if not may_change(person):
        raise Http404


def process_for(person: User, key: int) -> Process:
    """Return a process that a person may see; raise Http404 otherwise."""
    require_sight(person)
    found = Process.objects.select_related("owner", "site").filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def process_to_describe(person: User, key: int) -> Process:
    """Return a process of which a person may say what it takes, gives and needs; raise Http404 otherwise."""
    found = process_for(person, key)
    if not may_describe(person, found):
        raise Http404
    return found


def name_of(person: User, key: str) -> str | None:
    """Return what a process is called to whoever sees the processes, None to others."""
    found = Process.objects.filter(pk=int(key)).first() if is_key(key) and may(person, Can.SEE) else None
    return str(found) if found else None


def address_of(key: str) -> str:
    """Return the sheet of a process."""
    return reverse("processes:sheet", args=[key])
