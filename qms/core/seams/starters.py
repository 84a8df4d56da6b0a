"""What can be raised from any record: an action, and what rooms above raise. The page of the record shows the ways."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from qms.core.seams.registry import Registry


@dataclass(frozen=True)
class Starter:
    """One thing that can be raised: its words, its icon, the address for a record (model, key), and who may."""

    label: Promise
    icon: str
    url: Callable[[str, str], str]
    shown: Callable[[Any], bool]


@dataclass(frozen=True)
class Start:
    """A way to raise something from one record."""

    label: str
    icon: str
    url: str


# Keys such as `10.action` order them.
starters: Registry[Starter] = Registry("what is raised from a record")


def starts_from(viewer: object, model: str, key: object) -> list[Start]:
    """Return what somebody may raise from a record, in key order."""
    return [Start(str(each.label), each.icon, each.url(model, str(key))) for each in starters if each.shown(viewer)]
