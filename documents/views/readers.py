"""Who has acknowledged a document, who has not, and what they asked."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents import services
from documents.access import document_for, objection_for, revision_to_show
from documents.forms.reading import ExcuseForm
from documents.queries import revisions_visible_to, standing_on
from documents.queries.matrices import OF_THEIR_OWN, people_beside_revision
from documents.queries.reading import objections_on, owed_by
from documents.queries.status import Standing, tally
from documents.rights import Can
from documents.services.acknowledging import excusal_hash
from documents.states import OWNER, State
from documents.views.document import frame
from qms.core.errors import Stale
from qms.organization.request import signed_in
from qms.signatures.states import Meaning

TONES = {
    Standing.CURRENT: "effective",
    Standing.DUE: "soon",
    Standing.OVERDUE: "late",
    Standing.OUTDATED_MINOR: "soon",
    Standing.OUTDATED_MAJOR: "late",
    Standing.EXCUSED: "past",
    Standing.NOT_ASKED: "neutral",
}

ASKED_ABOUT = {State.EFFECTIVE, *OF_THEIR_OWN}


@require_safe
def readers(request: HttpRequest, key: int) -> HttpResponse:
    """Show how it stands with the readers of the revision in force, or of another: late first, then due, then done."""
    person = signed_in(request)
    document = document_for(person, key)
    held = standing_on(document, person)
    if not held & {Can.SEE_ACKNOWLEDGEMENTS, OWNER}:
        raise Http404
    shown = revision_to_show(person, document, request.GET.get("revision", ""))
    rows = people_beside_revision(shown)
    context: dict[str, Any] = {
        **frame(shown, person, "acknowledgements"),
        "rows": [(each, cell, TONES[cell.standing]) for each, cell in rows],
        "tally": tally(shown, rows),
        "revisions": [each for each in revisions_visible_to(person, document) if each.state in ASKED_ABOUT],
        "objections": objections_on(document),
        "may_answer": bool(held & {OWNER, Can.MANAGE}),
        "may_excuse": Can.EXCUSE in held,
    }
    return render(request, "documents/readers.html", context)


@require_POST
def answer(request: HttpRequest, key: int, objection: int) -> HttpResponse:
    """Answer a reader's difficulty."""
    person = signed_in(request)
    document, found = objection_for(person, key, objection)
    services.answer_objection(objection_id=found.pk, by=person, answer=request.POST.get("answer", ""))
    messages.success(request, _("Answered."))
    return redirect("documents:readers", document.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def excuse(request: HttpRequest, key: int, reader: int) -> HttpResponse:
    """Excuse a reader from acknowledging the revision they owe, with a reason, signed over exactly that."""
    person = signed_in(request)
    document = document_for(person, key)
    if Can.EXCUSE not in standing_on(document, person):
        raise Http404
    owed = owed_by(document, reader)
    if owed is None:
        raise Stale(_("Nothing is owed here any more: it was acknowledged, excused or ended. Nothing was recorded."))
    reason = request.POST.get("reason", "")
    content_hash = excusal_hash(owed.revision, owed.person, reason)
    form = ExcuseForm(request.POST or None, content_hash=content_hash)
    if request.method == "POST" and form.is_valid():
        proof = form.prove(request, Meaning.EXCUSED, content_hash)
        if proof is not None:
            services.excuse(revision_id=owed.revision_id, person=owed.person, by=person, proof=proof, reason=reason)
            messages.success(request, _("%(name)s is excused.") % {"name": owed.person.name})
            return redirect("documents:readers", document.pk)
    sign = {
        "title": _("Excuse %(name)s") % {"name": owed.person.name},
        "rows": [(_("Document"), str(document)), (_("Revision"), owed.revision.label)],
        "statement": _("This person need not acknowledge this revision, for the reason given."),
        "label": _("Sign and excuse"),
        "action": request.path,
        "cancel_url": reverse("documents:readers", args=[document.pk]),
    }
    status = 422 if form.is_bound else 200
    return render(request, "documents/excuse.html", {"form": form, "sign": sign, "document": document}, status=status)
