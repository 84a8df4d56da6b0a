"""Writing: a new document, the editor, files, details, the next revision, place and audience."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents import markdown, services
from documents.access import document_to_address, document_to_change, draft_for, require
from documents.audience import Rule, people_reached_by, readers_of
from documents.forms.audience import AudienceForm
from documents.forms.writing import ChangeDocumentForm, DetailsForm, DocumentForm, FileForm, PictureForm, ReviseForm
from documents.models import Body, Document, Revision
from documents.queries import governing_body, open_revision
from documents.queries.pictures import pictures_of
from documents.queries.standing import has_written, next_of
from documents.reading import addresses, html_of, media_type_of
from documents.redlines import difference_of
from documents.rights import Can
from documents.states import OWNER, ChangeClass
from qms.core.errors import NoRoom, NotPermitted, RuleBroken
from qms.core.keyset import is_key
from qms.core.parsers.kinds import HEAD
from qms.filing.models import StoredFile
from qms.filing.services import store
from qms.organization.models import User
from qms.organization.request import signed_in

Uploaded = Any
T = TypeVar("T")


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Make a document with its first draft."""
    person = signed_in(request)
    require(person, Can.WRITE)
    form = DocumentForm(request.POST or None, person=person, initial={"owner": person.pk})
    if request.method == "POST" and form.is_valid():
        document = taken(form, partial(services.create_document, by=person, **form.cleaned_data))
        if document is not None:
            messages.success(request, _("%(number)s is a draft now.") % {"number": document.number})
            return redirect("documents:edit", document.pk, document.revisions.get().pk)
    return _form(request, form, _("New document"), _("Create draft"), "/documents/")


@require_http_methods(["GET", "HEAD", "POST"])
def revise(request: HttpRequest, key: int) -> HttpResponse:
    """Start the next revision."""
    person = signed_in(request)
    document = document_to_change(person, key, Can.WRITE, Can.MANAGE, OWNER)
    form = ReviseForm(request.POST or None)
    if request.method != "POST" and open_revision(document) is not None:
        return _begun_already(request, document, person)
    if request.method == "POST" and form.is_valid():
        wanted, reason = ChangeClass(form.cleaned_data["change_class"]), form.cleaned_data["reason"]
        start = partial(services.start_revision, document=document, change_class=wanted, reason=reason, by=person)
        revision = taken(form, start)
        if revision is not None:
            return redirect("documents:edit", document.pk, revision.pk)
    title = _("Next revision of %(number)s") % {"number": document.number}
    return _form(request, form, title, _("Start revision"), document.get_absolute_url())


def _begun_already(request: HttpRequest, document: Document, person: User) -> HttpResponse:
    """Lead to the revision that is on its way already; refuse in words to who may not read it."""
    shown = next_of(document, person)
    if shown is None:
        raise RuleBroken(_("Another revision of this document is open already."), code="open_revision")
    facts = {"label": shown.label, "state": shown.state_words}
    messages.warning(request, _("Revision %(label)s is begun already (%(state)s): this is it.") % facts)
    return redirect(shown)


@require_safe
def edit(request: HttpRequest, document: int, key: int) -> HttpResponse:
    """Show the editor of a draft: the text or file, its preview, and what stands around it."""
    person = signed_in(request)
    revision = draft_for(person, document, key)
    return render(request, "documents/edit.html", {**editor(revision), "is_author": has_written(revision, person)})


@require_POST
def save(request: HttpRequest, document: int, key: int) -> HttpResponse:
    """Keep the text. The editor saves it by itself (204); the button saves all that is on the page.

    A text that cannot be kept is shown again with what is saved beside it, and nothing that was typed is lost.
    """
    person = signed_in(request)
    revision = draft_for(person, document, key)
    by_itself = "HX-Request" in request.headers
    text, version = request.POST.get("text", "").replace("\r\n", "\n"), request.POST.get("version", "")
    try:
        body = services.write_markdown(revision_id=revision.pk, text=text, version=_version(version), by=person)
    except NotPermitted:
        raise
    except RuleBroken as refusal:
        if by_itself:
            return HttpResponse(str(refusal), status=409, content_type="text/plain; charset=utf-8")
        return render(request, "documents/edit.html", _unkept(request, revision, text, str(refusal)), status=409)
    if by_itself:
        return HttpResponse(status=204, headers={"X-Version": str(body.version)})
    return _save_details(request, revision) if "title" in request.POST else _saved(request, revision)


def _version(text: str) -> int:
    """Return the version that a text was written from; one that no text has is older than all of them."""
    return int(text) if is_key(text) else 0


def _save_details(request: HttpRequest, revision: Revision) -> HttpResponse:
    form = DetailsForm(request.POST, revision=revision)
    if not form.is_valid():
        messages.warning(request, _("The text is saved. What stands around it is not: see below."))
        return render(request, "documents/edit.html", {**editor(revision), "details": form}, status=422)
    if form.has_changed():
        services.change_draft(revision_id=revision.pk, by=signed_in(request), **form.cleaned_data)
    return _saved(request, revision)


def _saved(request: HttpRequest, revision: Revision) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect(revision)


def _unkept(request: HttpRequest, revision: Revision, text: str, refusal: str) -> dict[str, Any]:
    """The editor with a text that was not kept: the text in its field, the saved one and the difference beside it."""
    shown = editor(revision)
    if "title" in request.POST:
        shown["details"] = DetailsForm(request.POST, revision=revision)
    body = shown["body"]
    saved = body.markdown if body is not None and body.is_markdown else ""
    shown["preview"] = _previewed(body, text)
    return {**shown, "refusal": refusal, "text": text, "saved": saved, "difference": difference_of(saved, text)}


@require_POST
def preview(request: HttpRequest, document: int, key: int) -> HttpResponse:
    """Answer the HTML of what is being written; nothing is kept."""
    body = governing_body(draft_for(signed_in(request), document, key))
    return HttpResponse(_previewed(body, request.POST.get("text", "")))


def _previewed(body: Body | None, text: str) -> SafeString:
    if not text.strip():
        return format_html('<p class="muted">{}</p>', _("What you write shows here as its readers will see it."))
    pictures = addresses(body, pictures_of(body)).get if body is not None else None
    return markdown.render(text, pictures=pictures)


@require_POST
def details(request: HttpRequest, document: int, key: int) -> HttpResponse:
    """Keep title, kind of change, reason, list of changes and co-authors of a draft."""
    person = signed_in(request)
    revision = draft_for(person, document, key)
    form = DetailsForm(request.POST, revision=revision)
    if form.is_valid():
        services.change_draft(revision_id=revision.pk, by=person, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("documents:edit", document, key)
    return render(request, "documents/edit.html", {**editor(revision), "details": form}, status=422)


@require_POST
def put_file(request: HttpRequest, document: int, key: int) -> HttpResponse:
    """Put an uploaded file in as the body of a draft, byte for byte."""
    person = signed_in(request)
    revision = draft_for(person, document, key)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "documents/edit.html", {**editor(revision), "upload": form}, status=422)
    upload, pdf = form.cleaned_data["file"], form.cleaned_data["own_pdf"]
    services.put_file(
        revision_id=revision.pk,
        file=_stored(upload),
        name=upload.name,
        media_type=media_type_of(_head(upload), upload.name),
        by=person,
        own_pdf=_stored(pdf) if pdf else None,
    )
    messages.success(request, _("The file is kept. Its text is being read and its PDF made."))
    return redirect("documents:edit", document, key)


@require_POST
def accept(request: HttpRequest, document: int, key: int) -> HttpResponse:
    """Accept the PDF that readers will see."""
    person = signed_in(request)
    revision = draft_for(person, document, key)
    services.accept_rendition(revision_id=revision.pk, by=person)
    messages.success(request, _("Accepted."))
    return redirect("documents:edit", document, key)


@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: HttpRequest, document: int, key: int) -> HttpResponse:
    """Ask whether a draft that was never submitted is to be thrown away, and throw it away."""
    person = signed_in(request)
    revision = draft_for(person, document, key)
    form = Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and taken(form, partial(_discarded, revision, person)):
        messages.success(request, _("The draft is discarded."))
        return redirect("documents:register")
    return render(request, "documents/discard.html", {"form": form, "revision": revision})


def _discarded(revision: Revision, by: User) -> bool:
    services.discard_draft(revision_id=revision.pk, by=by)
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def place(request: HttpRequest, key: int) -> HttpResponse:
    """Change owner, process, site, parent and review of a document."""
    person = signed_in(request)
    document = document_to_change(person, key, Can.MANAGE, OWNER)
    names = ("owner", "process", "site", "parent", "next_review_on", "review_months")
    initial = {name: getattr(document, name) for name in names}
    form = ChangeDocumentForm(request.POST or None, person=person, document=document, initial=initial)
    if request.method == "POST" and form.is_valid():
        changes = {name: form.cleaned_data[name] for name in names if name in form.changed_data}
        reason = form.cleaned_data["reason"]
        change = partial(services.change_document, document_id=document.pk, by=person, reason=reason, **changes)
        if not changes or taken(form, change) is not None:
            messages.success(request, _("Saved.") if changes else _("Nothing was changed."))
            return redirect(document)
    title = _("Where %(number)s belongs") % {"number": document.number}
    return _form(request, form, title, _("Save"), document.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
def audience(request: HttpRequest, key: int) -> HttpResponse:
    """Change who reads a document."""
    person = signed_in(request)
    document = document_to_address(person, key)
    form = AudienceForm(request.POST or None, document=document)
    reach = None
    if request.method == "POST" and form.is_valid():
        rules = [Rule(kind, each) for kind, each in form.rules()]
        if "look" not in request.POST:
            services.set_audience(document_id=document.pk, rules=rules, by=person)
            messages.success(request, _("Saved. People who join or leave the audience are told."))
            return redirect(document)
        reach = _reach(document, rules)
    context = {"form": form, "document": document, "reach": reach, "now": len(readers_of(document))}
    return render(request, "documents/audience.html", context, status=422 if form.errors else 200)


def _reach(document: Document, rules: list[Rule]) -> dict[str, list[str]]:
    """Whom some rules would reach, and who of them is new, and who would no longer be asked."""
    before, after = {each.pk: each.name for each in readers_of(document)}, people_reached_by(rules)
    return {
        "all": list(after.values()),
        "added": [name for key, name in after.items() if key not in before],
        "gone": [name for key, name in before.items() if key not in after],
    }


def _head(upload: Uploaded) -> bytes:
    upload.seek(0)
    head: bytes = upload.read(HEAD)
    upload.seek(0)
    return head


def _stored(upload: Uploaded) -> StoredFile:
    return store(upload.chunks())


def editor(revision: Revision) -> dict[str, Any]:
    """Return what the page of the editor shows: text or file, its preview, its pictures, and the forms around it."""
    body = governing_body(revision)
    pictures = pictures_of(body) if body and body.is_markdown else []
    nothing = _previewed(body, "")
    return {
        "revision": revision,
        "document": revision.document,
        "body": body,
        "text": body.markdown if body and body.is_markdown else "",
        "refusal": "",
        "preview": html_of(body, pictures) if body and body.is_markdown and body.markdown.strip() else nothing,
        "pictures": pictures,
        "picture_form": PictureForm(),
        "details": DetailsForm(revision=revision),
        "upload": FileForm(),
    }


def taken(form: Form, call: Callable[[], T]) -> T | None:
    """Call a verb and return what it gives; None when it is refused, which the form says, keeping its input."""
    try:
        return call()
    except (NotPermitted, NoRoom):
        raise
    except RuleBroken as refusal:
        form.add_error(None, str(refusal))
        return None


def _form(request: HttpRequest, form: Any, title: str, label: str, cancel_url: str) -> HttpResponse:
    context = {"form": form, "title": title, "label": label, "cancel_url": cancel_url}
    return render(request, "documents/form.html", context, status=422 if form.is_bound else 200)
