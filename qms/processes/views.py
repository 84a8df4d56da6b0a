"""Processes: the map with the register, the turtle sheet of each, saying what one takes, gives and needs, and making,
handing over and ending one.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qms.core.errors import NotPermitted, RuleBroken, Stale
from qms.core.seams.panels import process_panels, shown
from qms.core.seams.turtle import legs_of
from qms.organization.forms import ProcessForm
from qms.organization.history import history_of
from qms.organization.models import Process, User
from qms.organization.request import signed_in
from qms.organization.services import change_process, create_process
from qms.processes import services
from qms.processes.access import may_change, process_for, process_to_describe, require_sight, require_to_change
from qms.processes.forms import SheetForm
from qms.processes.printing import map_pdf, sheet_pdf, whole_table
from qms.processes.queries import (
    may_describe,
    others_than,
    overview,
    parties_outside,
    processes_out_of_use,
    sheet_of,
)
from qms.processes.words import words_of
from qms.reports.downloads import download


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Show the map of all processes, the register, and what their interaction leaves open."""
    person = signed_in(request)
    require_sight(person)
    found = overview()
    rows = [
        (each, found.descriptions.get(each.pk), [words_of(gap) for gap in found.gaps.get(each.pk, [])])
        for each in found.processes
    ]
    context = {
        "rows": rows,
        "drawing": found.drawing,
        "flows": found.flows,
        "open": sum(map(len, found.gaps.values())),
        "out_of_use": list(processes_out_of_use()),
        "may_change": may_change(person),
    }
    return render(request, "processes/register.html", context)


@require_safe
def sheet(request: HttpRequest, key: int) -> HttpResponse:
    """Show the turtle sheet of a process."""
    person = signed_in(request)
    process = process_for(person, key)
    found = sheet_of(process)
    context = {
        "process": process,
        "sheet": found,
        "legs": legs_of(person, process),
        "gaps": [words_of(gap) for gap in found.gaps],
        "panels": shown(process_panels, person, process),
        "history": history_of(process),
        "may_describe": may_describe(person, process),
        "may_change": may_change(person),
    }
    return render(request, "processes/sheet.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def describe(request: HttpRequest, key: int) -> HttpResponse:
    """Say what a process is for, takes, gives and needs."""
    person = signed_in(request)
    process = process_to_describe(person, key)
    form = _sheet_form(process, request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _describing(request, process, form, status=422 if request.method == "POST" else 200)
    try:
        services.describe(process_id=process.pk, by=person, **form.values())
    except Stale as refusal:
        return _overtaken(request, process, str(refusal))
    except RuleBroken as refusal:
        form.description.add_error(None, str(refusal))
        return _describing(request, process, form, status=422)
    messages.success(request, _("Saved."))
    return redirect("processes:sheet", process.pk)


def _sheet_form(process: Process, data: QueryDict | None) -> SheetForm:
    return SheetForm(data, sheet_of(process), others_than(process), parties_outside())


def _overtaken(request: HttpRequest, process: Process, words: str) -> HttpResponse:
    """Show what a person wrote again, with what somebody else said meanwhile; saving once more counts."""
    sheet, data = sheet_of(process), request.POST.copy()
    data["seen"] = sheet.mark
    form = _sheet_form(process, data)
    form.is_valid()
    return _describing(request, process, form, overtaken=words, unsaid=form.unsaid(sheet), status=409)


def _describing(
    request: HttpRequest,
    process: Process,
    form: SheetForm,
    *,
    status: int,
    overtaken: str = "",
    unsaid: Sequence[str] = (),
) -> HttpResponse:
    context = {"process": process, "form": form, "overtaken": overtaken, "unsaid": unsaid}
    return render(request, "processes/describe.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, key: int | None = None) -> HttpResponse:
    """Make a process, or change its number, name, owner and site."""
    person = signed_in(request)
    require_to_change(person)
    found = process_for(person, key) if key else None
    initial = {name: getattr(found, name) for name in ("number", "name", "owner", "site")} if found else {}
    form = ProcessForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            saved = _changed(key, form.cleaned_data, person)
        except NotPermitted:
            raise
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("processes:sheet", saved.pk)
    context = {"form": form, "process": found}
    return render(request, "processes/change.html", context, status=422 if form.is_bound else 200)


def _changed(key: int | None, values: dict[str, Any], by: User) -> Process:
    return change_process(process_id=key, by=by, **values) if key else create_process(by=by, **values)


@require_POST
def in_use(request: HttpRequest, key: int) -> HttpResponse:
    """Put a process out of use, or into use again; none is ever deleted."""
    person = signed_in(request)
    require_to_change(person)
    wanted = request.POST.get("in_use") == "1"
    change_process(process_id=process_for(person, key).pk, is_active=wanted, by=person)
    messages.success(request, _("In use again.") if wanted else _("No longer in use. What refers to it stays."))
    return redirect("processes:sheet", key)


@require_safe
def map_on_paper(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the map with the register: PDF; the register with all that is said as CSV or XLSX."""
    person = signed_in(request)
    require_sight(person)
    found = overview()
    return download(
        form,
        name="processes",
        sheet=lambda: whole_table(found, person),
        pdf=lambda: map_pdf(found, person),
    )


@require_safe
def sheet_on_paper(request: HttpRequest, key: int, form: str) -> HttpResponseBase:
    """Send the turtle sheet of a process as PDF."""
    person = signed_in(request)
    found = sheet_of(process_for(person, key))
    name = slugify(f"process-{found.process}")[:60]
    return download(form, name=name, pdf=lambda: sheet_pdf(found, legs_of(person, found.process), person))
