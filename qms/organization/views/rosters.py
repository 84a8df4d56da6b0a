"""People from a file: upload, dry run, one run."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from qms.core.errors import RuleBroken
from qms.core.parsers.model import Outcome as Reading
from qms.core.parsers.tables import read_table
from qms.jobs.queries import jobs_about, mail_stays_here
from qms.jobs.states import JobState
from qms.organization import services
from qms.organization.access import require_any, roster_import_for
from qms.organization.forms import RosterForm
from qms.organization.models import RosterImport, User
from qms.organization.queries import may, outcomes_of, without_password
from qms.organization.request import signed_in
from qms.organization.rights import Can
from qms.organization.roster import Kind, columns_of, rows_of
from qms.organization.roster.columns import COLUMN_WORDS, Column

SHOWN = 200
MAY_IMPORT = (Can.ACCOUNTS, Can.CHANGE_STRUCTURE, Can.GRANT_ROLES)


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file of people, read it, and lead to its dry run."""
    viewer = signed_in(request)
    require_any(viewer, *MAY_IMPORT)
    posted = request.method == "POST"
    form = RosterForm(request.POST if posted else None, request.FILES if posted else None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data["file"]
        try:
            rows = _read(given)
            kept = services.keep_roster(file_name=given.name, rows=rows, by=viewer)
        except RuleBroken as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("organization:roster", kept.pk)
    context = {"form": form, "columns": COLUMN_WORDS.items()}
    return render(request, "organization/roster_upload.html", context, status=422 if form.is_bound else 200)


def _read(given: "UploadedFile[bytes]") -> list[tuple[int, dict[Column, str]]]:
    """Return the rows of an upload, read in the sandbox; raise RuleBroken with the reader's words."""
    with TemporaryDirectory(prefix="qms-roster-") as folder:
        path = Path(folder) / "people"
        with path.open("wb") as out:
            for chunk in given.chunks():
                out.write(chunk)
        table = read_table(path, given.name or "")
    if table.outcome != Reading.TEXT:
        raise RuleBroken(table.words)
    columns, _unknown, twice = columns_of(table.header)
    if twice:
        raise RuleBroken(_("Two columns mean the same: %(names)s") % {"names": ", ".join(twice)})
    if not columns:
        raise RuleBroken(_("None of the columns is one of those below."))
    return rows_of(columns, ((row.number, row.cells) for row in table.rows))


@require_http_methods(["GET", "HEAD", "POST"])
def look(request: HttpRequest, key: int) -> HttpResponse:
    """Show what a file of people would change; on POST, let it."""
    viewer = signed_in(request)
    roster = roster_import_for(viewer, key)
    if request.method == "POST":
        services.ask_to_apply(roster_id=roster.pk, by=viewer)
        messages.info(request, _("The import runs. This page shows what became of it."))
        return redirect("organization:roster", key)
    if roster.applied_at is not None:
        return _applied(request, roster, viewer)
    outcomes = outcomes_of(roster, viewer)
    order = {Kind.PROBLEM: 0, Kind.CHANGED: 1, Kind.NEW: 2, Kind.UNCHANGED: 3}
    context = {
        "roster": roster,
        "outcomes": sorted(outcomes, key=lambda each: (order[each.kind], each.number))[:SHOWN],
        "writes": sum(each.kind in {Kind.NEW, Kind.CHANGED} for each in outcomes),
        "counts": [(kind.value, _KINDS[kind], sum(each.kind == kind for each in outcomes)) for kind in Kind],
        "more": max(0, len(outcomes) - SHOWN),
    }
    return render(request, "organization/roster.html", context)


def _applied(request: HttpRequest, roster: RosterImport, viewer: User) -> HttpResponse:
    summary = json.loads(roster.summary) if roster.summary else None
    job = jobs_about("organization.rosterimport", roster.pk).first()
    context = {
        "roster": roster,
        "summary": summary,
        "job": job,
        "failed": job is not None and job.state == JobState.FAILED,
        "without_password": without_password() if summary else None,
        "may_send": may(viewer, Can.ACCOUNTS),
        "may_confirm": may(viewer, Can.CONFIRM) or may(viewer, Can.CONFIRM_INSTEAD),
    }
    template = "organization/roster_applied.html"
    if request.headers.get("HX-Request") == "true" and summary is None:
        template += "#progress"
    return render(request, template, context)


@require_http_methods(["GET", "HEAD", "POST"])
def send_links(request: HttpRequest) -> HttpResponse:
    """Show who has no password yet; on POST, send each of them a link."""
    viewer = signed_in(request)
    require_any(viewer, Can.ACCOUNTS)
    if request.method == "POST":
        number = services.ask_for_sign_in_links(by=viewer)
        messages.success(request, _links_go_out(number))
        return redirect("organization:people")
    return render(
        request, "organization/send_links.html", {"found": without_password(), "kept_here": mail_stays_here()}
    )


def _links_go_out(number: int) -> str:
    if mail_stays_here():
        return _("No mail server is set: the links are written into the folder mail/ of the data folder.")
    return ngettext("%(number)s link goes out now.", "%(number)s links go out now.", number) % {"number": number}


_KINDS = {
    Kind.NEW: gettext_lazy("new"),
    Kind.CHANGED: gettext_lazy("changed"),
    Kind.UNCHANGED: gettext_lazy("unchanged"),
    Kind.PROBLEM: gettext_lazy("not imported"),
}
