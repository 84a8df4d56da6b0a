"""Doors: load and permit in one function; what is hidden looks like what is missing."""

from django.http import Http404

from qms.organization.models import User
from qms.organization.queries import may
from qms.signatures.models import SeparationException
from qms.signatures.queries import all_exceptions
from qms.signatures.rights import Can


def require(person: User, right: Can) -> None:
    """Raise Http404 unless a person holds a right anywhere: for others the page does not exist."""
    if not may(person, right):
        raise Http404


def exception_to_see(person: User, key: int) -> SeparationException:
    """Return an exception for somebody who may see exceptions; raise Http404 otherwise."""
    require(person, Can.SEE_EXCEPTIONS)
    found = all_exceptions().filter(pk=key).first()
    if found is None:
        raise Http404
    return found
