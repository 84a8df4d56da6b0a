"""Time zones to choose from."""

from functools import cache
from zoneinfo import available_timezones

_PLACES = ("Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")


@cache
def zone_choices() -> list[tuple[str, str]]:
    """Return the zones of the IANA database that are named for a place, and UTC, with words to show."""
    named = sorted(zone for zone in available_timezones() if zone.startswith(_PLACES))
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in named)]
