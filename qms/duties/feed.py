"""Due days as a calendar (RFC 5545): all-day events with the address where each duty is done."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from qms.duties.queries.listed import Listed

REFRESH = timedelta(hours=6)


def calendar_of(name: str, rows: Iterable[Listed], *, base_url: str, host: str) -> bytes:
    """Return the bytes of an .ics file with one event for each duty that has a due day."""
    calendar = Calendar()
    calendar.add("prodid", "-//QMS//Duties//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for row in rows:
        if row.duty.due_on is not None:
            calendar.add_component(_event(row, row.duty.due_on, base_url, host))
    return bytes(calendar.to_ical())


def _event(row: Listed, due_on: date, base_url: str, host: str) -> Event:
    event = Event()
    event.add("uid", f"duty-{row.duty.pk}@{host}")
    event.add("dtstamp", _stamp(row.duty.opened_at))
    event.add("dtstart", due_on)
    event.add("dtend", due_on + timedelta(days=1))
    event.add("summary", f"{row.words}: {row.title}" if row.item else str(row.words))
    event.add("transp", "TRANSPARENT")
    if row.item:
        event.add("url", f"{base_url}{row.item.url}")
        event.add("description", _("Open it here: %(url)s") % {"url": f"{base_url}{row.item.url}"})
    return event


def _stamp(at: datetime) -> datetime:
    return at.replace(microsecond=0)
