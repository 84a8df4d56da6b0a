"""The matrix of a team's people and the documents that ask them, and status reports as PDF, CSV and XLSX."""

from collections.abc import Iterable

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from documents.access import document_for, reported_on, require, revision_to_show
from documents.queries import choosable, standing_on
from documents.queries.matrices import Matrix, Part, person_matrix, revision_matrix, team_matrix, team_part, team_with
from documents.queries.status import STANDING_WORDS, Cell, Standing
from documents.rights import Can
from documents.states import OWNER
from documents.status_reports import status_pdf, status_sheet
from documents.views.readers import TONES
from qms.organization.models import User
from qms.organization.request import signed_in
from qms.reports.downloads import download


@require_safe
def matrix(request: HttpRequest) -> HttpResponse:
    """Show the people of a team against the documents that ask them."""
    person = signed_in(request)
    require(person, Can.SEE_ACKNOWLEDGEMENTS)
    teams = list(choosable.teams())
    team = team_with(request.GET.get("team", "")) or (teams[0] if teams else None)
    part = team_part(person, team) if team else Part(Matrix([], [], {}))
    found = part.matrix
    rows = [
        (each, list(zip(found.documents, (_shown(cell) for cell in cells), strict=True)), _total(cells))
        for each, cells in found.rows()
    ]
    columns = list(zip(*(cells for _person, cells in found.rows()), strict=True))
    legend = [(TONES[standing], words) for standing, words in STANDING_WORDS.items() if found.count(standing)]
    context = {
        "teams": teams,
        "team": team,
        "part": part,
        "matrix": found,
        "rows": rows,
        "totals": [_total(cells) for cells in columns],
        "legend": legend,
        "late": found.count(Standing.OVERDUE),
    }
    return render(request, "documents/matrix.html", context)


def _shown(cell: Cell | None) -> tuple[str, str]:
    return (TONES[cell.standing], cell.words) if cell else ("", "")


def _total(cells: Iterable[Cell | None]) -> str:
    """How many of those who were asked have acknowledged what is in force."""
    asked = [cell for cell in cells if cell is not None and cell.standing is not Standing.NOT_ASKED]
    done = sum(cell.standing is Standing.CURRENT for cell in asked)
    return _("%(done)d of %(all)d") % {"done": done, "all": len(asked)} if asked else ""


@require_safe
def team_report(request: HttpRequest, key: int, form: str) -> HttpResponseBase:
    """Send the acknowledgement status of a team."""
    person = signed_in(request)
    require(person, Can.SEE_ACKNOWLEDGEMENTS)
    team = team_with(str(key))
    if team is None:
        raise Http404
    found = team_matrix(person, team)
    return _report(found, form, _("Acknowledgements of a team"), team.name, person)


@require_safe
def document_report(request: HttpRequest, key: int, form: str) -> HttpResponseBase:
    """Send the acknowledgement status of a document, or of the one revision that its page was showing."""
    person = signed_in(request)
    document = document_for(person, key)
    if not standing_on(document, person) & {Can.SEE_ACKNOWLEDGEMENTS, OWNER}:
        raise Http404
    shown = revision_to_show(person, document, request.GET.get("revision", ""))
    words = _("%(document)s, revision %(label)s") % {"document": document, "label": shown.label}
    return _report(revision_matrix(shown), form, _("Acknowledgements of a document"), words, person)


@require_safe
def person_report(request: HttpRequest, key: int, form: str) -> HttpResponseBase:
    """Send the acknowledgement status of a person: their own, their line manager's people, or with the right to."""
    viewer = signed_in(request)
    person = reported_on(viewer, key)
    return _report(person_matrix(viewer, person), form, _("Acknowledgements of a person"), person.name, viewer)


def _report(found: Matrix, form: str, title: str, words: str, viewer: User) -> HttpResponseBase:
    name = f"acknowledgements-{slugify(words)[:60]}".rstrip("-")
    return download(
        form,
        name=name,
        sheet=lambda: status_sheet(found, title=title, words=words, viewer=viewer),
        pdf=lambda: status_pdf(found, title=title, words=words, viewer=viewer),
    )
