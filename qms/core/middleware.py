"""Headers on every answer, and one place where a refusal becomes words for people."""

import logging
import sys
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views import defaults

from qms.core.errors import NoRoom, NotPermitted, RuleBroken, no_room

logger = logging.getLogger(__name__)

STATUS: dict[type[RuleBroken], int] = {NotPermitted: 403, NoRoom: 507}

LONGEST_NAME = 80  # letters of a host's name that are shown

# The fields in which people write sentences.
WORDS = ("reason", "words", "text", "answer")

Answer = Callable[[HttpRequest], HttpResponse]


class Headers:
    """Cross-origin isolation, and no storing of pages that only a signed-in person may see."""

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
        context = {"message": str(exception), "back": back, "written": _written(request)}
        return render(request, "errors/refused.html", context, status=status)


def _written(request: HttpRequest) -> str:
    """Return the words that came with a refused form, so that they are not lost with it."""
    return "\n\n".join(text for name in WORDS if (text := request.POST.get(name, "").strip()))


def not_understood(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the page for a request that makes no sense or calls us by another name, 400, or is too large, 413."""
    if isinstance(exception, DisallowedHost):
        name = Truncator(request.META.get("HTTP_HOST", "")).chars(LONGEST_NAME)
        return HttpResponse(render_to_string("errors/unknown_name.html", {"name": name}), status=400)
    if not isinstance(exception, RequestDataTooBig):
        return defaults.bad_request(request, exception)
    words = _("This is too large. A file may have %(most)s; nothing of it was kept.")
    return _told(words % {"most": filesizeformat(settings.MAX_UPLOAD_BYTES)}, 413)


def failed(request: HttpRequest) -> HttpResponse:
    """Return the page for a failure nobody foresaw, 500, or for a disk that filled up outside a view, 507.

    A file is put beside while the request is read, which is before any view and its middleware are asked.
    """
    if not no_room(sys.exc_info()[1]):
        return defaults.server_error(request)
    return _told(str(NoRoom()), STATUS[NoRoom])


def _told(words: str, status: int) -> HttpResponse:
    return HttpResponse(render_to_string("errors/unkept.html", {"message": words}), status=status)
