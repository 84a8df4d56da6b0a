"""What can be set: each room declares its settings, one page shows them, spans keep what held when. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


class Input(StrEnum):
    """How a setting is typed in."""

    TEXT = "text"
    NUMBER = "number"
    SWITCH = "switch"
    CHOICE = "choice"
    ZONE = "zone"


GROUP = _("Organization")


@dataclass(frozen=True)
class SettingKind:
    """One setting of the organization: its key, its words, what holds until somebody changes it, and its limits.

    `at_least` is the key of a setting whose value this one may not fall below.
    """

    key: str
    words: Words
    default: Any
    input: Input = Input.TEXT
    help: Words = ""
    group: Words = GROUP
    minimum: int | None = None
    maximum: int | None = None
    at_least: str = ""
    choices: tuple[tuple[str, Words], ...] = ()


_declared: dict[str, SettingKind] = {}


def declare(kinds: Iterable[SettingKind]) -> None:
    """Add settings of a room; called from its `plugs.py`. Raises ValueError for a key that is taken."""
    for kind in kinds:
        if kind.key in _declared:
            raise ValueError(f"the setting {kind.key!r} is declared already")
        _declared[kind.key] = kind


def declared() -> dict[str, SettingKind]:
    """Return every declared setting by key, in the order in which rooms declared them."""
    return dict(_declared)


def default_of(key: str, otherwise: Any = None) -> Any:
    """Return what a setting is before anybody has changed it."""
    kind = _declared.get(key)
    return kind.default if kind else otherwise
