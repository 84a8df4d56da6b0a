"""Headers on every answer, and one place where a refusal becomes words for people."""

import logging
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from qms.core.errors import NoRoom, NotPermitted, RuleBroken, no_room

logger = logging.getLogger(__name__)

STATUS: dict[type[RuleBroken], int] = {NotPermitted: 403, NoRoom: 507}

Answer = Callable[[HttpRequest], HttpResponse]


class Headers:
    """Cross-origin isolation, and no storing of pages that only a signed-in person may see (trust 2.8, 2.11)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Embedder-Policy", "require-corp")
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class Refusals:
    """A broken rule is an answer, not a crash: the rule's own words, 403 or 409, where the person is."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the page for a RuleBroken, and for a disk that is full; None lets everything else go on."""
        if no_room(exception):
            logger.error("There is no room left.", exc_info=exception)
            exception = NoRoom()
        if not isinstance(exception, RuleBroken):
            return None
        status = STATUS.get(type(exception), 409)
        back = request.headers.get("Referer", "")
        if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
            back = "/"
        messages.set_level(request, messages.INFO)
        return render(request, "errors/refused.html", {"message": str(exception), "back": back}, status=status)
