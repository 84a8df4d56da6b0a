"""Help in plain words: a list of its pages, and each of them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from qms.home.queries import may_begin
from qms.home.words import HELP_PAGES
from qms.organization.request import signed_in


@require_safe
def help_pages(request: HttpRequest) -> HttpResponse:
    """List the pages of the help."""
    return render(request, "home/help.html", {"pages": HELP_PAGES, "begins": may_begin(signed_in(request))})


@require_safe
def help_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one page of the help; Http404 where there is none of that name."""
    found = next((each for each in HELP_PAGES if each.slug == slug), None)
    if found is None:
        raise Http404
    return render(request, f"home/help/{found.slug}.html", {"shown": found, "pages": HELP_PAGES})
