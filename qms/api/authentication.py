"""Who asks: a token in the Authorization header (RFC 6750), never a session, so that no page can use a sign-in."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from qms.api.models import ApiToken
from qms.api.queries import live_token
from qms.api.services import note_use
from qms.api.states import TokenScope
from qms.organization.models import User
from qms.organization.queries import owes_second_factor

if TYPE_CHECKING:
    # DRF reads this file while its views are being made.
    from rest_framework.views import APIView


class TokenAuthentication(BaseAuthentication):
    """A live token of a person who is here; the trail then names the token."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Return person and token, or None without a header; raise AuthenticationFailed (401) for any other token, and
        PermissionDenied (403) while a role of its person asks for a second factor that they do not have.
        """
        kind, _space, secret = get_authorization_header(request).decode("latin-1").partition(" ")
        if kind.lower() != "bearer":
            return None
        token = live_token(secret.strip())
        if token is None:
            raise AuthenticationFailed(_("This token is unknown, has ended or was revoked."))
        if owes_second_factor(token.person):
            raise PermissionDenied(_("Your role asks for a second factor. Set one up; then this token works again."))
        note_use(token)
        token.person.acting_key = f"token:{token.pk}"
        return token.person, token

    def authenticate_header(self, request: Request) -> str:
        """Return what a refused client is told to send."""
        return 'Bearer realm="api"'


class WithinScope(BasePermission):
    """A token that may only read is refused everything that changes something."""

    message = _("This token may only read.")

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Return whether the scope of the token covers the method."""
        scope = getattr(request.auth, "scope", "")
        return request.method in SAFE_METHODS or scope == TokenScope.WRITE
