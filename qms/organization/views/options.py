"""The settings of the organization, and a person's own account."""

from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qms.core.errors import RuleBroken
from qms.organization import services
from qms.organization.access import require_any
from qms.organization.devices import device_words
from qms.organization.forms import LogoForm, PreferencesForm, SettingsForm
from qms.organization.history import last_changes_told
from qms.organization.models import User
from qms.organization.queries import (
    assignments_of,
    factors_of,
    logo_in_use,
    logo_with,
    memberships_of,
    sessions_of,
    setting,
)
from qms.organization.request import signed_in
from qms.organization.rights import Can
from qms.organization.secure_context import why_no_passkeys
from qms.organization.setting_kinds import declared


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Show and change the settings of the organization."""
    viewer = signed_in(request)
    require_any(viewer, Can.CHANGE_SETTINGS)
    form = SettingsForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _change(form, viewer):
        messages.success(request, _("Saved. What held before stays on record."))
        return redirect("organization:settings")
    return _settings(request, form, LogoForm())


@require_POST
def logo(request: HttpRequest) -> HttpResponse:
    """Take the organization's logo."""
    viewer = signed_in(request)
    require_any(viewer, Can.CHANGE_SETTINGS)
    form = LogoForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            services.put_logo(chunks=form.cleaned_data["logo"].chunks(), by=viewer)
        except RuleBroken as refusal:
            form.add_error("logo", str(refusal))
        else:
            messages.success(request, _("Saved. Prints made from now on carry the logo."))
            return redirect("organization:settings")
    return _settings(request, SettingsForm(), form)


@require_POST
def remove_logo(request: HttpRequest) -> HttpResponse:
    """Do without a logo from now on."""
    viewer = signed_in(request)
    require_any(viewer, Can.CHANGE_SETTINGS)
    services.remove_logo(by=viewer)
    messages.success(request, _("The logo is taken away. Prints that carry it stay as they are."))
    return redirect("organization:settings")


@login_not_required
@require_safe
def logo_image(request: HttpRequest, sha256: str) -> HttpResponse:
    """Send a logo of ours by its hash; the sign-in page shows it too."""
    found = logo_with(sha256)
    if found is None:
        raise Http404
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(bytes(found.data), content_type=found.media_type, headers=headers)


def _settings(request: HttpRequest, form: SettingsForm, logo_form: LogoForm) -> HttpResponse:
    context = {
        "form": form,
        "groups": form.groups(),
        "changes": last_changes_told(),
        "logo_form": logo_form,
        "logo": logo_in_use(),
    }
    bound = form.is_bound or logo_form.is_bound
    return render(request, "organization/settings.html", context, status=422 if bound else 200)


def _change(form: SettingsForm, by: User) -> bool:
    for key in declared():
        value = form.cleaned_data[key]
        try:
            if value != setting(key):
                services.change_setting(key=key, value=value, by=by)
        except RuleBroken as refusal:
            form.add_error(key, str(refusal))
    return not form.errors


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Show a person their own account: what they chose, roles, factors, sessions."""
    person = signed_in(request)
    form = PreferencesForm(request.POST if request.method == "POST" else None, initial=_chosen(person))
    if form.is_bound and form.is_valid():
        services.change_preferences(person=person, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("organization:profile")
    context = {
        "person": person,
        "form": form,
        "assignments": assignments_of(person),
        "memberships": memberships_of(person),
        "factors": factors_of(person),
        "sessions": [_session(each, request) for each in sessions_of(person)],
        "no_passkeys": why_no_passkeys(request),
    }
    return render(request, "organization/profile.html", context, status=422 if form.is_bound else 200)


def _session(row: UserSession, request: HttpRequest) -> dict[str, Any]:
    return {
        "key": row.pk,
        "words": device_words(row.user_agent),
        "ip": row.ip,
        "since": row.created_at,
        "current": row.session_key == request.session.session_key,
    }


def _chosen(person: User) -> dict[str, Any]:
    return {name: getattr(person, name) for name in ("language", "time_zone", "theme", "shortcuts")}


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Take one preference from the shell (theme, shortcuts), and go back to where the person was."""
    person = signed_in(request)
    changes: dict[str, Any] = {}
    if "theme" in request.POST:
        changes["theme"] = request.POST["theme"]
    if "shortcuts" in request.POST:
        changes["shortcuts"] = request.POST["shortcuts"] == "on"
    services.change_preferences(person=person, **changes)
    goal = request.POST.get("next", "")
    return redirect(goal if url_has_allowed_host_and_scheme(goal, allowed_hosts=None) else "organization:profile")


@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """End every other session of one's own."""
    ended = services.end_other_sessions(person=signed_in(request), session_key=request.session.session_key or "")
    messages.success(request, _("Other sessions ended: %(number)s") % {"number": ended})
    return redirect("organization:profile")


@require_POST
def end_session(request: HttpRequest, key: int) -> HttpResponse:
    """End one session of one's own."""
    services.end_session(person=signed_in(request), session_id=key)
    messages.success(request, _("The session has ended."))
    return redirect("organization:profile")
