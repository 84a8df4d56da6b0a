"""What search knows of a document."""

from documents.models import Body, Document, Revision
from documents.queries.revisions import governing_body, shown_revision
from documents.reading import passages_of
from documents.states import (
    OPEN_STATES,
    State,
)
from qms.core.seams.search import SearchPassage, SearchSource


def search_source(document: Document) -> SearchSource | None:
    """Return what search knows of a document: its revision in force, else its newest frozen or open one."""
    revision = shown_revision(document)
    if revision is None:
        return None
    state = State(revision.state)
    body = governing_body(revision)
    return SearchSource(
        model="documents.document",
        key=document.pk,
        number=document.number,
        title=document.title,
        updated_at=revision.effective_at or revision.created_at,
        kind=document.type.code,
        state=state.value,
        standing=0 if state is State.EFFECTIVE else 1 if state in OPEN_STATES else 2,
        site_id=document.site_id,
        process_id=document.process_id,
        language=body.language if body else "",
        passages=_searched(body) if body is not None and _is_everybodys(revision, state) else (),
    )


def _is_everybodys(revision: Revision, state: State) -> bool:
    """Return whether whoever sees the document may read this revision: in force, or the only one and on its way.

    Of any other the number and the title are found, and not its text.
    """
    if state is State.EFFECTIVE:
        return True
    return state in OPEN_STATES and not revision.document.revisions.exclude(pk=revision.pk).exists()


def _searched(body: Body) -> list[SearchPassage]:
    return [SearchPassage(passage.locator, passage.text) for passage in passages_of(body)]
