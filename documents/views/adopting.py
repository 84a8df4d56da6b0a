"""Putting migrated revisions in force: one signed act over the whole batch (D0)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from documents import services
from documents.access import import_for, require
from documents.forms.adopting import AdoptForm, ChoiceForm, FoundForm
from documents.models import Revision
from documents.queries.importing import adoptable
from documents.rights import Can
from documents.services import adoption_hash
from documents.services.correcting import correct_migrated
from qms.core.errors import RuleBroken
from qms.organization.models import User
from qms.organization.request import signed_in
from qms.signatures.forms import ceremony
from qms.signatures.states import Meaning


@require_http_methods(["GET", "HEAD", "POST"])
def adopt(request: HttpRequest, key: int) -> HttpResponse:
    """Show what an import brought, newest revision of each document, and take one signature over those ticked."""
    person = signed_in(request)
    require(person, Can.ADOPT)
    whole = adoptable(import_for(person, key))
    if not whole:
        raise Http404
    choosing = ChoiceForm(_posted_choice(request), keys=[each.pk for each in whole])
    if choosing.is_bound and not choosing.is_valid():
        messages.error(request, _("Tick at least one document."))
    ticked = set(choosing.cleaned_data["chosen"]) if choosing.is_bound and choosing.is_valid() else None
    batch = [each for each in whole if ticked is None or each.pk in ticked]
    hidden = {"batch": ",".join(str(each.pk) for each in batch)} if ticked is not None else {}
    signing = request.method == "POST" and "choose" not in request.POST
    form = AdoptForm(request.POST if signing else None, content_hash=adoption_hash(batch), hidden=hidden)
    if signing and form.is_valid() and _adopted(request, form, batch, person):
        return redirect("documents:register")
    context = {
        "form": form,
        "sign": _ceremony(request, batch, key),
        "whole": whole,
        "chosen": {each.pk for each in batch},
        "key": key,
    }
    return render(request, "documents/adopt.html", context, status=422 if signing else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def correct_found(request: HttpRequest, key: int, document: int) -> HttpResponse:
    """Correct number and title of an imported document before it is adopted."""
    person = signed_in(request)
    revision = next((each for each in adoptable(import_for(person, key)) if each.document_id == document), None)
    if revision is None:
        raise Http404
    form = FoundForm(
        request.POST or None, initial={"number": revision.document.number, "title": revision.document.title}
    )
    if request.method == "POST" and form.is_valid():
        try:
            correct_migrated(document_id=document, by=person, **form.cleaned_data)
        except RuleBroken as refusal:
            form.add_error("number", str(refusal))
        else:
            messages.success(request, _("Corrected."))
            return redirect("documents:adopt", key)
    context = {"form": form, "revision": revision, "key": key}
    return render(request, "documents/adopt_correct.html", context, status=422 if form.is_bound else 200)


def _posted_choice(request: HttpRequest) -> MultiValueDict[str, str] | None:
    """What was ticked: in the form of the list, or carried along by the signing form; None for the whole batch."""
    if "choose" in request.POST:
        return MultiValueDict({"chosen": request.POST.getlist("chosen")})
    if request.POST.get("batch"):
        return MultiValueDict({"chosen": request.POST["batch"].split(",")})
    return None


def _adopted(request: HttpRequest, form: AdoptForm, batch: Sequence[Revision], person: User) -> bool:
    proof = form.prove(request, Meaning.ADOPTED, adoption_hash(batch))
    if proof is None:
        return False
    services.adopt(revisions=batch, by=person, proof=proof, with_duties=form.cleaned_data["with_duties"])
    words = ngettext("In force now: %(n)d document.", "In force now: %(n)d documents.", len(batch))
    messages.success(request, words % {"n": len(batch)})
    return True


def _ceremony(request: HttpRequest, batch: Sequence[Revision], key: int) -> Mapping[str, Any]:
    content_hash = adoption_hash(batch)
    return ceremony(
        request,
        meaning=Meaning.ADOPTED,
        content_hash=content_hash,
        action=request.path,
        cancel_url=reverse("documents:import", args=[key]),
        title=_("Put in force as found"),
        rows=[(_("Documents"), str(len(batch))), (_("Content"), f"SHA-256 {content_hash[:16]}…")],
        statement=ngettext(
            "I adopt this %(n)d revision as it was approved elsewhere: number, label, date and approvers as found.",
            "I adopt these %(n)d revisions as approved elsewhere: number, label, date and approvers as found.",
            len(batch),
        )
        % {"n": len(batch)},
        label=_("Sign and put in force"),
    )
