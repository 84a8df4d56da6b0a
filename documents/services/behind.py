"""Work behind the page: one job about one record of this room."""

from typing import Any

from django.db.models import Model

from qms.jobs.services import later


def behind(kind: str, row: Model, *, by: int | None = None, **arguments: Any) -> None:
    """Put a job about a row down in this transaction; it runs after the commit."""
    later(f"documents.{kind}", by=by, subject=(row._meta.label_lower, row.pk), **arguments)
