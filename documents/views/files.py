"""Files of a revision: the body as it came in, the PDF its author accepts, the controlled PDF."""

from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from documents.access import revision_for
from documents.queries import governing_body
from qms.filing.serving import serve
from qms.organization.request import signed_in


@require_safe
def source(request: HttpRequest, document: int, key: int) -> FileResponse:
    """Send the body as it came in, under its number and revision."""
    revision = revision_for(signed_in(request), document, key)
    body = governing_body(revision)
    if body is None or body.source is None:
        raise Http404
    name = f"{revision.document.number} {revision.label} {body.source_name or 'text.md'}"
    return serve(body.source, name, body.media_type)


@require_safe
def rendition(request: HttpRequest, document: int, key: int) -> FileResponse:
    """Send the PDF that readers will see: the author's own, or the proof that was made."""
    revision = revision_for(signed_in(request), document, key)
    body = governing_body(revision)
    if body is None or body.rendition is None:
        raise Http404
    name = f"{revision.document.number} {revision.label} proof.pdf"
    return serve(body.rendition, name, "application/pdf", inline=not body.rendition_is_own)


@require_safe
def pdf(request: HttpRequest, document: int, key: int) -> FileResponse:
    """Send the controlled PDF."""
    revision = revision_for(signed_in(request), document, key)
    if revision.controlled_pdf is None:
        raise Http404
    name = f"{revision.document.number} {revision.label}.pdf"
    return serve(revision.controlled_pdf, name, "application/pdf", inline=True)
