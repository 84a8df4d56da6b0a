"""Pages of moves: which are on, one with its lines, one line, and the report to hand over."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qms.actions.access import panel_of
from qms.core.errors import RuleBroken
from qms.organization.history import history_of
from qms.organization.models import User
from qms.organization.queries import may
from qms.organization.request import signed_in
from qms.reports.downloads import download
from qms.standards.queries.evidence import standing_of
from qms.standards.status import MEANS
from qms.transition import services
from qms.transition.access import line_for, mapping_to_start, project_for, require
from qms.transition.forms import AssessmentForm, EndForm
from qms.transition.models import Line, Project
from qms.transition.printing import move_pdf, move_sheet
from qms.transition.queries import LINE, Move, move_of, moves_possible, projects, reported_end, row_of, rows_of
from qms.transition.rights import Can
from qms.transition.states import GAP_WORDS, Gap

TONES = {
    Gap.SAME: "done",
    Gap.CHECK: "soon",
    Gap.CHANGED: "review",
    Gap.NEW: "info",
    Gap.DROPPED: "past",
    Gap.APART: "neutral",
}


@require_safe
def all_moves(request: HttpRequest) -> HttpResponse:
    """Show the moves that are on and those that are over, and what could be started."""
    person = signed_in(request)
    require(person, Can.READ)
    runs = may(person, Can.RUN)
    possible = [(each, reported_end(each)) for each in moves_possible()] if runs else []
    context = {"projects": list(projects()), "possible": possible, "may_run": runs}
    return render(request, "transition/all.html", context)


@require_POST
def start(request: HttpRequest, key: int) -> HttpResponse:
    """Start the move by a mapping."""
    person = signed_in(request)
    made = services.start(mapping=mapping_to_start(person, key), by=person)
    messages.success(request, _("The move has begun. Links were carried over; they count when somebody confirms them."))
    return redirect(made)


@require_safe
def project(request: HttpRequest, key: int) -> HttpResponse:
    """Show a move: how far it is, its lines with the evidence on both sides; `gap` and `open` narrow the lines."""
    person = signed_in(request)
    found = project_for(person, key)
    move = move_of(found)
    chosen, left = request.GET.get("gap", ""), bool(request.GET.get("open"))
    rows = [row for row in move.rows if chosen in {"", row.line.gap} and not (left and row.assessment)]
    context = {
        "project": found,
        "move": move,
        "rows": [(row, TONES[row.line.gap]) for row in rows],
        "filters": _filters(move, chosen, left),
        "form": AssessmentForm(),
        "means": MEANS,
        "may_assess": may(person, Can.ASSESS) and not found.closed_at,
        "may_run": may(person, Can.RUN) and not found.closed_at,
        "history": history_of(found),
    }
    return render(request, "transition/project.html", context)


def _filters(move: Move, chosen: str, left: bool) -> list[dict[str, Any]]:
    counts = move.gaps
    waiting = len(move.rows) - move.progress.assessed
    items: list[dict[str, Any]] = [
        {"label": _("All"), "url": "?", "count": len(move.rows), "on": not chosen and not left},
        {"label": _("Not assessed"), "url": "?open=1", "count": waiting, "on": left},
    ]
    return items + [
        {"label": GAP_WORDS[each], "url": f"?gap={each}", "count": counts[each], "on": each == chosen}
        for each in Gap
        if each in counts
    ]


@require_POST
def assess(request: HttpRequest, key: int) -> HttpResponse:
    """Take what was found of chosen lines of a move."""
    person = signed_in(request)
    found = project_for(person, key)
    chosen = {int(each) for each in request.POST.getlist("chosen") if each.isdecimal() and len(each) < 19}
    form = AssessmentForm(request.POST)
    if not form.is_valid():
        raise RuleBroken(_("Choose what you found."), code="outcome_missing")
    lines = [row.line for row in rows_of(found) if row.line.pk in chosen]
    done = services.assess(lines=lines, by=person, **form.cleaned_data)
    told = ngettext("%(n)d line is assessed.", "%(n)d lines are assessed.", len(done))
    messages.success(request, told % {"n": len(done)})
    return redirect(lines[0] if request.POST.get("back") == "line" else found)


@require_safe
def line(request: HttpRequest, key: int) -> HttpResponse:
    """Show one line: the clauses on both sides with their evidence, what was found, and its actions."""
    person = signed_in(request)
    found = line_for(person, key)
    context = {
        "line": found,
        "row": row_of(found),
        "tone": TONES[found.gap],
        "sides": _sides(found),
        "form": AssessmentForm(),
        "actions": panel_of(person, LINE, found.pk),
        "means": MEANS,
        "may_assess": may(person, Can.ASSESS) and not found.project.closed_at,
    }
    return render(request, "transition/line.html", context)


def _sides(found: Line) -> list[tuple[str, list[Any]]]:
    before = [found.source] if found.source else []
    mapping = found.project.mapping
    return [
        (str(edition), [(each, standing_of(each).status if each.is_requirement else None) for each in clauses])
        for edition, clauses in ((mapping.source, before), (mapping.target, list(found.targets.all())))
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, key: int) -> HttpResponse:
    """Set the day on which the transition ends."""
    person = signed_in(request)
    found = project_for(person, key)
    require(person, Can.RUN)
    form = EndForm(request.POST if request.method == "POST" else None, initial={"ends_on": found.ends_on})
    if form.is_valid():
        return redirect(services.set_end(project=found, by=person, **form.cleaned_data))
    return render(request, "transition/end.html", {"project": found, "form": form}, status=422 if form.errors else 200)


@require_POST
def close(request: HttpRequest, key: int) -> HttpResponse:
    """Close a move that is settled."""
    person = signed_in(request)
    services.close(project=project_for(person, key), by=person)
    messages.success(request, _("The move is closed."))
    return redirect("transition:all")


@require_safe
def report(request: HttpRequest, key: int, form: str) -> HttpResponseBase:
    """Send the gap analysis with its plan as PDF, or the lines as CSV or XLSX."""
    person = signed_in(request)
    return _report(project_for(person, key), form, person)


def _report(found: Project, form: str, person: User) -> HttpResponseBase:
    move = move_of(found)
    name = f"transition-{found.mapping.target}".replace(" ", "-").replace(":", "-").lower()
    return download(
        form, name=name, pdf=lambda: move_pdf(move, person.name), sheet=lambda: move_sheet(move, person.name)
    )
