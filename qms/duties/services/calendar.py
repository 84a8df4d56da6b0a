"""The secret address of a person's calendar: made, changed, taken away."""

import secrets

from django.db import transaction
from django.utils import timezone

from qms.core.actors import Actor
from qms.core.canonical import sha256
from qms.core.seams.after import Happening
from qms.duties.models import CalendarFeed
from qms.organization.models import User
from qms.trail.services import record


@transaction.atomic
def rotate_calendar(*, by: User) -> str:
    """Make a new secret address for one's own due days and return its token, which is shown once and kept as a hash.

    An address given out before answers 404 from now on.
    """
    token = secrets.token_urlsafe(32)
    feed, _made = CalendarFeed.objects.update_or_create(
        person=by, defaults={"token_hash": sha256(token), "made_at": timezone.now()}
    )
    record("duties.calendar_address_made", feed, by=by)
    return token


@transaction.atomic
def stop_calendar(*, by: User) -> None:
    """Take the secret address away, if there is one."""
    _end(by.pk, by)


def take_calendar_back(happening: Happening) -> None:
    """Take the address of somebody away who has left or whose account is taken back; they can make a new one."""
    _end(int(happening.subject_key), happening.by)


def _end(person_id: int, by: Actor) -> None:
    feed = CalendarFeed.objects.filter(person_id=person_id).first()
    if feed is not None:
        record("duties.calendar_address_ended", feed, by=by)
        feed.delete()
