"""Passwords are checked once, whatever was typed: time tells nobody who is known here (ASVS 6.3.8)."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from qms.organization.models import User
from qms.organization.queries import person_typed


class OneCheck(AuthenticationBackend):
    """The library's check of a password, for the one person whom a user name or an address means.

    The library tries an address as user name and as address, and hashes for each. For nobody it hashes once as well.
    """

    def _authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        typed = credentials.get("username") or credentials.get("email") or ""
        found: User | None = self._check_password(person_typed(str(typed)), credentials["password"])
        return found
