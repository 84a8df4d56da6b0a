"""Whose calendar an address opens."""

from qms.core.canonical import sha256
from qms.duties.models import CalendarFeed
from qms.duties.queries.listed import Listed, described
from qms.duties.queries.owed import open_duties
from qms.organization.models import User

MOST_EVENTS = 500


def calendar_feed(person: User) -> CalendarFeed | None:
    """Return the calendar address of a person, as far as it is known here: since when, but not what it is."""
    return CalendarFeed.objects.filter(person=person).first()


def person_of_calendar(token: str) -> User | None:
    """Return the person whose calendar a token opens; None for a token that is none any more, or a person who left."""
    feed = CalendarFeed.objects.select_related("person").filter(token_hash=sha256(token)).first()
    return feed.person if feed is not None and feed.person.is_active else None


def calendar_rows(person: User) -> list[Listed]:
    """Return the duties of a person that have a due day, as their calendar shows them."""
    return described(open_duties(person).filter(due_on__isnull=False)[:MOST_EVENTS])
