"""Sessions that end when idle, and times shown in the person's own zone."""

import time
from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from qms.organization.models import User

Answer = Callable[[HttpRequest], HttpResponse]


class SessionLimits:
    """Ends a session that was idle too long or is older than a working day (trust 2.8); seen once a minute."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            started = request.session.setdefault("started", now)
            seen = request.session.get("seen", now)
            idle, absolute = settings.SESSION_IDLE.total_seconds(), settings.SESSION_ABSOLUTE.total_seconds()
            if now - seen > idle or now - started > absolute:
                logout(request)
            elif now - seen >= 60 or "seen" not in request.session:
                request.session["seen"] = now
        return self.get_response(request)


class OwnZone:
    """Activates the person's time zone and language; guests and people without one get the organization's."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, User):
            zone = request.user.time_zone or settings.TIME_ZONE
            with timezone.override(ZoneInfo(zone)), translation.override(request.user.language):
                return self.get_response(request)
        return self.get_response(request)
