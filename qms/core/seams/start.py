"""The first steps with one's own data: each room names the screen on which its step is taken, and when it is done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from qms.core.seams.registry import Registry


@dataclass(frozen=True)
class StartStep:
    """One step: what it is called, what it is for, where it is taken, who may, and what is there once it is done.

    `own` marks the step by which somebody who looks at the demo begins with what is their own.
    """

    title: Promise
    words: Promise
    label: Promise
    url_name: str
    icon: str
    shown: Callable[[Any], bool]
    done: Callable[[], QuerySet[Any]]
    own: bool = False


# Keys such as `10.organization` order them.
start_steps: Registry[StartStep] = Registry("first steps with one's own data")
