"""Who is asking."""

from django.http import Http404, HttpRequest

from qms.organization.models import User


def signed_in(request: HttpRequest) -> User:
    """Return the person who is signed in; raise Http404 for a guest, whom the middleware sends to sign in anyway."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user
