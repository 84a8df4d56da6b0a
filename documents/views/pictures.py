"""Pictures in a text, and the pages of a file as pictures; what a browser gets was written anew in the sandbox."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from documents import services
from documents.access import draft_for, revision_for
from documents.forms.writing import PictureForm
from documents.models import BodyPicture, Revision
from documents.queries import governing_body
from documents.queries.pictures import page_picture, picture_named
from documents.views.writing import editor
from qms.core.errors import RuleBroken
from qms.filing.serving import serve
from qms.organization.request import signed_in

# The address carries the hash of what it shows, or names a page that is drawn once.
KEPT = "private, max-age=86400"


@require_POST
def put(request: HttpRequest, document: int, key: int) -> HttpResponse:
    """Put a picture beside the text of a draft; the editor is answered the pictures with the new one marked (201)."""
    person = signed_in(request)
    revision = draft_for(person, document, key)
    form = PictureForm(request.POST, request.FILES)
    if form.is_valid():
        upload = form.cleaned_data["picture"]
        try:
            made = services.put_picture(
                revision_id=revision.pk,
                chunks=upload.chunks(),
                name=upload.name,
                alt=form.cleaned_data["alt"],
                by=person,
            )
        except RuleBroken as refusal:
            form.add_error("picture", str(refusal))
        else:
            return _put(request, revision, made)
    template = "documents/pictures.html" if request.headers.get("HX-Request") else "documents/edit.html"
    return render(request, template, {**editor(revision), "picture_form": form}, status=422)


@require_POST
def remove(request: HttpRequest, document: int, key: int, name: str) -> HttpResponse:
    """Take a picture away that the text does not show."""
    person = signed_in(request)
    revision = draft_for(person, document, key)
    services.remove_picture(revision_id=revision.pk, name=name, by=person)
    messages.success(request, _("The picture is taken away."))
    return redirect("documents:edit", document, key)


@require_safe
def picture(request: HttpRequest, document: int, key: int, name: str) -> FileResponse:
    """Send a picture of a text."""
    body = governing_body(revision_for(signed_in(request), document, key))
    found = picture_named(body, name) if body is not None else None
    if found is None:
        raise Http404
    response = serve(found.file, found.name, found.media_type, inline=True)
    response.headers["Cache-Control"] = KEPT
    return response


@require_safe
def page(request: HttpRequest, document: int, key: int, number: int, size: str) -> FileResponse:
    """Send a page of a file as a picture."""
    body = governing_body(revision_for(signed_in(request), document, key))
    file = page_picture(body, number, size) if body is not None else None
    if file is None:
        raise Http404
    response = serve(file, f"{number}-{size}.webp", "image/webp", inline=True)
    response.headers["Cache-Control"] = KEPT
    return response


def _put(request: HttpRequest, revision: Revision, made: BodyPicture) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return render(request, "documents/pictures.html", {**editor(revision), "fresh": made}, status=201)
    messages.success(request, _("The picture is there. Put its mark into the text: %(mark)s") % {"mark": made.mark})
    return redirect("documents:edit", revision.document_id, revision.pk)
