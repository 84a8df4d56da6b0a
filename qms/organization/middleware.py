"""Sessions that end when idle, settings read once a request, and times shown in the person's own zone."""

import time
from collections.abc import Callable
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from qms.organization.models import User
from qms.organization.queries import organization_zone, owes_second_factor, settings_box
from qms.organization.queries.options import Box

Answer = Callable[[HttpRequest], HttpResponse]

# Last-seen is written at most once a minute.
NOTICE_SECONDS = 60


class SessionLimits:
    """Ends a session that was idle too long or is older than a working day, and sends htmx to sign in as a page.

    Rules: an idle and an absolute end (OWASP ASVS 7.3.1, 7.3.2); nothing left behind after signing out.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        signed_in = request.user.is_authenticated
        if signed_in and not _still_open(request):
            logout(request)
        response = self.get_response(request)
        if signed_in and not request.user.is_authenticated:
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return _as_page(request, response)


def _still_open(request: HttpRequest) -> bool:
    now = int(time.time())
    started = int(request.session.setdefault("started", now))
    seen = int(request.session.get("seen", now))
    if now - seen > settings.SESSION_IDLE.total_seconds() or now - started > settings.SESSION_ABSOLUTE.total_seconds():
        return False
    if now - seen >= NOTICE_SECONDS or "seen" not in request.session:
        request.session["seen"] = now
    return True


def _as_page(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Answer a part of a page that was sent to sign in with the whole page to go to (204 and HX-Redirect)."""
    goal = response.headers.get("Location", "")
    if request.headers.get("HX-Request") != "true" or not goal.startswith(resolve_url(settings.LOGIN_URL)):
        return response
    page = urlsplit(request.headers.get("HX-Current-URL", "")).path or "/"
    address = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': page})}"
    return HttpResponse(status=204, headers={"HX-Redirect": address})


class OwnZone:
    """Activates the person's time zone and language; people without a zone get the organization's.

    A guest costs no query: `/healthz` must answer without a database.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = settings_box.set(Box())
        try:
            return self._answer(request)
        finally:
            settings_box.reset(token)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if not isinstance(request.user, User):
            return self.get_response(request)
        zone = ZoneInfo(request.user.time_zone) if request.user.time_zone else organization_zone()
        with timezone.override(zone), translation.override(spoken(request.user.language)):
            return self.get_response(request)


class SecondFactor:
    """Leads who holds a role that asks for a second factor to set one up, before anything else (ASVS 6.3.3).

    Signing in and out, the password and the pages of second factors themselves stay open, and so is what is public.
    """

    OPEN = ("/accounts/", "/static/", "/healthz", "/c/", "/logo/")

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not isinstance(request.user, User) or request.path.startswith(self.OPEN):
            return self.get_response(request)
        if not owes_second_factor(request.user):
            return self.get_response(request)
        goal = resolve_url("mfa_index")
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(status=204, headers={"HX-Redirect": goal})
        messages.warning(request, _("Your role asks for a second factor. Set up an app or a passkey to go on."))
        return redirect(goal)


def spoken(language: str) -> str:
    """Return the language of the pages for a person: theirs where the product speaks it, else the default."""
    try:
        return translation.get_supported_language_variant(language)
    except LookupError:
        return settings.LANGUAGE_CODE
