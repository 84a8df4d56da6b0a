"""Doors to tokens."""

from django.http import Http404

from qms.api.models import ApiToken
from qms.api.queries import tokens_of
from qms.organization.models import User


def token_for(person: User, key: int) -> ApiToken:
    """Return one of a person's own tokens; raise Http404 otherwise."""
    found = tokens_of(person).filter(pk=key).first()
    if found is None:
        raise Http404
    return found
