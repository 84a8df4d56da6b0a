"""Which logo the organization has."""

from qms.organization.models import Logo
from qms.organization.queries.options import setting


def logo_in_use() -> Logo | None:
    """Return the logo that prints and pages carry now, or None."""
    sha256 = setting("organization.logo", "")
    return logo_with(sha256) if sha256 else None


def logo_with(sha256: str) -> Logo | None:
    """Return a logo by its hash, also one that was in use before; None for an unknown hash."""
    return Logo.objects.filter(sha256=sha256).first()
