"""Starting with one's own data: in the demo the way there, on own data the five steps and how far one is."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from qms.home.access import require
from qms.home.queries import first_steps, may_begin
from qms.organization.request import signed_in
from qms.organization.rights import Can
from qms.organization.services import change_setting
from qms.organization.settings_of_ours import FIRST_STEPS_SET_ASIDE


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Show the five steps: to everybody in the demo, on own data to those who set the system up."""
    person = signed_in(request)
    if not may_begin(person):
        raise Http404
    steps = first_steps(person)
    left = sum(not each.done for each in steps)
    own = not settings.DEMO
    following = next((each for each in steps if own and each.url and not each.done), None)
    return render(request, "home/start.html", {"steps": steps, "left": left, "own": own, "following": following})


@require_POST
def set_aside(request: HttpRequest) -> HttpResponse:
    """Name the first steps on nobody's first page any more; the settings bring them back."""
    person = signed_in(request)
    require(person, Can.CHANGE_SETTINGS)
    change_setting(key=FIRST_STEPS_SET_ASIDE, value=True, by=person)
    messages.success(request, _("Set aside. Help leads to the first steps, and the settings bring them back here."))
    return redirect("home:home")
