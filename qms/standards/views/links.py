"""Links between records and clauses: made from either side, in bulk, suggested, carried over, and confirmed."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qms.core.errors import RuleBroken
from qms.organization.models import User
from qms.organization.queries import may
from qms.organization.request import signed_in
from qms.standards import services
from qms.standards.access import clause_for, edition_for, records_for, require
from qms.standards.forms import ClausesForm, RecordsForm
from qms.standards.queries.links import sources_of_links, standing_links, waiting_in
from qms.standards.queries.suggestions import suggested_for
from qms.standards.rights import Can
from qms.standards.services.links import confirm, dismiss, link, unlink

DECISIONS = {"confirm": confirm, "dismiss": dismiss}


@require_http_methods(["GET", "HEAD", "POST"])
def of_records(request: HttpRequest, model: str) -> HttpResponse:
    """Link chosen records to clauses; of a single one show what it is linked to, and what it may belong to."""
    person = signed_in(request)
    require(person, Can.READ)
    given = request.POST if request.method == "POST" else request.GET
    subjects = records_for(person, model, given.getlist("chosen"))
    form = ClausesForm(request.POST if "clauses" in request.POST else None)
    if form.is_valid() and _linked(request, model, list(subjects), form, person):
        only = next(iter(subjects.values())) if len(subjects) == 1 else None
        return redirect(only.url if only else "standards:library")
    one = next(iter(subjects)) if len(subjects) == 1 else ""
    context = {
        "model": model,
        "subjects": subjects,
        "one": one,
        "form": form,
        "links": standing_links(model, [one]) if one else [],
        "suggested": suggested_for(model, one) if one and not form.is_bound else [],
        "may_link": may(person, Can.LINK),
    }
    return render(request, "standards/link_records.html", context, status=422 if form.errors else 200)


def _linked(request: HttpRequest, model: str, keys: list[str], form: ClausesForm, person: User) -> bool:
    given = form.cleaned_data
    try:
        made = link(model=model, keys=keys, clauses=given["clauses"], everywhere=given["everywhere"], by=person)
    except RuleBroken as refusal:
        form.add_error("clauses", str(refusal))
        return False
    messages.success(request, ngettext("%(n)d link is made.", "%(n)d links are made.", len(made)) % {"n": len(made)})
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def of_clause(request: HttpRequest, key: int) -> HttpResponse:
    """Link records to one clause, by their numbers."""
    person = signed_in(request)
    clause = clause_for(person, key)
    require(person, Can.LINK)
    form = RecordsForm(request.POST if request.method == "POST" else None, person=person)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = link(
                model=given["model"], keys=form.keys, clauses=[clause], everywhere=given["everywhere"], by=person
            )
        except RuleBroken as refusal:
            form.add_error("numbers", str(refusal))
        else:
            told = ngettext("%(n)d link is made.", "%(n)d links are made.", len(made)) % {"n": len(made)}
            messages.success(request, told)
            return redirect(clause)
    context = {"clause": clause, "form": form, "sources": sources_of_links()}
    return render(request, "standards/link_clause.html", context, status=422 if form.errors else 200)


@require_safe
def to_confirm(request: HttpRequest, key: int) -> HttpResponse:
    """Show the links of an edition that wait for a person: suggested by text, or carried over from another edition."""
    person = signed_in(request)
    edition = edition_for(person, key)
    require(person, Can.LINK)
    found = waiting_in(edition.pk, person, after=request.GET.get("after", ""))
    return render(request, "standards/to_confirm.html", {"edition": edition, "found": found, "verbs": _verbs()})


def _verbs() -> list[dict[str, str]]:
    return [
        {"label": _("Confirm"), "icon": "check", "value": "confirm"},
        {"label": _("Not this"), "icon": "x", "value": "dismiss"},
    ]


@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Confirm, dismiss or end links, and lead back to where that was said."""
    person = signed_in(request)
    keys = [int(key) for key in request.POST.getlist("chosen") if key.isdecimal() and len(key) < 19]
    verb = request.POST.get("verb", "")
    if not keys:
        messages.error(request, _("Choose links first."))
    elif verb == "unlink":
        unlink(links=keys, by=person, reason=request.POST.get("reason", ""))
        messages.success(request, _("The link has ended."))
    elif verb in DECISIONS:
        done = DECISIONS[verb](links=keys, by=person)
        told: Any = {
            "confirm": ngettext("%(n)d link counts from now on.", "%(n)d links count from now on.", len(done)),
            "dismiss": ngettext("%(n)d link is left out.", "%(n)d links are left out.", len(done)),
        }
        messages.success(request, told[verb] % {"n": len(done)})
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, None) else "standards:library"


@require_POST
def suggest(request: HttpRequest, key: int) -> HttpResponse:
    """Have the records read that are linked to no clause of an edition yet, and links suggested by what they say."""
    person = signed_in(request)
    edition = edition_for(person, key)
    services.ask_for_suggestions(edition=edition, by=person)
    messages.success(request, _("Records are being read. What is suggested shows here in a while."))
    return redirect("standards:to_confirm", edition.pk)
