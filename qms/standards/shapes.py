"""Evidence status as plain values, for the API and the shell."""

from collections.abc import Iterable
from typing import Any

from qms.core.canonical import instant
from qms.standards.queries.evidence import Matrix, Row
from qms.standards.queries.looked_at import ProcessAsked
from qms.standards.status import MEANS, Status


def matrix_as_values(found: Matrix, processes: Iterable[ProcessAsked]) -> dict[str, Any]:
    """Return a matrix: edition, instant, what it means, and each requirement with its status by process."""
    numbers = {each.pk: each.number for each in processes}
    return {
        "standard": found.edition.standard,
        "edition": found.edition.edition,
        "as_of": instant(found.at),
        "means": str(MEANS),
        "requirements": [_row(row, numbers) for row in found.rows],
    }


def _row(row: Row, numbers: dict[int, str]) -> dict[str, Any]:
    cells = {numbers[key]: _status(status) for key, status in row.cells.items() if key is not None}
    told = _status(row.status) if row.status else {"state": "does_not_apply", "reason": row.left_out}
    return {"clause": row.clause.number, "title": row.clause.title, **told, "processes": cells}


def _status(status: Status) -> dict[str, Any]:
    return {
        "state": status.state.value,
        "since": instant(status.since) if status.since else None,
        "waits_for": [kind.value for kind in status.lacks],
        "attention": status.attention,
    }
