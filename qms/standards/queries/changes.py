"""What changed of the evidence status of the scope's standards since an instant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from qms.standards.models import Clause, Edition, ScopeStatement
from qms.standards.queries.evidence import Matrix, matrices
from qms.standards.queries.looked_at import places_asked
from qms.standards.status import WORST_FIRST, Status


@dataclass(frozen=True)
class Changed:
    """A clause whose status is another than it was."""

    clause: Clause
    before: Status
    after: Status

    @property
    def is_worse(self) -> bool:
        """Return whether the status became worse."""
        return WORST_FIRST.index(self.after.state) < WORST_FIRST.index(self.before.state)


@dataclass(frozen=True)
class Stand:
    """How the standards of the scope stand, and what changed, the worse first."""

    matrices: Sequence[Matrix]
    changed: Sequence[Changed]


def editions_in_scope() -> list[Edition]:
    """Return the editions of the scope that stands."""
    scoped = ScopeStatement.editions.through.objects.filter(scopestatement__valid_until=None).values("edition")
    return list(Edition.objects.filter(pk__in=scoped).order_by("standard", "edition"))


def stand_since(since: datetime) -> Stand:
    """Return how the standards of the scope stand now, and what changed since an instant: eight questions at most."""
    editions = editions_in_scope()
    if not editions:
        return Stand([], [])
    sites = places_asked(timezone.now()).in_scope
    now, then = matrices(editions, sites=sites), matrices(editions, at=since, sites=sites)
    before = {row.clause.pk: row.status for found in then for row in found.rows}
    changed = [
        Changed(row.clause, status, row.status)
        for found in now
        for row in found.rows
        if row.status and (status := before.get(row.clause.pk)) and status.state != row.status.state
    ]
    return Stand(now, sorted(changed, key=lambda each: not each.is_worse))
