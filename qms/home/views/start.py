"""Starting with one's own data: in the demo the way there, on own data the five steps and how far one is."""

from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from qms.core.seams.start import StartStep, start_steps
from qms.organization.models import User
from qms.organization.queries import may
from qms.organization.request import signed_in
from qms.organization.rights import Can


@dataclass(frozen=True)
class Shown:
    """A step as the page shows it; without an address for those who may not take it."""

    step: StartStep
    url: str
    done: bool


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Show the five steps: to everybody in the demo, on own data to those who set the system up."""
    person = signed_in(request)
    if not settings.DEMO and not (may(person, Can.CHANGE_SETTINGS) or may(person, Can.ACCOUNTS)):
        raise Http404
    steps = [_shown(step, person) for step in start_steps]
    left = sum(not each.done for each in steps)
    own = not settings.DEMO
    following = next((each for each in steps if own and each.url and not each.done), None)
    return render(request, "home/start.html", {"steps": steps, "left": left, "own": own, "following": following})


def _shown(step: StartStep, person: User) -> Shown:
    url = reverse(step.url_name) if step.shown(person) else ""
    return Shown(step, url, not settings.DEMO and step.done())
