"""Importing a zip in the browser: upload, look at the plan, run it, take it back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents.access import import_for, require
from documents.forms.importing import ImportForm
from documents.queries.importing import rows_of, runs
from documents.rights import Can
from documents.services.importing import start_run, undo_run, upload_folder
from qms.core.keyset import page
from qms.filing.services import store
from qms.imports.states import RunState
from qms.jobs.queries import jobs_about
from qms.organization.request import signed_in


@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """Show the imports there were, and take a new zip."""
    person = signed_in(request)
    require(person, Can.IMPORT)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        run = upload_folder(
            file=store(file.chunks(), limit=None), name=file.name, mapping=form.cleaned_data["mapping"], by=person
        )
        return redirect("documents:import", run.pk)
    context = {"form": form, "runs": runs()[:50]}
    return render(request, "documents/imports.html", context, status=422 if form.is_bound else 200)


@require_safe
def import_run(request: HttpRequest, key: int) -> HttpResponse:
    """Show the plan or the outcome of an import, row by row; while it is read, how far it is."""
    run = import_for(signed_in(request), key)
    found = page(
        rows_of(run), ("position",), after=request.GET.get("after", ""), before=request.GET.get("before", ""), size=200
    )
    context = {
        "run": run,
        "page": found,
        "job": jobs_about("imports.importrun", run.pk).first(),
        "busy": run.state in {RunState.READING, RunState.RUNNING},
        "state": "",
    }
    template = "documents/import.html"
    if request.headers.get("HX-Target") == "progress-of-import" and context["busy"]:
        template += "#progress"
    elif request.headers.get("HX-Target") == "progress-of-import":
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, template, context)


@require_POST
def import_start(request: HttpRequest, key: int) -> HttpResponse:
    """Let a planned import run."""
    person = signed_in(request)
    start_run(run_id=import_for(person, key).pk, by=person)
    return redirect("documents:import", key)


@require_POST
def import_undo(request: HttpRequest, key: int) -> HttpResponse:
    """Take an import back as a whole."""
    person = signed_in(request)
    undo_run(run_id=import_for(person, key).pk, by=person)
    messages.success(request, _("The import is taken back. The trail keeps that it was there."))
    return redirect("documents:import", key)
