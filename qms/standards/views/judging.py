"""Saying what is expected of a clause here, and judging of it, signed, beside its status."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from qms.organization.models import User
from qms.organization.request import signed_in
from qms.signatures.forms import SigningForm, ceremony
from qms.signatures.states import Meaning
from qms.standards.access import clause_for, require
from qms.standards.forms import ExpectationForm, JudgementForm
from qms.standards.models import Clause
from qms.standards.queries.evidence import standing_of
from qms.standards.rights import Can
from qms.standards.services.judging import expect, judge, judgement_hash
from qms.standards.status import MEANS


@require_http_methods(["GET", "HEAD", "POST"])
def expected(request: HttpRequest, key: int) -> HttpResponse:
    """Say which kinds of evidence a clause expects here, with the reason."""
    person = signed_in(request)
    clause = clause_for(person, key)
    require(person, Can.EXPECT)
    now = {kind.value: True for kind in standing_of(clause).expects}
    form = ExpectationForm(request.POST if request.method == "POST" else None, initial=now)
    if form.is_valid():
        expect(clause=clause, by=person, **form.cleaned_data)
        messages.success(request, _("From now on this is expected."))
        return redirect(clause)
    return render(
        request, "standards/expect.html", {"clause": clause, "form": form}, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def judgement(request: HttpRequest, key: int) -> HttpResponse:
    """Judge of a clause: first the words, then the signature, on one address."""
    person = signed_in(request)
    clause = clause_for(person, key)
    require(person, Can.JUDGE)
    form = JudgementForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"clause": clause, "form": form, "status": standing_of(clause).status, "means": MEANS}
        return render(request, "standards/judge.html", context, status=422 if form.errors else 200)
    return _sign(request, clause, form.cleaned_data["said"], person)


def _sign(request: HttpRequest, clause: Clause, said: str, person: User) -> HttpResponse:
    content_hash = judgement_hash(clause, said, person)
    bound = request.POST if "content_hash" in request.POST else None
    signing = SigningForm(bound, content_hash=content_hash, hidden={"said": said})
    if signing.is_bound and signing.is_valid():
        proof = signing.prove(request, Meaning.JUDGED, content_hash)
        if proof is not None:
            judge(clause=clause, said=said, by=person, proof=proof)
            messages.success(request, _("Your judgement stands beside the status."))
            return redirect(clause)
    sign = ceremony(
        request,
        meaning=Meaning.JUDGED,
        content_hash=content_hash,
        action=request.path,
        cancel_url=reverse("standards:clause", args=[clause.pk]),
        title=_("Sign this judgement"),
        rows=[(_("Clause"), f"{clause.edition} {clause}"), (_("Judgement"), said)],
        statement=_("This is my judgement. It does not change the evidence status."),
        label=_("Sign"),
    )
    return render(request, "signatures/sign.html", {"form": signing, "sign": sign}, status=422 if bound else 200)
