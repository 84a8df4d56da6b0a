"""Pages of duties: one's own, one's people's, everybody's, and the calendar."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qms.core.errors import NotPermitted, RuleBroken
from qms.core.keyset import addresses
from qms.core.seams.panels import shown, worker_panels
from qms.core.throttle import client_address, within
from qms.duties import services
from qms.duties.access import duty_to_move, require, worker_for
from qms.duties.feed import calendar_of
from qms.duties.forms import MoveForm
from qms.duties.pages import filters_of, tabs_of
from qms.duties.queries import (
    Wanted,
    calendar_feed,
    calendar_rows,
    counts_of,
    described,
    done_by,
    failed_digests,
    groups_of,
    ladder,
    my_work,
    overdue_by_person,
    overdue_by_team,
    own_people,
    person_of_calendar,
    reminder_clock,
    wanted,
    work_page,
)
from qms.duties.queries.told import rungs
from qms.duties.rights import Can
from qms.organization.models import User
from qms.organization.queries import came_and_wait_for, is_line_manager_of, may, setting
from qms.organization.request import signed_in
from qms.organization.states import Scope

ASKS_A_MINUTE = 30


@require_safe
def my_work_page(request: HttpRequest) -> HttpResponse:
    """Show what the person owes: overdue, today, this week, later."""
    viewer = signed_in(request)
    rows, counts = my_work(viewer), counts_of(viewer)
    context = {
        "groups": groups_of(rows),
        "counts": counts,
        "more": counts.open - len(rows),
        "tab_items": tabs_of(viewer, "mine"),
        "arrived": came_and_wait_for(viewer),
    }
    return render(request, "duties/my_work.html", context)


@require_safe
def my_people(request: HttpRequest) -> HttpResponse:
    """Show a line manager what each of their own people owes, is late with, and has done."""
    viewer = signed_in(request)
    people = list(own_people(viewer))
    context = {
        "people": people,
        "late": sum(vars(person)["late"] for person in people),
        "tab_items": tabs_of(viewer, "people"),
    }
    return render(request, "duties/my_people.html", context)


@require_safe
def worker(request: HttpRequest, key: int) -> HttpResponse:
    """Show what one person owes and has done, to themselves, their line manager and Quality."""
    viewer = signed_in(request)
    subject = worker_for(viewer, key)
    led = is_line_manager_of(viewer, subject)
    moves = may(viewer, Can.REASSIGN, Scope(site_id=subject.site_id)) and subject.pk != viewer.pk
    context = {
        "subject": subject,
        "own": subject.pk == viewer.pk,
        "led": led,
        "groups": groups_of(my_work(subject)),
        "counts": counts_of(subject),
        "may_remind": led or moves,
        "may_move": moves,
        "done": described(done_by(subject)[:20]),
        "panels": shown(worker_panels, viewer, subject),
    }
    return render(request, "duties/worker.html", context)


@require_POST
def remind(request: HttpRequest, key: int) -> HttpResponse:
    """Remind a person now of what they are late with."""
    viewer = signed_in(request)
    subject = worker_for(viewer, key)
    services.remind_now(person=subject, by=viewer)
    messages.success(request, _("A mail to %(name)s is on its way.") % {"name": subject.name})
    return redirect("duties:worker", key)


@require_safe
def everyone(request: HttpRequest) -> HttpResponse:
    """Show Quality what everybody owes, filtered by the address."""
    viewer = signed_in(request)
    require(viewer, Can.SEE_ALL)
    wish = wanted(request.GET)
    page = work_page(viewer, wish, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    context = {
        "page": page,
        "wish": wish,
        "filters": filters_of(request.GET, wish),
        "clear_url": "" if wish == Wanted() else "?",
        **addresses(request.GET, page),
        "tab_items": tabs_of(viewer, "everyone"),
    }
    return render(request, "duties/everyone.html", context)


@require_safe
def overdue(request: HttpRequest) -> HttpResponse:
    """Show Quality who is late, and which teams."""
    viewer = signed_in(request)
    require(viewer, Can.SEE_ALL)
    context = {
        "people": overdue_by_person(viewer),
        "teams": overdue_by_team(viewer)[:50],
        "tab_items": tabs_of(viewer, "overdue"),
    }
    return render(request, "duties/overdue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, key: int) -> HttpResponse:
    """Give an open duty to somebody else, with a reason."""
    viewer = signed_in(request)
    duty = duty_to_move(viewer, key)
    of_person = reverse("duties:worker", args=[duty.person_id])
    back = of_person if request.GET.get("from") == "person" else reverse("duties:everyone")
    form = MoveForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            services.move_duty(duty_id=duty.pk, to=given["to"], reason=given["reason"], by=viewer)
        except NotPermitted:
            raise
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("It is now with %(name)s.") % {"name": given["to"].name})
            return redirect(back)
    return render(request, "duties/move.html", {"form": form, "row": described([duty])[0], "back": back})


@require_safe
def reminders(request: HttpRequest) -> HttpResponse:
    """Show how reminders run: the ladder, the last run, whether they are held, mails that could not be written."""
    require(signed_in(request), Can.RELEASE_REMINDERS, Can.SEE_ALL)
    clock = reminder_clock()
    context = {
        "clock": clock,
        "held": clock is not None and clock.held_at is not None,
        "rungs": rungs(ladder()),
        "every": ladder().every,
        "failed": failed_digests()[:50],
        "hour": setting("duties.digest_hour"),
    }
    return render(request, "duties/reminders.html", context)


@require_POST
def release(request: HttpRequest) -> HttpResponse:
    """Let held reminders go on."""
    services.release_reminders(by=signed_in(request))
    messages.success(request, _("Reminders go on with the next minute."))
    return redirect("duties:reminders")


@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """Show whether one's calendar has an address; make a new one, shown this once, or take it away."""
    viewer = signed_in(request)
    context: dict[str, Any] = {"address": "", "tab_items": tabs_of(viewer, "calendar")}
    if request.method == "POST" and request.POST.get("verb") == "stop":
        services.stop_calendar(by=viewer)
        messages.success(request, _("The address is gone. Calendars that used it get nothing any more."))
        return redirect("duties:calendar")
    if request.method == "POST":
        token = services.rotate_calendar(by=viewer)
        context["address"] = settings.BASE_URL + reverse("duties:feed", args=[token])
    context["feed"] = calendar_feed(viewer)
    return render(request, "duties/calendar.html", context)


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Answer a secret address with the person's due days (RFC 5545); 404 for one that is none any more."""
    if not within("calendar", client_address(request), most=ASKS_A_MINUTE, seconds=60):
        return HttpResponse(_("Too many requests; try again in a minute."), status=429, headers={"Retry-After": "60"})
    person = person_of_calendar(token)
    if person is None:
        raise Http404
    return _ics(person)


def _ics(person: User) -> HttpResponse:
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    with translation.override(person.language):
        name = _("Due: %(organization)s") % {"organization": setting("organization.name")}
        content = calendar_of(name, calendar_rows(person), base_url=settings.BASE_URL, host=host)
    headers = {
        "Content-Disposition": 'inline; filename="due.ics"',
        "Cache-Control": "private, no-store",
        "X-Robots-Tag": "noindex",
    }
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)
