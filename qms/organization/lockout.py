"""The lock after wrong passwords: whom a try was meant for, and what happens at the fifth (django-axes)."""

import logging
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from axes.signals import user_locked_out
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.db.models import Sum
from django.http import HttpRequest
from django.utils import timezone

from qms.core.throttle import client_address
from qms.organization.models import User
from qms.organization.services import note_lock

logger = logging.getLogger("qms.sign_in")


# So many wrong passwords from many addresses lock a person everywhere: one guesser may have many addresses.
FROM_EVERYWHERE = 20


class Handler(AxesDatabaseHandler):
    """Locks a person at the address from which wrong passwords come, so that nobody locks others out from afar.

    Five from one address lock there (ASVS 6.1.1), twenty from all addresses together lock everywhere.
    """

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Return how many wrong passwords count against a try from here."""
        here: int = super().get_failures(request, credentials)
        if here >= settings.AXES_FAILURE_LIMIT or _everywhere(request, credentials) < FROM_EVERYWHERE:
            return here
        return settings.AXES_FAILURE_LIMIT


def _everywhere(request: HttpRequest, credentials: dict[str, Any] | None) -> int:
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    tries = AccessAttempt.objects.filter(username=username(request, credentials), attempt_time__gt=since)
    found: int | None = tries.aggregate(number=Sum("failures_since_start"))["number"]
    return found or 0


def username(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """Return the user name that a try counts against, however the person was typed in: user name or e-mail."""
    given = credentials or {}
    typed = given.get("username") or given.get("email") or request.POST.get("login") or ""
    typed = str(typed).strip().lower()[:254]
    if "@" in typed:
        owner = User.objects.filter(email=typed).order_by("pk").values_list("username", flat=True).first()
        return owner or typed
    return typed


def address(request: HttpRequest) -> str | None:
    """Return the network address that a try counts against, behind proxies as well; None where none is known."""
    return client_address(request) or None


def listen() -> None:
    """Hear what the libraries say of sign-in; called once from `ready()`."""
    user_locked_out.connect(_locked, dispatch_uid="organization.locked")
    user_logged_in.connect(_signed_in, dispatch_uid="organization.signed_in")
    user_login_failed.connect(_failed, dispatch_uid="organization.failed")


def _locked(request: HttpRequest, username: str, ip_address: str, **_more: Any) -> None:
    """Write the lock down once: at the failure that reaches the limit, not at every try after it."""
    if getattr(request, "axes_failures_since_start", 0) == settings.AXES_FAILURE_LIMIT:
        note_lock(username=username, address=str(ip_address))
        logger.warning("Sign-in of %s locked, last try from %s", username, ip_address)


def _signed_in(request: HttpRequest | None, user: User, **_more: Any) -> None:
    logger.info("person:%s signed in from %s", user.pk, _address(request))


def _failed(request: HttpRequest | None = None, **_more: Any) -> None:
    logger.warning("A sign-in failed, from %s", _address(request))


def _address(request: HttpRequest | None) -> str:
    return str(getattr(request, "axes_ip_address", None) or "somewhere")
