"""Who asks, in the API."""

from rest_framework.request import Request

from qms.organization.models import User


def asking(request: Request) -> User:
    """Return the person for whom the token asks."""
    assert isinstance(request.user, User)
    return request.user
