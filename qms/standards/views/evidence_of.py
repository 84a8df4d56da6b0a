"""How one clause stands, for its page: status with its reasons, what is linked, expected, and judged by people."""

from typing import Any

from django.http import HttpRequest

from qms.core.seams.panels import clause_panels, shown
from qms.organization.models import User
from qms.organization.queries import may
from qms.standards.models import Clause
from qms.standards.queries.evidence import ClauseStatus, Told, judgements_of, standing_of
from qms.standards.queries.links import Linked, linked_to
from qms.standards.rights import Can
from qms.standards.status import KIND_WORDS, MEANS
from qms.standards.views.evidence import day_in, end_of


def evidence_context(request: HttpRequest, clause: Clause, person: User) -> dict[str, Any]:
    """Return what the page of a clause says of its evidence, as of the day in the address or now."""
    day = day_in(request)
    found = standing_of(clause, end_of(day))
    return {
        "day": day,
        "status": found,
        "means": MEANS,
        "expects": [KIND_WORDS[kind] for kind in sorted(found.expects)],
        "linked": _rows(linked_to(clause, person, end_of(day)), found),
        "judgements": judgements_of(clause),
        "panels": shown(clause_panels, person, clause),
        "may_link": may(person, Can.LINK),
        "may_expect": may(person, Can.EXPECT),
        "may_judge": may(person, Can.JUDGE),
    }


def _rows(linked: list[Linked], found: ClauseStatus) -> list[tuple[Linked, list[Told]]]:
    return [(each, list(found.told.get(each.link.pk, ()))) for each in linked]
