"""Confirming that people alone have their sign-in: one person, or everybody who waits."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from qms.core.errors import RuleBroken
from qms.organization import services
from qms.organization.access import person_for, require_any
from qms.organization.forms import ConfirmForm
from qms.organization.models import User
from qms.organization.queries import (
    Waiting,
    awaits_confirmation,
    confirmers_of,
    factors_of,
    may_confirm,
    open_touches,
    wait_for_others,
    waiting_for,
)
from qms.organization.request import signed_in
from qms.organization.rights import Can
from qms.organization.states import Confirmed


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, key: int) -> HttpResponse:
    """Show what somebody else did to a person's sign-in; on POST, confirm that the person alone has it."""
    viewer = signed_in(request)
    subject = person_for(viewer, key)
    require_any(viewer, Can.CONFIRM, Can.CONFIRM_INSTEAD)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        how, name = form.cleaned_data["how"], subject.name
        services.confirm_possession(person_ids=[subject.pk], how=how, by=viewer)
        messages.success(request, _("Confirmed. %(name)s can sign now.") % {"name": name})
        return redirect(subject)
    as_what = may_confirm(viewer, subject)
    waits = Waiting(subject, list(open_touches(subject)), as_what == Confirmed.SECOND)
    context = {
        "form": form,
        "subject": subject,
        "touches": waits.touches,
        "came": waits.came,
        "factors": factors_of(subject),
        "may": as_what is not None,
        "second": waits.second,
    }
    return render(request, "organization/confirm_sign_in.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def waiting(request: HttpRequest) -> HttpResponse:
    """List whoever waits for somebody's confirmation; on POST, confirm those who are marked."""
    viewer = signed_in(request)
    require_any(viewer, Can.CONFIRM, Can.CONFIRM_INSTEAD)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _confirm_marked(request, form, viewer):
        return redirect("organization:waiting")
    rows = waiting_for(viewer)
    second = sum(each.second for each in rows)
    elsewhere = wait_for_others(viewer) - second
    context = {
        "form": form,
        "came": [each for each in rows if each.came],
        "not_yet": [each for each in rows if not each.came],
        "marked": _marked(request, rows),
        "one": second > 0,
        "elsewhere": elsewhere,
        "stuck": elsewhere > 0 and not rows and not confirmers_of(viewer),
        "own": awaits_confirmation(viewer),
    }
    return render(request, "organization/waiting.html", context, status=422 if form.is_bound else 200)


def _marked(request: HttpRequest, rows: list[Waiting]) -> set[int]:
    """Return who is marked: as was posted; else, beforehand, where there is nothing to look at first."""
    if request.method == "POST":
        posted = set(request.POST.getlist("person"))
        return {each.person.pk for each in rows if str(each.person.pk) in posted}
    return {each.person.pk for each in rows if each.new and each.came and not each.second}


def _confirm_marked(request: HttpRequest, form: ConfirmForm, viewer: User) -> bool:
    marked = request.POST.getlist("person")
    if not all(each.isdecimal() and len(each) < 19 for each in marked):
        raise Http404
    if not marked:
        form.add_error(None, _("Mark at least one person."))
        return False
    try:
        done = services.confirm_possession(person_ids=map(int, marked), how=form.cleaned_data["how"], by=viewer)
    except RuleBroken as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(
        request, ngettext("%(number)s person can sign now.", "%(number)s people can sign now.", done) % {"number": done}
    )
    return True
