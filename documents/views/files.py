"""Files of a revision: the body as it came in, the PDF its author accepts, the controlled PDF."""

from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from documents.access import revision_for
from documents.queries import governing_body
from documents.queries import held_files as held
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


@require_safe
def other_form(request: HttpRequest, document: int, key: int, attachment: int) -> FileResponse:
    """Send a file that came with a revision as another form of its text, under its number and revision."""
    revision = revision_for(signed_in(request), document, key)
    found = held.other_form(revision, attachment)
    if found is None:
        raise Http404
    return serve(found.file, f"{revision.document.number} {revision.label} {found.name}", found.media_type)


@require_safe
def translation(request: HttpRequest, document: int, key: int, text: int) -> FileResponse:
    """Send what a revision says in another language: as it was frozen or came in."""
    revision = revision_for(signed_in(request), document, key)
    body = held.translation_of(revision, text)
    if body is None or body.source is None:
        raise Http404
    name = f"{revision.document.number} {revision.label} {body.language} {body.source_name or 'text.md'}"
    return serve(body.source, name, body.media_type)
