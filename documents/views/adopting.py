"""Putting migrated revisions in force: one signed act over the whole batch (D0)."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from documents import services
from documents.access import import_for, require
from documents.forms.adopting import AdoptForm
from documents.queries.importing import adoptable
from documents.rights import Can
from documents.services import adoption_hash
from qms.organization.request import signed_in
from qms.signatures.forms import ceremony
from qms.signatures.states import Meaning


@require_http_methods(["GET", "HEAD", "POST"])
def adopt(request: HttpRequest, key: int) -> HttpResponse:
    """Show what an import brought, newest revision of each document, and take one signature over all of it."""
    person = signed_in(request)
    require(person, Can.ADOPT)
    batch = adoptable(import_for(person, key))
    if not batch:
        raise Http404
    content_hash = adoption_hash(batch)
    form = AdoptForm(request.POST or None, content_hash=content_hash)
    if request.method == "POST" and form.is_valid():
        proof = form.prove(request, Meaning.ADOPTED, content_hash)
        if proof is not None:
            services.adopt(revisions=batch, by=person, proof=proof, with_duties=form.cleaned_data["with_duties"])
            messages.success(request, _("In force now: %(n)d documents.") % {"n": len(batch)})
            return redirect("documents:register")
    sign = ceremony(
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
    context = {"form": form, "sign": sign, "batch": batch}
    return render(request, "documents/adopt.html", context, status=422 if form.is_bound else 200)
