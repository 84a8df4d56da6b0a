"""When a span holds."""

from datetime import datetime

from django.db.models import Q
from django.utils import timezone


def held(at: datetime | None = None) -> Q:
    """Return the condition under which a span holds at an instant (now when none is given)."""
    moment = at or timezone.now()
    return Q(valid_from__lte=moment) & (Q(valid_until__isnull=True) | Q(valid_until__gt=moment))
