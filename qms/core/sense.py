"""A net for what nothing takes: NUL in an address or a form, numbers beyond every key, JSON nested without end."""

from collections.abc import Callable
from typing import Any

from django.db import DataError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.defaults import page_not_found

Answer = Callable[[HttpRequest], HttpResponse]


class Sense:
    """No record has such a name: an address that makes no sense is not found, a form is told so (422)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Return the page for an address or a form with NUL in it; None lets everything else go on.

        A form that carries files is not read here: nobody has asked for them yet. The API refuses in its own shape.
        """
        if request.path.startswith("/api/"):
            return None
        if "\x00" in request.path or _has_nul(request.GET):
            return page_not_found(request, ValueError())
        plain = request.content_type == "application/x-www-form-urlencoded"
        return _not_taken(request) if plain and _has_nul(request.POST) else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the page for a number or a text that the database does not take, or no parser."""
        if not (out_of_range(exception) or too_deep(exception)):
            return None
        return page_not_found(request, exception) if request.method in {"GET", "HEAD"} else _not_taken(request)


def out_of_range(exception: BaseException | None) -> bool:
    """Return whether a value was refused for what it is: by SQLite with OverflowError, by PostgreSQL with DataError,
    by Python where a number has thousands of digits."""
    if isinstance(exception, ValueError):
        return any(sign in str(exception) for sign in ("NUL (0x00)", "for integer string conversion"))
    return isinstance(exception, DataError) or (
        isinstance(exception, OverflowError) and "SQLite INTEGER" in str(exception)
    )


def too_deep(exception: BaseException | None) -> bool:
    """Return whether JSON was nested more deeply than its parser goes (RFC 8259, 9)."""
    return isinstance(exception, RecursionError) and "decoding a JSON" in str(exception)


def _has_nul(given: QueryDict) -> bool:
    return any("\x00" in text for name, texts in given.lists() for text in (name, *texts))


def _not_taken(request: HttpRequest) -> HttpResponse:
    words = _("Something in what was sent cannot be taken.")
    return render(request, "errors/refused.html", {"message": words, "back": "/", "written": ""}, status=422)
