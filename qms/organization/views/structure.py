"""Sites with working days and holidays, and teams with their members."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qms.core.errors import NotPermitted, RuleBroken
from qms.organization import services
from qms.organization.access import require_any, site_for, team_for
from qms.organization.forms import JoinForm, SiteForm, TeamForm
from qms.organization.history import history_of
from qms.organization.models import User
from qms.organization.pages import structure_tabs
from qms.organization.queries import coming_holidays, may, members_now, site_rows, team_rows, today
from qms.organization.request import signed_in
from qms.organization.rights import Can

SITE_FIELDS = ("code", "name", "time_zone", "working_days")


@require_safe
def sites(request: HttpRequest) -> HttpResponse:
    """List the sites."""
    return _list(request, "sites", {"sites": site_rows()})


@require_safe
def teams(request: HttpRequest) -> HttpResponse:
    """List the teams."""
    return _list(request, "teams", {"teams": team_rows()})


def _list(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    viewer = signed_in(request)
    require_any(viewer, Can.SEE_PEOPLE, Can.CHANGE_STRUCTURE)
    common = {"may_change": may(viewer, Can.CHANGE_STRUCTURE), "tab_items": structure_tabs(viewer, name)}
    return render(request, f"organization/{name}.html", {**common, **context})


@require_http_methods(["GET", "HEAD", "POST"])
def site(request: HttpRequest, key: int | None = None) -> HttpResponse:
    """Make a site, or change one."""
    viewer = _changer(request)
    found = site_for(viewer, key) if key else None
    initial = {**_fields(found, *SITE_FIELDS), "holidays": _lines(found)} if found else {}
    form = SiteForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid() and _saved(form, lambda: _save_site(form, key, viewer)):
        messages.success(request, _("Saved."))
        return redirect("organization:sites")
    title = found.name if found else _("New site")
    return _form(request, form, title=title, back=reverse("organization:sites"), row=found, verb="site")


def _save_site(form: SiteForm, key: int | None, by: User) -> None:
    values = form.values()
    saved = services.change_site(site_id=key, by=by, **values) if key else services.create_site(by=by, **values)
    services.set_holidays(site_id=saved.pk, days=form.cleaned_data["holidays"], since=today(), by=by)


def _fields(found: object, *names: str) -> dict[str, Any]:
    return {name: getattr(found, name) for name in names}


def _lines(found: Any) -> str:
    return "\n".join(f"{row.day} {row.name}".strip() for row in coming_holidays(found, today()))


@require_safe
def team(request: HttpRequest, key: int) -> HttpResponse:
    """Show a team with its members."""
    viewer = signed_in(request)
    found = team_for(viewer, key)
    context = {
        "team": found,
        "members": members_now(found),
        "history": history_of(found),
        "join": JoinForm(),
        "may_change": may(viewer, Can.CHANGE_STRUCTURE),
    }
    return render(request, "organization/team.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def change_team(request: HttpRequest, key: int | None = None) -> HttpResponse:
    """Make a team, or change one."""
    viewer = _changer(request)
    found = team_for(viewer, key) if key else None
    initial = _fields(found, "name", "site", "process") if found else {}
    form = TeamForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            made = (
                services.change_team(team_id=key, by=viewer, **form.cleaned_data)
                if key
                else services.create_team(by=viewer, **form.cleaned_data)
            )
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("organization:team", made.pk)
    title = team_for(viewer, key).name if key else _("New team")
    back = reverse("organization:team", args=[key]) if key else reverse("organization:teams")
    return _form(request, form, title=title, back=back, row=found, verb="team")


@require_POST
def join(request: HttpRequest, key: int) -> HttpResponse:
    """Put somebody into a team."""
    viewer = _changer(request)
    found = team_for(viewer, key)
    form = JoinForm(request.POST)
    if not form.is_valid():
        context = {"team": found, "members": members_now(found), "history": [], "join": form, "may_change": True}
        return render(request, "organization/team.html", context, status=422)
    person = form.cleaned_data["person"]
    services.join_team(person_id=person.pk, team_id=key, by=viewer)
    messages.success(request, _("%(name)s belongs to the team from now on.") % {"name": person.name})
    return redirect("organization:team", key)


@require_POST
def leave(request: HttpRequest, key: int, person: int) -> HttpResponse:
    """Take somebody out of a team."""
    viewer = _changer(request)
    team_for(viewer, key)
    services.leave_team(person_id=person, team_id=key, by=viewer)
    messages.success(request, _("They no longer belong to the team."))
    return redirect("organization:team", key)


@require_POST
def in_use(request: HttpRequest, kind: str, key: int) -> HttpResponse:
    """Put a site or team out of use, or into use again; none is ever deleted."""
    viewer = _changer(request)
    if kind not in _IN_USE:
        raise Http404
    wanted = request.POST.get("in_use") == "1"
    _IN_USE[kind](key, wanted, viewer)
    messages.success(request, _("In use again.") if wanted else _("No longer in use. What refers to it stays."))
    return redirect(f"organization:{_PAGES[kind]}")


_IN_USE: dict[str, Callable[[int, bool, User], object]] = {
    "site": lambda key, wanted, by: services.change_site(site_id=key, is_active=wanted, by=by),
    "team": lambda key, wanted, by: services.change_team(team_id=key, is_active=wanted, by=by),
}
_PAGES = {"site": "sites", "team": "teams"}


def _changer(request: HttpRequest) -> User:
    viewer = signed_in(request)
    require_any(viewer, Can.CHANGE_STRUCTURE)
    return viewer


def _saved(form: Any, verb: Any) -> bool:
    """Run a verb; put what it refuses above the form, and say whether it went through."""
    try:
        verb()
    except NotPermitted:
        raise
    except RuleBroken as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _form(request: HttpRequest, form: Any, *, title: str, back: str, row: Any, verb: str) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "label": _("Save"),
        "lead": "",
        "back": back,
        "row": row,
        "in_use_url": reverse("organization:in_use", args=[verb, row.pk]) if row else "",
    }
    return render(request, "organization/form.html", context, status=422 if form.is_bound else 200)
