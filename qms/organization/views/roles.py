"""Roles: given, ended, and the page that shows who may do what."""

from dataclasses import dataclass
from enum import StrEnum

from django.apps import apps
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from qms.core.errors import RuleBroken
from qms.core.seams.tabs import rights_pages, tabs_of
from qms.organization import services
from qms.organization.access import account_for, assignment_for, require_any
from qms.organization.forms import ReasonForm, RoleForm
from qms.organization.queries import no_quality_manager_yet, rights
from qms.organization.request import signed_in
from qms.organization.rights import Can, matrix
from qms.organization.states import ROLE_WORDS, Role

GIVERS: tuple[StrEnum, ...] = (Can.GRANT_ROLES, Can.ACCOUNTS)


@require_http_methods(["GET", "HEAD", "POST"])
def grant(request: HttpRequest, key: int) -> HttpResponse:
    """Give a person a role."""
    viewer = signed_in(request)
    subject = account_for(viewer, key, *GIVERS)
    form = RoleForm(request.POST if request.method == "POST" else None, rights=rights(viewer))
    if form.is_bound and form.is_valid():
        try:
            services.grant_role(person_id=key, by=viewer, **form.values())
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The role is given. The other quality managers are told."))
            return redirect(subject)
    context = {
        "form": form,
        "title": _("Give %(name)s a role") % {"name": subject.name},
        "label": _("Give the role"),
        "lead": "",
        "in_use_url": "",
        "back": subject.get_absolute_url(),
        "own": viewer.pk == subject.pk,
        "first": Can.ACCOUNTS in rights(viewer) and no_quality_manager_yet(),
        "subject": subject,
    }
    return render(request, "organization/role.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["POST"])
def first_quality_manager(request: HttpRequest, key: int) -> HttpResponse:
    """Name the first quality manager; once."""
    viewer = signed_in(request)
    subject = account_for(viewer, key)
    services.name_first_quality_manager(person_id=key, by=viewer)
    messages.success(request, _("%(name)s is the first quality manager.") % {"name": subject.name})
    return redirect(subject)


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, key: int, assignment: int) -> HttpResponse:
    """Ask, and end a role."""
    viewer = signed_in(request)
    subject = account_for(viewer, key, *GIVERS)
    ending = assignment_for(viewer, key, assignment)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        services.end_role(assignment_id=ending.pk, by=viewer, reason=form.cleaned_data["reason"])
        messages.success(request, _("The role has ended. The other quality managers are told."))
        return redirect(subject)
    words = {"name": subject.name, "role": ROLE_WORDS[Role(ending.role)]}
    context = {
        "form": form,
        "title": _("End the role “%(role)s” of %(name)s?") % words,
        "text": _("What was done under it stays as it is. The row stays and says until when it held."),
        "label": _("End the role"),
        "danger": True,
        "back": subject.get_absolute_url(),
    }
    return render(request, "organization/confirm.html", context)


@dataclass(frozen=True)
class RightRow:
    """One right of the matrix: its words, and for each role whether it holds it."""

    words: Promise
    held: list[bool]


@dataclass(frozen=True)
class RightGroup:
    """The rights of one room."""

    name: str
    rows: list[RightRow]


@require_safe
def rights_matrix(request: HttpRequest) -> HttpResponse:
    """Show the whole matrix of rights and roles, as the code has it."""
    viewer = signed_in(request)
    require_any(viewer, Can.SEE_RIGHTS)
    groups: dict[str, list[RightRow]] = {}
    for right, (words, holding) in matrix().items():
        row = RightRow(words, [role in holding for role in Role])
        groups.setdefault(right.partition(".")[0], []).append(row)
    context = {
        "tab_items": tabs_of(rights_pages, viewer, "organization:rights"),
        "roles": [ROLE_WORDS[role] for role in Role],
        "groups": [RightGroup(_room(name), rows) for name, rows in groups.items()],
    }
    return render(request, "organization/rights.html", context)


def _room(name: str) -> str:
    """Return what a room calls itself; its rights begin with its label."""
    return str(apps.get_app_config(name).verbose_name)
