"""Pages of evidence packs: ask, watch it being built, take it away."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from qms.core.errors import RuleBroken
from qms.core.keyset import page
from qms.evidence.access import pack_for, require_export
from qms.evidence.forms import PackForm
from qms.evidence.models import Pack
from qms.evidence.queries import how_many, visible_to, what_fits
from qms.evidence.services import request_pack
from qms.filing.serving import serve
from qms.jobs.queries import jobs_about
from qms.organization.models import User
from qms.organization.request import signed_in


@require_safe
def packs(request: HttpRequest) -> HttpResponse:
    """Show the packs a person may see, newest first."""
    person = signed_in(request)
    require_export(person)
    found = page(
        visible_to(person),
        ("-requested_at", "-pk"),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    return render(request, "evidence/packs.html", {"page": found})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask for a pack: first how many records it would hold, then it is built behind the page."""
    person = signed_in(request)
    require_export(person)
    form = PackForm(request.POST or None, person=person, initial=_filled_in(request))
    count, fits = None, list[str]()
    if request.method == "POST" and form.is_valid():
        count, fits = how_many(form.selection(), person), what_fits(form.selection(), person)
        if "look" not in request.POST:
            try:
                return redirect(_asked(form, person))
            except RuleBroken as refusal:
                form.add_error(None, str(refusal))
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "evidence/new.html", {"form": form, "count": count, "fits": fits}, status=status)


def _filled_in(request: HttpRequest) -> dict[str, str]:
    """Return the clauses with which a link of another page fills the form in."""
    return {name: request.GET[name] for name in ("edition", "clauses") if name in request.GET}


def _asked(form: PackForm, person: User) -> Pack:
    cleaned = form.cleaned_data
    return request_pack(
        selection=form.selection(),
        words=form.words(),
        recipient=cleaned["recipient"],
        purpose=cleaned["purpose"],
        by=person,
    )


@require_safe
def pack(request: HttpRequest, key: int) -> HttpResponse:
    """Show a pack: how far it is, what it holds, and the download. The part with the progress answers alone to htmx."""
    found = pack_for(signed_in(request), key)
    job = jobs_about("evidence.pack", found.pk).first()
    template = "evidence/pack.html"
    if request.headers.get("HX-Target") == "progress-of-pack":
        template += "#progress"
    return render(request, template, {"pack": found, "job": job})


@require_safe
def download(request: HttpRequest, key: int) -> FileResponse:
    """Send the zip of a pack that is built."""
    found = pack_for(signed_in(request), key)
    if found.file is None:
        raise RuleBroken(_("The pack is not built yet."))
    return serve(found.file, found.download_name, "application/zip")
