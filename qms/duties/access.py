"""Doors: load and permit in one function; what is hidden looks like what is missing."""

from enum import StrEnum
from typing import Any

from django.http import Http404

from qms.duties.models import Duty
from qms.duties.queries.listed import counts_of
from qms.duties.queries.others import visible
from qms.duties.rights import Can
from qms.organization.models import User
from qms.organization.queries import is_line_manager_of, may
from qms.organization.states import Scope


def require(person: User, *rights: StrEnum) -> None:
    """Raise Http404 unless a person holds one of these rights anywhere: for others the page does not exist."""
    if not any(may(person, right) for right in rights):
        raise Http404


def worker_for(viewer: User, key: int) -> User:
    """Return a person whose duties somebody may see: their own, their reports', or by right."""
    found = User.objects.select_related("site").filter(pk=key).first()
    if found is None:
        raise Http404
    if found.pk == viewer.pk or is_line_manager_of(viewer, found):
        return found
    if may(viewer, Can.SEE_ALL, Scope(site_id=found.site_id)):
        return found
    raise Http404


def panel_of(viewer: User, subject: User) -> dict[str, Any] | None:
    """Return what a person's page shows of their duties; None for a viewer who does not see them."""
    try:
        worker_for(viewer, subject.pk)
    except Http404:
        return None
    return {"subject": subject, "counts": counts_of(subject)}


def duty_to_move(viewer: User, key: int) -> Duty:
    """Return an open duty that somebody may give to another person."""
    require(viewer, Can.REASSIGN)
    found = visible(viewer).select_related("person", "asked_by").filter(pk=key, closed_at__isnull=True).first()
    if found is None:
        raise Http404
    return found
