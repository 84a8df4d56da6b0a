"""Counting who asks how often, for the pages that answer without signing in and for tokens."""

import time
from contextlib import suppress
from hashlib import sha256
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest


def within(scope: str, who: str, *, most: int, seconds: int) -> bool:
    """Count one more request of somebody in a scope; return whether it is within `most` in so many seconds.

    Each stretch of time is counted by itself, so that what ends while somebody counts can be nobody's.
    """
    counts, key = caches["counts"], f"throttle-{scope}-{sha256(who.encode()).hexdigest()}"
    ends = (int(time.time()) // seconds + 1) * seconds
    counts.add(key, 0, timeout=2 * seconds, version=ends)
    return counts.incr(key, version=ends) <= most


def client_address(request: HttpRequest) -> str:
    """Return the address of the client: what the connection says, or what as many proxies as are set have passed on.

    What a proxy passes on and is no address counts as not passed on; a port after it is left out.
    """
    passed = [each.strip() for each in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if each.strip()]
    if settings.PROXIES and len(passed) >= settings.PROXIES:
        found = _address(passed[-settings.PROXIES])
        if found:
            return found
    return str(request.META.get("REMOTE_ADDR", ""))


def _address(text: str) -> str:
    with suppress(ValueError):
        return _plain(text)
    with suppress(ValueError):
        return _plain(urlsplit(f"//{text}").hostname or "")
    return ""


def _plain(text: str) -> str:
    return str(ip_address(text.partition("%")[0]))
