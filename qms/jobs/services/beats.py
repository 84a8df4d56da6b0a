"""Signs of life."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from qms.jobs.models import Heartbeat

_OFTEN_ENOUGH = timedelta(seconds=25)
_CLOCK_WAS_SET_BACK = timedelta(minutes=1)


def beat(name: str) -> bool:
    """Note that a part lives, at most twice a minute; return whether this call noted it.

    It is a claim as well: of several that call at once, one is answered True. A time in the future (the clock was
    set back) does not hold anybody up.
    """
    now = timezone.now()
    old = Q(at__lte=now - _OFTEN_ENOUGH) | Q(at__gt=now + _CLOCK_WAS_SET_BACK)
    if Heartbeat.objects.filter(old, name=name).update(at=now):
        return True
    return Heartbeat.objects.get_or_create(name=name, defaults={"at": now})[1]
