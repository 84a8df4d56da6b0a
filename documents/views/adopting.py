"""Putting migrated revisions in force: one signed act over what is ticked on the page that is signed (D0)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from documents import services
from documents.access import import_for, require
from documents.forms.adopting import AdoptForm, FoundForm
from documents.models import Revision
from documents.queries.adoptions import approval_found
from documents.queries.importing import adoptable
from documents.rights import Can
from documents.services import adoption_hash
from documents.services.correcting import AsFound, as_found, correct_migrated
from qms.core.errors import RuleBroken
from qms.organization.models import User
from qms.organization.request import signed_in
from qms.signatures.forms import ceremony
from qms.signatures.states import Meaning

# Each document is a tick, and a request carries at most a thousand fields.
MOST = 900


@require_http_methods(["GET", "HEAD", "POST"])
def adopt(request: HttpRequest, key: int) -> HttpResponse:
    """Show what an import brought, newest revision of each document, and take one signature over those ticked.

    What is signed is the list that the person saw: where the ticks are others than those of the hash, nothing is done,
    and the list as it is ticked now is shown with its hash.
    """
    person = signed_in(request)
    require(person, Can.ADOPT)
    all_of_them = adoptable(import_for(person, key))
    if not all_of_them:
        messages.info(request, _("Nothing of this import waits to be put in force."))
        return redirect("documents:import", key)
    whole = all_of_them[:MOST]
    batch = _ticked(request, whole)
    content_hash = adoption_hash(batch)
    refusal = _refusal(request, batch, content_hash)
    signing = request.method == "POST" and "choose" not in request.POST and not refusal
    form = AdoptForm(
        request.POST if signing else None,
        content_hash=content_hash,
        initial={"with_duties": "with_duties" in request.POST},
    )
    if signing and form.is_valid() and _adopted(request, form, batch, person):
        return redirect("documents:import", key)
    context = {
        "form": form,
        "sign": _ceremony(request, batch, content_hash, key, of=len(whole)) if batch else None,
        "rows": [(each, approval_found(each)) for each in whole],
        "later": len(all_of_them) - len(whole),
        "chosen": {each.pk for each in batch},
        "refusal": refusal,
        "key": key,
    }
    status = (409 if batch else 422) if refusal else 422 if signing else 200
    return render(request, "documents/adopt.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def correct_found(request: HttpRequest, key: int, document: int) -> HttpResponse:
    """Correct what was found of an imported document before it is adopted."""
    person = signed_in(request)
    revision = next((each for each in adoptable(import_for(person, key)) if each.document_id == document), None)
    if revision is None:
        raise Http404
    form = FoundForm(request.POST or None, initial=vars(as_found(revision.document)))
    if request.method == "POST" and form.is_valid():
        try:
            correct_migrated(document_id=document, found=AsFound(**form.cleaned_data), by=person)
        except RuleBroken as refusal:
            form.add_error("number", str(refusal))
        else:
            messages.success(request, _("Corrected."))
            return redirect("documents:adopt", key)
    context = {"form": form, "revision": revision, "key": key}
    return render(request, "documents/adopt_correct.html", context, status=422 if form.is_bound else 200)


def _ticked(request: HttpRequest, whole: Sequence[Revision]) -> list[Revision]:
    """The documents that are ticked on the page that was sent; all of them where it is opened."""
    if request.method != "POST":
        return list(whole)
    chosen = set(request.POST.getlist("chosen"))
    return [each for each in whole if str(each.pk) in chosen]


def _refusal(request: HttpRequest, batch: Sequence[Revision], content_hash: str) -> str:
    """Why what was sent is not what can be signed; nothing where it is, or where the page is only looked at."""
    if request.method != "POST":
        return ""
    if not batch:
        return _("Tick at least one document.")
    if "choose" in request.POST or request.POST.get("content_hash") == content_hash:
        return ""
    return ngettext(
        "Nothing was signed: you ticked another list than the one that was to be signed. "
        "Now it is this %(n)d document. Look once more, then sign.",
        "Nothing was signed: you ticked another list than the one that was to be signed. "
        "Now it is these %(n)d documents. Look once more, then sign.",
        len(batch),
    ) % {"n": len(batch)}


def _adopted(request: HttpRequest, form: AdoptForm, batch: Sequence[Revision], person: User) -> bool:
    proof = form.prove(request, Meaning.ADOPTED, adoption_hash(batch))
    if proof is None:
        return False
    services.adopt(revisions=batch, by=person, proof=proof, with_duties=form.cleaned_data["with_duties"])
    words = ngettext("In force now: %(n)d document.", "In force now: %(n)d documents.", len(batch))
    messages.success(request, words % {"n": len(batch)})
    return True


def _ceremony(
    request: HttpRequest, batch: Sequence[Revision], content_hash: str, key: int, *, of: int
) -> Mapping[str, Any]:
    return ceremony(
        request,
        meaning=Meaning.ADOPTED,
        content_hash=content_hash,
        action=request.path,
        cancel_url=reverse("documents:import", args=[key]),
        id="adoption",
        title=_("Put in force as found"),
        rows=[
            (_("Documents"), _("%(n)d ticked of %(all)d") % {"n": len(batch), "all": of}),
            (_("Content"), f"SHA-256 {content_hash[:16]}…"),
        ],
        statement=_statement(batch),
        label=_("Sign and put in force"),
    )


def _statement(batch: Sequence[Revision]) -> str:
    """What is signed, in words: those approved elsewhere, and those of whose approval nothing is recorded."""
    unknown = sum(not each.origin_approvers for each in batch)
    known = len(batch) - unknown
    parts = []
    if known:
        parts.append(
            ngettext(
                "I adopt this %(n)d revision as it was approved elsewhere: number, label, date and approvers as found.",
                "I adopt these %(n)d revisions as approved elsewhere: number, label, date and approvers as found.",
                known,
            )
            % {"n": known}
        )
    if unknown:
        parts.append(
            ngettext(
                "I put %(n)d revision in force whose approval in the old system is not recorded.",
                "I put %(n)d revisions in force whose approval in the old system is not recorded.",
                unknown,
            )
            % {"n": unknown}
        )
    return " ".join(parts)
