"""The rail: each room names its places and says who is shown them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from qms.core.seams.registry import Registry


@dataclass(frozen=True)
class Place:
    """One place in the rail, or among the settings at its foot. Keys such as `10.work` order them.

    `short` is the word for the bar of a phone, where the label would be cut off.
    """

    label: Promise
    url_name: str
    icon: str
    shown: Callable[[Any], bool]
    settings: bool = False
    counts_duties: bool = False
    short: Promise | None = None


navigation: Registry[Place] = Registry("places in the rail")
