"""The product and the bare site, asked in this process through WSGI, as a server would ask them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True)
class Site:
    """An application, and the headers of whoever asks."""

    application: Application
    headers: dict[str, str]

    def get(self, address: str) -> bytes:
        """Return the body of a page; raise AssertionError unless it is there."""
        path, _mark, query = address.partition("?")
        environ: dict[str, Any] = {"PATH_INFO": path, "QUERY_STRING": query, "REMOTE_ADDR": "127.0.0.1", **self.headers}
        setup_testing_defaults(environ)
        environ["HTTP_HOST"] = "localhost"
        told: list[str] = []
        answer = self.application(environ, lambda status, _headers, _error=None: told.append(status))
        body = b"".join(answer)
        if close := getattr(answer, "close", None):
            close()
        assert told[0].startswith("200"), f"{address}: {told[0]} {body[:300]!r}"
        return body


def cookie_of(person: int) -> dict[str, str]:
    """Return the header of somebody who is signed in."""
    client = Client()
    client.force_login(get_user_model()._default_manager.get(pk=person))
    kept = SimpleCookie({settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value})
    return {"HTTP_COOKIE": kept.output(header="", sep="; ").strip()}
