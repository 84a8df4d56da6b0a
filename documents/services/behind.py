"""Work behind the page: one job about one record of this room."""

from typing import Any

from django.db.models import Model

from documents.models import Document
from qms.jobs.queries import jobs_about
from qms.jobs.services import later
from qms.jobs.states import JobState


def index_behind(document: Document) -> None:
    """Let search follow a document that is being written; one job that still waits is enough for many savings."""
    waiting = jobs_about("documents.document", document.pk).filter(kind="documents.index", state=JobState.QUEUED)
    if not waiting.exists():
        behind("index", document, document=document.pk)


def behind(kind: str, row: Model, *, by: int | None = None, **arguments: Any) -> None:
    """Put a job about a row down in this transaction; it runs after the commit."""
    later(f"documents.{kind}", by=by, subject=(row._meta.label_lower, row.pk), **arguments)
