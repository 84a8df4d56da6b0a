"""Counting who asks how often, for the few pages that answer without signing in."""

from hashlib import sha256

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest


def within(scope: str, who: str, *, most: int, seconds: int) -> bool:
    """Count one more request of somebody in a scope; return whether it is within `most` in so many seconds."""
    key = f"throttle:{scope}:{sha256(who.encode()).hexdigest()}"
    if cache.add(key, 1, timeout=seconds):
        return True
    try:
        return cache.incr(key) <= most
    except ValueError:
        # It ran out between the two: a new stretch of time begins.
        cache.set(key, 1, timeout=seconds)
        return True


def client_address(request: HttpRequest) -> str:
    """Return the address of the client: what the connection says, or what as many proxies as are set have passed on."""
    proxies: int = settings.AXES_IPWARE_PROXY_COUNT or 0
    passed = [each.strip() for each in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if each.strip()]
    if proxies and len(passed) >= proxies:
        return str(passed[-proxies])
    return str(request.META.get("REMOTE_ADDR", ""))
