"""Doors of the front rooms."""

from enum import StrEnum

from django.http import Http404

from qms.organization.models import User
from qms.organization.queries import may


def require(person: User, right: StrEnum) -> None:
    """Raise Http404 unless a person holds a right anywhere: the page does not exist for others."""
    if not may(person, right):
        raise Http404
