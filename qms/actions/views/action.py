"""The page of an action: what is asked, how it stands, what shows it, what was done when; and a new one."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from qms.actions import services
from qms.actions.access import action_for, file_for, require_giving
from qms.actions.forms import GiveForm, origin_named
from qms.actions.models import Action
from qms.actions.queries import Named, action_facts, address_of, open_extension
from qms.actions.queries.register import days_late, days_open
from qms.actions.views.acts import offers_on
from qms.core.errors import NotPermitted, RuleBroken
from qms.filing.queries import attachments_of
from qms.filing.serving import serve
from qms.organization.history import history_of
from qms.organization.models import User
from qms.organization.queries import today
from qms.organization.request import signed_in


@require_safe
def action(request: HttpRequest, key: int) -> HttpResponse:
    """Show an action."""
    person = signed_in(request)
    found = action_for(person, key)
    facts = action_facts(found, person)
    extensions = list(found.extensions.select_related("asked_by", "answer__answered_by").order_by("position"))
    context = {
        "action": found,
        "offers": offers_on(found, facts),
        "gate_problem": facts.gate_problem,
        "extensions": extensions,
        "extended": sum(each.is_agreed for each in extensions),
        "asked": open_extension(found),
        "age": days_open(found, today()),
        "late": days_late(found, today()),
        "files": attachments_of(found),
        "history": history_of(found),
        **_addresses(found, person),
    }
    return render(request, "actions/action.html", context)


def _addresses(action: Action, person: User) -> dict[str, str]:
    """Return the pages of the records that an action names, as far as the person sees them."""
    named = {
        "origin_url": (action.subject_model, action.subject_key),
        "gate_url": (action.gate_model, action.gate_key),
        "evidence_url": (action.evidence_model, action.evidence_key),
    }
    return {name: address_of(person, *record) if record[0] else "" for name, record in named.items()}


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Give an action, from nothing or from a record that the address names."""
    person = signed_in(request)
    require_giving(person)
    origin = origin_named(person, request.GET.get("from", "")[:130])
    first = {"process": origin.key} if origin and origin.model == "organization.process" else {}
    form = GiveForm(request.POST if request.method == "POST" else None, person=person, initial=first)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(services.give(by=person, origin=origin, **form.values()))
        except NotPermitted:
            raise
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
            status = 409
    return render(request, "actions/new.html", {"form": form, **_from(origin, person)}, status=status)


def _from(origin: Named | None, person: User) -> dict[str, Any]:
    back = address_of(person, origin.model, origin.key) if origin else ""
    return {"origin": origin, "back_url": back}


@require_safe
def file(request: HttpRequest, key: int, attachment: int) -> FileResponse:
    """Send a file that shows what was done."""
    found, kept = file_for(signed_in(request), key, attachment)
    return serve(kept.file, f"{found.number} {kept.name}", kept.media_type)
