"""The front page, search and the palette."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from qms.duties.queries import groups_of, may_see_all, todays
from qms.home.queries import Results, figures_for, palette_items, results
from qms.organization.queries import came_and_wait_for, may
from qms.organization.request import signed_in
from qms.standards.rights import Can


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Answer the two questions of a morning: what do I owe, and is the system healthy. A reader sees only the first."""
    person = signed_in(request)
    if not may_see_all(person):
        return redirect("duties:my_work")
    shown = todays(person)
    context = {
        "figures": figures_for(person),
        "late": shown.late,
        "groups": groups_of(shown.own),
        "reads_standards": may(person, Can.READ),
        "arrived": came_and_wait_for(person),
    }
    return render(request, "home/home.html", context)


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Search everything a person may see."""
    person = signed_in(request)
    text = request.GET.get("q", "").strip()
    return render(request, "home/search.html", {"q": text, "results": results(person, text) if text else Results([])})


@require_safe
def palette(request: HttpRequest) -> HttpResponse:
    """Answer the palette's options for what is typed."""
    items = palette_items(signed_in(request), request.GET.get("q", "")[:200])
    return render(request, "components/palette_items.html", {"items": items})
