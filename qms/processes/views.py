"""Processes: the map with the register, the turtle sheet of each, and saying what one takes, gives and needs."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from qms.core.errors import RuleBroken
from qms.core.seams.panels import process_panels, shown
from qms.core.seams.turtle import legs_of
from qms.organization.history import history_of
from qms.organization.queries import may
from qms.organization.request import signed_in
from qms.organization.rights import Can as OrganizationCan
from qms.processes import services
from qms.processes.access import process_for, process_to_describe, require_sight
from qms.processes.forms import SheetForm
from qms.processes.printing import map_pdf, register_table, sheet_pdf
from qms.processes.queries import may_describe, others_than, overview, sheet_of
from qms.processes.words import words_of
from qms.reports.downloads import download


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Show the map of all processes, the register, and what their interaction leaves open."""
    person = signed_in(request)
    require_sight(person)
    found = overview()
    rows = [(each, [words_of(gap) for gap in found.gaps.get(each.pk, [])]) for each in found.processes]
    context = {
        "rows": rows,
        "drawing": found.drawing,
        "flows": found.flows,
        "open": sum(map(len, found.gaps.values())),
        "may_add": may(person, OrganizationCan.CHANGE_STRUCTURE),
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
        "may_change": may(person, OrganizationCan.CHANGE_STRUCTURE),
    }
    return render(request, "processes/sheet.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def describe(request: HttpRequest, key: int) -> HttpResponse:
    """Say what a process is for, takes, gives and needs."""
    person = signed_in(request)
    process = process_to_describe(person, key)
    form = SheetForm(request.POST if request.method == "POST" else None, sheet_of(process), others_than(process))
    if request.method == "POST" and form.is_valid():
        try:
            services.describe(process_id=process.pk, by=person, **form.values())
        except RuleBroken as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("processes:sheet", process.pk)
    return render(request, "processes/describe.html", {"process": process, "form": form})


@require_safe
def map_on_paper(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the map with the register: PDF; the register alone as CSV or XLSX."""
    person = signed_in(request)
    require_sight(person)
    found = overview()
    return download(
        form,
        name="processes",
        sheet=lambda: register_table(found, person),
        pdf=lambda: map_pdf(found, person),
    )


@require_safe
def sheet_on_paper(request: HttpRequest, key: int, form: str) -> HttpResponseBase:
    """Send the turtle sheet of a process as PDF."""
    person = signed_in(request)
    found = sheet_of(process_for(person, key))
    name = slugify(f"process-{found.process}")[:60]
    return download(form, name=name, pdf=lambda: sheet_pdf(found, legs_of(person, found.process), person))
