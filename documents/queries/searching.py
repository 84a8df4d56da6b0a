"""What search knows of a document."""

from collections.abc import Sequence

from documents.models import Document, Record, RecordKind, Revision
from documents.queries.kept import KIND, RECORD
from documents.queries.revisions import governing_body, open_revision, shown_revision
from documents.reading import passages_of
from documents.states import (
    OPEN_STATES,
    State,
)
from qms.core.seams.search import SearchPassage, SearchSource

# Under these names the index keeps a document, and its revision on the way beside others.
DOCUMENT = "documents.document"
DRAFT = "documents.draft"


def search_source(document: Document) -> SearchSource | None:
    """Return what search knows of a document: its revision in force, else its newest frozen or open one.

    Its text is there while whoever sees the document may read the revision: in force, or the only one and on its way.
    """
    shown = shown_revision(document)
    if shown is None:
        return None
    state = State(shown.state)
    everybodys = state is State.EFFECTIVE or (state in OPEN_STATES and not _has_others(shown))
    return _source(DOCUMENT, document.title, shown, _searched(shown) if everybodys else ())


def draft_source(document: Document) -> SearchSource | None:
    """Return what search knows of the revision on its way beside others, for those alone who may read it."""
    draft = open_revision(document)
    return _source(DRAFT, draft.title, draft, _searched(draft)) if draft is not None and _has_others(draft) else None


def _source(model: str, title: str, revision: Revision, passages: Sequence[SearchPassage]) -> SearchSource:
    document, state = revision.document, State(revision.state)
    body = governing_body(revision)
    return SearchSource(
        model=model,
        key=document.pk,
        number=document.number,
        title=title,
        updated_at=revision.effective_at or revision.created_at,
        kind=document.type.code,
        state=state.value,
        standing=0 if state is State.EFFECTIVE else 1 if state in OPEN_STATES else 2,
        site_id=document.site_id,
        process_id=document.process_id,
        language=body.language if body else "",
        passages=passages,
    )


def _has_others(revision: Revision) -> bool:
    return revision.document.revisions.exclude(pk=revision.pk).exists()


def _searched(revision: Revision) -> Sequence[SearchPassage]:
    body = governing_body(revision)
    found = passages_of(body) if body is not None else ()
    return [SearchPassage(passage.locator, passage.text) for passage in found]


def kind_source(kind: RecordKind) -> SearchSource:
    """Return what search knows of a kind of record: its name, what it shows, where its records are kept."""
    return SearchSource(
        model=KIND,
        key=kind.pk,
        number="",
        title=kind.name,
        updated_at=kind.created_at,
        state="current" if kind.is_active else "withdrawn",
        standing=0 if kind.is_active else 2,
        site_id=kind.site_id,
        process_id=kind.process_id,
        passages=[SearchPassage("", f"{kind.shows} {kind.kept_at}")],
    )


def kept_source(kept: Record) -> SearchSource:
    """Return what search knows of a record: its number or name, its kind, the name of its file or what was seen."""
    return SearchSource(
        model=RECORD,
        key=kept.pk,
        number="",
        title=kept.title,
        updated_at=kept.recorded_at,
        state="kept",
        standing=0,
        site_id=kept.site_id,
        process_id=kept.process_id,
        passages=[SearchPassage("", f"{kept.kind.name} {kept.file_name} {kept.sighted_words}")],
    )
