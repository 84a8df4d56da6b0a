"""People: the list, a person's page, accounts."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from qms.core.errors import NotPermitted, RuleBroken
from qms.core.keyset import addresses
from qms.core.seams.panels import person_panels, shown
from qms.jobs.queries import mail_stays_here
from qms.organization import services
from qms.organization.access import account_for, person_for, require_any
from qms.organization.forms import LinkForm, PersonForm, ReasonForm, TeamsForm
from qms.organization.history import history_of
from qms.organization.models import User
from qms.organization.pages import filters_of, structure_tabs, summary_of, wanted_people
from qms.organization.queries import (
    PeopleFilter,
    assignments_of,
    factors_of,
    filtered_people,
    may,
    may_confirm,
    memberships_of,
    open_touches,
    people_page,
    reports_of,
    rights,
    sessions_of,
    still_owns,
    suggestions,
    teams_of,
    without_password,
)
from qms.organization.request import signed_in
from qms.organization.rights import Can, givable_roles


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """List people, filtered by the address."""
    viewer = signed_in(request)
    require_any(viewer, Can.SEE_PEOPLE)
    wanted = wanted_people(request)
    found = people_page(wanted, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    accounts = may(viewer, Can.ACCOUNTS)
    importing = accounts or may(viewer, Can.CHANGE_STRUCTURE)
    context = {
        "page": found,
        "wanted": wanted,
        "narrowed": wanted != PeopleFilter(),
        "clear_url": "?" if wanted != PeopleFilter() else "",
        "summary": summary_of(wanted, filtered_people(wanted).count()),
        "filters": filters_of(request, wanted),
        "kept": [(name, value) for name, value in request.GET.items() if name not in {"q", "after", "before"}],
        "tab_items": structure_tabs(viewer, "people"),
        "may_open_accounts": accounts,
        "to_send": len(without_password().to_send) if accounts else 0,
        "may_import": importing,
        "may_confirm": may(viewer, Can.CONFIRM) or may(viewer, Can.CONFIRM_INSTEAD),
        "import_url": reverse("organization:import_people") if importing else "",
        "new_url": reverse("organization:create_person") if accounts else "",
        **addresses(request.GET, found),
    }
    return render(request, "organization/people.html", context)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Answer what was typed into a field for a person with people it may mean."""
    require_any(signed_in(request), Can.SEE_PEOPLE, Can.CHANGE_STRUCTURE)
    typed = next(iter(request.GET.values()), "")
    return render(request, "organization/suggestions.html", {"people": suggestions(str(typed))})


@require_safe
def person(request: HttpRequest, key: int) -> HttpResponse:
    """Show a person: place, roles with scope and dates, teams, and what upper rooms say of them."""
    viewer = signed_in(request)
    subject = person_for(viewer, key)
    accounts, structure = may(viewer, Can.ACCOUNTS), may(viewer, Can.CHANGE_STRUCTURE)
    touches = list(open_touches(subject)) if subject.is_active else []
    context = {
        "subject": subject,
        "own": viewer.pk == subject.pk,
        "assignments": assignments_of(subject),
        "memberships": memberships_of(subject),
        "reports": reports_of(subject),
        "panels": shown(person_panels, viewer, subject),
        "history": history_of(subject),
        "may_change": accounts or structure,
        "may_open_accounts": accounts,
        "may_change_teams": structure,
        "givable": givable_roles(rights(viewer)) if viewer.pk != key else frozenset(),
        "account": _account(subject) if accounts else None,
        "facts": _facts(subject),
        "left_behind": _left_behind(subject),
        "touches": touches,
        "confirm_url": _confirm_url(viewer, subject) if touches else "",
    }
    return render(request, "organization/person.html", context)


def _confirm_url(viewer: User, subject: User) -> str:
    """Return where somebody confirms that a person alone has their sign-in; empty for who may not."""
    return reverse("organization:confirm_sign_in", args=[subject.pk]) if may_confirm(viewer, subject) else ""


def _left_behind(subject: User) -> dict[str, Any] | None:
    found = still_owns(subject) if not subject.is_active else {}
    return found if any(found.values()) else None


def _account(subject: User) -> dict[str, Any]:
    """Return what IT sees of an account: how somebody can sign in, never what they do."""
    identity = getattr(subject, "external_identity", None)
    password = _("their own") if subject.password_is_own else _("temporary, cannot sign")
    rows = [
        (_("Password"), password if subject.has_usable_password() else _("none")),
        (_("Passkeys and codes"), ", ".join(str(each) for each in factors_of(subject)) or _("none")),
        (_("Open sessions"), len(sessions_of(subject))),
        (_("Single sign-on"), identity.expected_email if identity else _("not linked")),
    ]
    verbs = [("link", _("Send a link"), "mail"), ("password", _("Temporary password"), "key-round")]
    verbs += [("sessions", _("End sessions"), "log-out"), ("factors", _("Remove passkeys and codes"), "shield-x")]
    verbs += [("unlink", _("Take the link away"), "unlink")] if identity else []
    return {
        "rows": rows,
        "verbs": [
            {"label": label, "icon": icon, "url": reverse("organization:account", args=[subject.pk, verb])}
            for verb, label, icon in verbs
            if verb != "link" or subject.email
        ],
    }


def _facts(subject: User) -> list[tuple[str, object]]:
    """Return what everybody who may open the page sees of a person; empty fields are left out."""
    rows: list[tuple[str, object]] = [
        (_("User name"), subject.username),
        (_("E-mail"), subject.email),
        (_("Personnel number"), subject.personnel_number),
        (_("Company"), subject.company),
        (_("Site"), subject.site),
        (_("Line manager"), subject.line_manager),
        (_("First day"), formats.date_format(subject.joined_on, "j M Y")),
        (_("Last day"), formats.date_format(subject.ends_on, "j M Y") if subject.ends_on else ""),
        (_("Left"), formats.date_format(subject.left_on, "j M Y") if subject.left_on else ""),
    ]
    return [(label, value) for label, value in rows if value]


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Make an account."""
    viewer = signed_in(request)
    require_any(viewer, Can.ACCOUNTS)
    form = PersonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = services.create_person(by=viewer, **form.values())
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The account stands. It has no password yet: send a link or set one."))
            return redirect(made)
    title = _("New person")
    return _form_page(request, form, title=title, label=_("Make the account"), back=reverse("organization:people"))


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, key: int) -> HttpResponse:
    """Change a person; without the right to accounts only their place in the organization."""
    viewer = signed_in(request)
    subject = account_for(viewer, key, Can.ACCOUNTS, Can.CHANGE_STRUCTURE)
    accounts = may(viewer, Can.ACCOUNTS)
    form = PersonForm(request.POST if request.method == "POST" else None, person=subject, accounts=accounts)
    if form.is_bound and form.is_valid():
        try:
            services.change_person(person_id=key, by=viewer, **form.values())
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("organization:person", key)
    name = person_for(viewer, key).name
    return _form_page(request, form, title=name, label=_("Save"), back=reverse("organization:person", args=[key]))


@require_http_methods(["GET", "HEAD", "POST"])
def teams(request: HttpRequest, key: int) -> HttpResponse:
    """Choose the teams of a person."""
    viewer = signed_in(request)
    subject = account_for(viewer, key, Can.CHANGE_STRUCTURE)
    form = TeamsForm(request.POST if request.method == "POST" else None, initial={"teams": teams_of(subject)})
    if form.is_bound and form.is_valid():
        services.set_teams(person_id=key, team_ids=[team.pk for team in form.cleaned_data["teams"]], by=viewer)
        messages.success(request, _("Saved."))
        return redirect(subject)
    title = _("Teams of %(name)s") % {"name": subject.name}
    return _form_page(request, form, title=title, label=_("Save"), back=subject.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
def deactivate(request: HttpRequest, key: int) -> HttpResponse:
    """Ask, and close an account."""
    return _ask(
        request,
        key,
        services.deactivate_person,
        title=_("Close the account of %(name)s?"),
        text=_(
            "Sign-in, sessions, roles and teams end at once. The person, what they signed and their history stay; "
            "accounts are never deleted."
        ),
        label=_("Close the account"),
        done=_("The account is closed."),
        danger=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def reactivate(request: HttpRequest, key: int) -> HttpResponse:
    """Ask, and open a closed account again."""
    return _ask(
        request,
        key,
        services.reactivate_person,
        title=_("Open the account of %(name)s again?"),
        text=_("It is the same person with the same history, but roles, teams and password start empty."),
        label=_("Open the account"),
        done=_("The account is open again."),
    )


def _ask(request: HttpRequest, key: int, verb: Any, *, done: str, danger: bool = False, **words: str) -> HttpResponse:
    viewer = signed_in(request)
    subject = account_for(viewer, key)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        verb(person_id=key, by=viewer, reason=form.cleaned_data["reason"])
        messages.success(request, done)
        return redirect(subject)
    words = {name: text % {"name": subject.name} for name, text in words.items()}
    context = {"form": form, "danger": danger, "back": subject.get_absolute_url(), **words}
    return render(request, "organization/confirm.html", context)


@require_http_methods(["POST"])
def account(request: HttpRequest, key: int, verb: str) -> HttpResponse:
    """Do what IT does with an account: a temporary password, a link, sessions, factors."""
    viewer = signed_in(request)
    subject = account_for(viewer, key)
    if verb == "password":
        password = services.set_password(person_id=key, by=viewer)
        return render(request, "organization/password.html", {"subject": subject, "password": password})
    if verb not in _VERBS:
        raise Http404
    messages.success(request, _VERBS[verb](key, viewer))
    return redirect(subject)


def _link(key: int, by: User) -> str:
    services.send_sign_in_link(person_id=key, by=by)
    if mail_stays_here():
        return _("No mail server is set: the link is written into the folder mail/ of the data folder.")
    return _("The link is on its way. It holds for three days and works once.")


def _sessions(key: int, by: User) -> str:
    ended = services.end_sessions_of(person_id=key, by=by)
    return _("Sessions ended: %(number)s") % {"number": ended}


def _factors(key: int, by: User) -> str:
    removed = services.remove_factors(person_id=key, by=by)
    return _("Passkeys, apps and codes removed: %(number)s") % {"number": removed}


def _unlink(key: int, by: User) -> str:
    services.unlink_identity(person_id=key, by=by)
    return _("The single sign-on no longer opens this account.")


_VERBS = {"link": _link, "sessions": _sessions, "factors": _factors, "unlink": _unlink}


@require_http_methods(["GET", "HEAD", "POST"])
def identity(request: HttpRequest, key: int) -> HttpResponse:
    """Link an account to the single sign-on."""
    viewer = signed_in(request)
    subject = account_for(viewer, key)
    form = LinkForm(request.POST if request.method == "POST" else None, initial={"email": subject.email})
    if form.is_bound and form.is_valid():
        try:
            services.link_identity(person_id=key, email=form.cleaned_data["email"], by=viewer)
        except NotPermitted:
            raise
        except RuleBroken as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(request, _("Linked. The first sign-in there binds it to the person."))
            return redirect(subject)
    title = _("Single sign-on of %(name)s") % {"name": subject.name}
    return _form_page(request, form, title=title, label=_("Link"), back=subject.get_absolute_url())


def _form_page(request: HttpRequest, form: Any, **context: str) -> HttpResponse:
    status = 422 if form.is_bound else 200
    given = {"form": form, "lead": "", "in_use_url": "", **context}
    return render(request, "organization/form.html", given, status=status)
