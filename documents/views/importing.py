"""Importing a zip in the browser: upload, look at the plan, run it, take it back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from documents.access import import_for, require
from documents.forms.importing import ImportForm, LineForm
from documents.importing import ORIGINS
from documents.models import Revision
from documents.queries.importing import (
    Came,
    active_names,
    came_in,
    next_numbers,
    revisions_of,
    rows_of,
    runs,
    said_about_files,
    type_choices,
)
from documents.rights import Can
from documents.services.correcting import correct_plan, drop_plan
from documents.services.importing import start_run, undo_run, upload_folder
from qms.core.keyset import Page, addresses, page
from qms.filing.services import store
from qms.imports.models import ImportRow, ImportRun
from qms.imports.states import RowOutcome, RunState
from qms.jobs.queries import jobs_about
from qms.organization.models import User
from qms.organization.queries import may
from qms.organization.request import signed_in

LINES = 200
# Each line of a plan is a form, and a request carries at most a thousand fields.
PLANNED_LINES = 50


@dataclass(frozen=True)
class Line:
    """A row as the page shows it: what is proposed, the revision it became, and the form that corrects it."""

    row: ImportRow
    outcome: str
    told: Mapping[str, Any] | None
    number_from: str
    revision: Revision | None
    owner: str
    next_number: str
    form: LineForm | None


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


@require_http_methods(["GET", "HEAD", "POST"])
def import_run(request: HttpRequest, key: int) -> HttpResponse:
    """Show the plan or the outcome of an import, row by row; while it is read, how far it is. Takes corrections."""
    person = signed_in(request)
    run = import_for(person, key)
    found, lines = _page_of(request, run)
    if request.method == "POST" and all(line.form.is_valid() for line in lines if line.form):
        corrected = _correct(run, lines, person)
        return redirect(f"{reverse('documents:import', args=[key])}{'?corrected=1' if corrected else ''}")
    return _shown(request, run, found, lines)


def _page_of(request: HttpRequest, run: ImportRun) -> tuple[Page[ImportRow], Sequence[Line]]:
    after, before = (request.GET.get(name, "") for name in ("after", "before"))
    size = PLANNED_LINES if run.state == RunState.PLANNED else LINES
    found = page(rows_of(run), ("position",), after=after, before=before, size=size)
    posted = request.POST if request.method == "POST" and len(request.POST) > 1 else None
    return found, _lines(run, found.rows, posted)


def _shown(request: HttpRequest, run: ImportRun, found: Page[ImportRow], lines: Sequence[Line]) -> HttpResponse:
    context = {
        "run": run,
        "page": found,
        "lines": lines,
        "people": active_names() if run.state == RunState.PLANNED else [],
        "job": jobs_about("imports.importrun", run.pk).first(),
        "corrected": "corrected" in request.GET and run.state == RunState.PLANNED,
        "came": _came(run, signed_in(request)),
        "busy": run.state in {RunState.READING, RunState.RUNNING},
        **addresses(request.GET, found),
    }
    template = "documents/import.html"
    if request.headers.get("HX-Target") == "progress-of-import" and context["busy"]:
        template += "#progress"
    elif request.headers.get("HX-Target") == "progress-of-import":
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, template, context, status=422 if request.method == "POST" else 200)


def _lines(run: ImportRun, rows: Sequence[ImportRow], posted: QueryDict | None) -> list[Line]:
    revisions = revisions_of(rows)
    types = type_choices() if run.state == RunState.PLANNED else []
    numbers = next_numbers(run) if types else {}
    lines = []
    for row in rows:
        told = json.loads(row.data) if row.data else {}
        form = LineForm(row, posted, types=types) if types and told and row.outcome != RowOutcome.UNCHANGED else None
        origin = str(ORIGINS[told["number_from"]]) if "number_from" in told else ""
        lines.append(
            Line(
                row,
                _outcome(run, row),
                told if "source" in told else None,
                origin,
                revisions.get(row.subject_key),
                (told["owner"] or run.made_by.name) if "source" in told else "",
                numbers.get(told["type"], "") if "source" in told and not told["number"] else "",
                form,
            )
        )
    return lines


def _came(run: ImportRun, person: User) -> Mapping[str, Any]:
    """How what came in stands, and what can be done with it as a whole: nothing where nothing is here of it."""
    found = came_in(run) if run.state == RunState.DONE else Came(0, 0, 0, [])
    may_adopt = bool(found.waiting) and may(person, Can.ADOPT)
    return {**vars(found), "may_adopt": may_adopt, "may_undo": bool(found.documents) and not found.built}


def _outcome(run: ImportRun, row: ImportRow) -> str:
    came = run.state in {RunState.DONE, RunState.UNDONE} and row.outcome == RowOutcome.NEW
    return _("came in") if came else row.outcome_words


def _correct(run: ImportRun, lines: Sequence[Line], person: User) -> bool:
    """Keep what was corrected; return whether anything was."""
    changed = {line.row.position: said for line in lines if line.form and (said := line.form.said())}
    if changed:
        correct_plan(run_id=run.pk, said=said_about_files(run, changed), by=person)
    return bool(changed)


@require_POST
def import_start(request: HttpRequest, key: int) -> HttpResponse:
    """Let a planned import run; corrections that came with the click make the plan anew first, to be looked at."""
    person = signed_in(request)
    run = import_for(person, key)
    found, lines = _page_of(request, run)
    forms = [line.form for line in lines if line.form and line.form.is_bound]
    if not all(form.is_valid() for form in forms):
        return _shown(request, run, found, lines)
    if forms and _correct(run, lines, person):
        return redirect(f"{reverse('documents:import', args=[key])}?corrected=1")
    start_run(run_id=run.pk, by=person)
    return redirect("documents:import", key)


@require_POST
def import_undo(request: HttpRequest, key: int) -> HttpResponse:
    """Take an import back as a whole."""
    person = signed_in(request)
    undo_run(run_id=import_for(person, key).pk, by=person)
    messages.success(request, _("The import is taken back. The trail keeps that it was there."))
    return redirect("documents:import", key)


@require_POST
def import_drop(request: HttpRequest, key: int) -> HttpResponse:
    """Throw a plan away."""
    person = signed_in(request)
    drop_plan(run_id=import_for(person, key).pk, by=person)
    messages.success(request, _("The plan is thrown away. Nothing came in."))
    return redirect("documents:imports")
