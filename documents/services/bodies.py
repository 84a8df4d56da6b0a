"""Reading a body's file in the sandbox, making the PDF its author accepts, and keeping search up to date."""

import json

from django.db import transaction

from documents.models import Body, Document
from documents.printing import cover_sheet, proof_copy
from documents.queries.searching import DOCUMENT, DRAFT, draft_source, search_source
from documents.reading import file_on_disk
from documents.states import RenditionState
from qms.core.parsers import extract
from qms.core.parsers.model import Extracted, Outcome, pack
from qms.filing.models import StoredFile
from qms.filing.services.files import store_bytes
from qms.search.services import forget, index


def read_body(*, body_id: int) -> Body:
    """Read a body's file: text, outcome in words, and a rendition where the author brought none.

    Whatever the file is, it stays byte for byte; what cannot be rendered gets a cover sheet. Idempotent.
    """
    body = Body.objects.select_related("source", "revision__document__type", "revision__document__owner").get(
        pk=body_id
    )
    if body.source is None:
        return body
    with file_on_disk(body.source, body.source_name) as path:
        found = extract(path, body.source_name)
    extraction = store_bytes(json.dumps(pack(found)).encode("utf-8"), limit=2**31)
    rendition, state = _rendition(body, found)
    return _keep(body, found, extraction, rendition, state)


def index_document(*, document_id: int) -> None:
    """Bring the search index up to date with a document and its revision on the way; what is not there leaves it."""
    document = Document.objects.select_related("type", "owner").filter(pk=document_id).first()
    for name, source_of in ((DOCUMENT, search_source), (DRAFT, draft_source)):
        source = source_of(document) if document is not None else None
        if source is None:
            forget(name, document_id)
        else:
            index(source)


def _rendition(body: Body, found: Extracted) -> tuple[StoredFile | None, RenditionState]:
    if body.rendition_is_own:
        return body.rendition, RenditionState.MADE
    if found.outcome is Outcome.TEXT and found.html:
        return store_bytes(proof_copy(body, found.html)), RenditionState.MADE
    return store_bytes(cover_sheet(body, found.words)), RenditionState.COVER_SHEET


@transaction.atomic
def _keep(
    body: Body, found: Extracted, extraction: StoredFile, rendition: StoredFile | None, state: RenditionState
) -> Body:
    current = Body.objects.select_for_update(of=("self",)).get(pk=body.pk)
    if current.version != body.version:
        return current
    current.extraction, current.outcome, current.outcome_words = extraction, found.outcome, found.words
    current.rendition, current.rendition_state = rendition, state
    current.save(update_fields=["extraction", "outcome", "outcome_words", "rendition", "rendition_state"])
    return current
