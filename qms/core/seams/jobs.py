"""The kinds of job: work that a worker does behind the page, with progress and with more than one attempt."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from django.utils.functional import Promise

from qms.core.seams.registry import Registry


class Progress(Protocol):
    """What a handler tells while it works."""

    def step(self, done: int, total: int, words: str = "") -> None:
        """Show how far it is and keep the job ours. Raises when the job was given to another worker."""


@dataclass(frozen=True)
class JobKind:
    """What a worker does for a job of this kind.

    `run` takes the arguments as they were given (canonical JSON: str, int, bool, None, lists, dicts) and the progress,
    and returns what the job's row keeps as its result, or None. It may be run again after a kill: it claims, or writes
    the same twice. RuleBroken ends the job at once with its words; anything else is tried again, up to `max_attempts`.
    `lease` is the longest time between two steps: after it the worker counts as lost and another one begins.
    """

    words: str | Promise
    run: Callable[[dict[str, Any], Progress], dict[str, Any] | None]
    max_attempts: int = 5
    lease: timedelta = timedelta(minutes=3)


job_kinds: Registry[JobKind] = Registry("kinds of job")
