"""Questions to the settings of the organization, and what day it is there."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from qms.organization.models import Setting
from qms.organization.queries.spans import held
from qms.organization.setting_kinds import default_of


@dataclass
class Box:
    """Settings as one request has read them; None until the first question."""

    values: dict[str, Any] | None = None


# The middleware puts a box here for each request; the first question fills it, a change empties it.
settings_box: ContextVar[Box | None] = ContextVar("settings_box", default=None)


@contextmanager
def settings_read_once() -> Iterator[None]:
    """Read all settings at most once inside this block, as a request does; for work that has no request."""
    if settings_box.get() is not None:
        yield
        return
    token = settings_box.set(Box())
    try:
        yield
    finally:
        settings_box.reset(token)


def setting(key: str, default: Any = None, *, at: datetime | None = None) -> Any:
    """Return a setting as it holds at an instant (now when none is given), else its default."""
    if at is not None:
        row = Setting.objects.filter(held(at), key=key).values_list("value", flat=True).first()
        return json.loads(row) if row is not None else default_of(key, default)
    box = settings_box.get() or Box()
    if box.values is None:
        box.values = {row.key: json.loads(row.value) for row in Setting.objects.filter(held())}
    return box.values.get(key, default_of(key, default))


def organization_zone() -> ZoneInfo:
    """Return the organization's time zone."""
    return ZoneInfo(setting("organization.zone"))


def organization_day(at: datetime) -> date:
    """Return the day of an instant as the organization counts it: the same for everybody, in whatever zone they sit."""
    return at.astimezone(organization_zone()).date()


def end_of_day(day: date) -> datetime:
    """Return the last instant of a day as the organization counts it."""
    return datetime.combine(day, time.max, organization_zone())


def today() -> date:
    """Return the day in the organization's zone: the day of every `due_on` and of "overdue"."""
    return organization_day(timezone.now())
