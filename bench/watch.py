"""Watching what a piece of work costs: time beside its limit, and queries."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from django.db import connection

Act = Callable[[], object]


@dataclass
class Queries:
    """The statements that went to the database while they were counted."""

    statements: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many, without those that begin and end transactions."""
        return sum(
            not each.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")) for each in self.statements
        )


@contextmanager
def counted() -> Iterator[Queries]:
    """Count the queries of this connection until the block ends."""
    found = Queries()

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        found.statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found


def seconds(act: Callable[..., object], *given: object) -> float:
    """Return how long one call takes."""
    start = time.perf_counter()
    act(*given)
    return time.perf_counter() - start


def beside(ours: Act, limit: Act, rounds: int) -> tuple[float, float]:
    """Return the median seconds of our work and of its limit, turn by turn so that the machine's moods hit both."""
    for act in (ours, limit):
        act()
        act()
    pairs = [(seconds(ours), seconds(limit)) for _round in range(rounds)]
    return median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)


def percentile(values: list[float], share: float) -> float:
    """Return the value below which so large a share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
