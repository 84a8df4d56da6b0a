"""Settings of the organization, kept as spans, and a person's own preferences."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.core.actors import Actor
from qms.core.canonical import dumps
from qms.core.errors import RuleBroken
from qms.organization.models import Setting, User
from qms.organization.queries import setting, settings_box
from qms.organization.rights import Can
from qms.organization.services.checks import one_at_a_time, require, written
from qms.organization.setting_kinds import Input, SettingKind, declared

THEMES = ("auto", "light", "dark")
_OWN = frozenset({"language", "time_zone", "theme", "shortcuts"})


@transaction.atomic
def change_setting(*, key: str, value: Any, by: Actor) -> bool:
    """Let a setting hold from now on; return whether that is a change.

    The span before is closed, a new one opened. Raises NotPermitted without the right and RuleBroken for a value
    outside what its declaration allows. An undeclared key takes any canonical value, from the system alone.
    """
    one_at_a_time()
    kind = declared().get(key)
    require(by, Can.CHANGE_SETTINGS)
    if kind is None and by.person_id is not None:
        raise RuleBroken(_("There is no such setting."))
    if kind is not None:
        refuse_value(kind, value)
    return hold(key=key, value=value, by=by)


def hold(*, key: str, value: Any, by: Actor) -> bool:
    """Close the span of a setting and open the next, inside the transaction of a verb that has asked for the right."""
    before = setting(key)
    if before == value:
        return False
    now = timezone.now()
    Setting.objects.select_for_update().filter(key=key, valid_until__isnull=True).update(valid_until=now)
    row = Setting.objects.create(key=key, value=dumps(value), valid_from=now)
    box = settings_box.get()
    if box is not None:
        box.values = None
    written("setting_changed", row, by=by, key=key, old=before, new=value)
    return True


def refuse_value(kind: SettingKind, value: Any) -> None:
    """Raise RuleBroken for a value that the setting does not take."""
    if not _TAKES[kind.input](kind, value):
        raise RuleBroken(_("“%(words)s” does not take this value.") % {"words": kind.words}, code="bad_value")


@transaction.atomic
def change_preferences(*, person: User, **changes: Any) -> User:
    """Change a person's own language, time zone, theme or keyboard shortcuts.

    Raises RuleBroken for a value there is none of, TypeError for any other field.
    """
    if not changes.keys() <= _OWN:
        raise TypeError(f"no preferences: {sorted(changes.keys() - _OWN)}")
    _refuse_preferences(changes)
    changed = {key: [getattr(person, key), value] for key, value in changes.items() if getattr(person, key) != value}
    if not changed:
        return person
    for field, value in changes.items():
        setattr(person, field, value)
    person.save(update_fields=list(changed))
    written("preferences_changed", person, by=person, changed=changed)
    return person


def _refuse_preferences(changes: dict[str, Any]) -> None:
    known = (
        changes.get("language", settings.LANGUAGE_CODE) in dict(settings.LANGUAGES)
        and changes.get("theme", THEMES[0]) in THEMES
        and is_zone(changes.get("time_zone") or "UTC")
        and isinstance(changes.get("shortcuts", True), bool)
    )
    if not known:
        raise RuleBroken(_("This preference is not known here."), code="bad_value")


def is_zone(name: str) -> bool:
    """Return whether a name is a time zone of the IANA database."""
    return name in available_timezones() and ZoneInfo(name).key == name


def _number(kind: SettingKind, value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int):
        return False
    return (kind.minimum is None or value >= kind.minimum) and (kind.maximum is None or value <= kind.maximum)


def _text(_kind: SettingKind, value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= 200 and value.isprintable()


_TAKES: dict[Input, Callable[[SettingKind, Any], bool]] = {
    Input.TEXT: _text,
    Input.NUMBER: _number,
    Input.SWITCH: lambda _kind, value: isinstance(value, bool),
    Input.CHOICE: lambda kind, value: value in {choice for choice, _words in kind.choices},
    Input.ZONE: lambda _kind, value: isinstance(value, str) and is_zone(value),
}
