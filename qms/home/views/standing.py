"""How evidence and moves to new editions stand: fetched by the front page after it is there, or a page of its own."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from qms.home.access import require
from qms.organization.request import signed_in
from qms.standards.queries.changes import stand_since
from qms.standards.queries.evidence import Matrix
from qms.standards.rights import Can
from qms.standards.status import EVIDENCE_WORDS, MEANS, TONES, Evidence
from qms.transition.queries import unassessed

WEEK = timedelta(days=7)
MOST = 8


@require_safe
def standing(request: HttpRequest) -> HttpResponse:
    """Show how many clauses of each standard are in which state, what changed in a week, and what a move waits for."""
    require(signed_in(request), Can.READ)
    stand = stand_since(timezone.now() - WEEK)
    context = {
        "stands": [(each, _told(each)) for each in stand.matrices],
        "changed": stand.changed[:MOST],
        "more": max(0, len(stand.changed) - MOST),
        "moves": unassessed(),
        "means": MEANS,
    }
    part = request.headers.get("HX-Request") == "true"
    return render(request, "home/standing_part.html" if part else "home/standing.html", context)


def _told(found: Matrix) -> list[tuple[str, object, int]]:
    return [(TONES[each], EVIDENCE_WORDS[each], found.told.get(each, 0)) for each in Evidence]
