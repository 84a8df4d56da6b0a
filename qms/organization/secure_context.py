"""Where passkeys work: https, or localhost by name; elsewhere the page says why not."""

from ipaddress import ip_address

from django.http import HttpRequest
from django.utils.translation import gettext as _


def why_no_passkeys(request: HttpRequest) -> str:
    """Return why passkeys are not offered at the address in use, in words; empty when they are.

    WebAuthn Level 2: a secure context, and a relying party that is a name, never an address in figures.
    """
    host = request.get_host()
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    if _is_figures(name.strip("[]")):
        return _("Passkeys need a name in the address: https with the name of this server, or http://localhost here.")
    if not request.is_secure() and name != "localhost":
        return _("Passkeys need a secure address (https), so they are not offered here.")
    return ""


def origin_of(request: HttpRequest) -> str:
    """Return the origin of this site as the browser names it."""
    return f"{'https' if request.is_secure() else 'http'}://{request.get_host()}"


def _is_figures(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
