"""The reader's pages: read what changed for you, acknowledge it, or say what is difficult (K6, K12)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents import services
from documents.access import document_for, revision_for, revision_to_read
from documents.forms.reading import ObjectionForm
from documents.queries import governing_body
from documents.queries.endings import ending_of
from documents.queries.links import links_shown
from documents.queries.pictures import pages_of, pictures_shown
from documents.queries.reading import is_told, next_reading, owed_reading, reading_of
from documents.reading import blocks_of, html_of
from documents.redlines import changes_between, own_base, page_changes
from documents.services.acknowledging import standard_statement
from qms.organization.request import signed_in


@require_safe
def read(request: HttpRequest, key: int) -> HttpResponse:
    """Show a reader the revision they owe, or the one in force: what changed since their own last reading first."""
    person = signed_in(request)
    revision, duty = revision_to_read(person, document_for(person, key))
    base = own_base(person, revision)
    body = governing_body(revision)
    found = changes_between(base, revision, context=1) if base else None
    html = SafeString(html_of(body, pictures_shown(body), links_shown(body))) if body else ""
    pages = pages_of(body) if body else []
    context: dict[str, Any] = {
        "revision": revision,
        "document": revision.document,
        "reading": reading_of(person, revision, duty=duty),
        "told": duty is None and is_told(person, revision.document),
        "base": base,
        "changes": found,
        "body": body,
        "html": html,
        "pages": pages,
        "text": blocks_of(body) if body and not html else [],
        "ending": ending_of(revision),
        "page_changes": page_changes(base, revision) if base and found and not found.comparable else [],
        "statement": standard_statement(),
    }
    return render(request, "documents/read.html", context)


@require_POST
def seen(request: HttpRequest, document: int, key: int) -> HttpResponse:
    """Keep when a reader first had the content in front of them. The page says so by itself; without scripts a button
    does, which leads back to the page.
    """
    person = signed_in(request)
    services.see(revision_id=revision_for(person, document, key).pk, by=person)
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204)
    messages.success(request, _("Noted as seen."))
    return redirect("documents:read", document)


@require_POST
def acknowledge(request: HttpRequest, document: int, key: int) -> HttpResponse:
    """Take an acknowledgement of exactly the content that was shown, and lead to the next one."""
    person = signed_in(request)
    revision = revision_for(person, document, key)
    services.see(revision_id=revision.pk, by=person)
    services.acknowledge(revision_id=revision.pk, by=person, content_hash=request.POST.get("content", ""))
    return redirect("documents:acknowledged", document, key)


@require_safe
def acknowledged(request: HttpRequest, document: int, key: int) -> HttpResponse:
    """Say that it is done, and what is left."""
    person = signed_in(request)
    revision = revision_for(person, document, key)
    left = owed_reading(person).count()
    context = {
        "revision": revision,
        "document": revision.document,
        "reading": reading_of(person, revision),
        "left": left,
        "next": next_reading(person),
        "left_words": ngettext("%(n)d more to read", "%(n)d more to read", left) % {"n": left},
    }
    return render(request, "documents/acknowledged.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def object_to(request: HttpRequest, document: int, key: int) -> HttpResponse:
    """Let a reader say what they do not understand or cannot do."""
    person = signed_in(request)
    revision = revision_for(person, document, key)
    form = ObjectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.object_to(revision_id=revision.pk, by=person, text=form.cleaned_data["text"])
        messages.success(
            request,
            _("%(name)s is asked. You are not reminded until the answer.") % {"name": revision.document.owner.name},
        )
        return redirect("documents:read", document)
    context = {"form": form, "revision": revision, "document": revision.document}
    return render(request, "documents/object.html", context, status=422 if form.is_bound else 200)
