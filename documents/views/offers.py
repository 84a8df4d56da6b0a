"""Which verbs a page offers, which of them stands first, and why another cannot be done yet."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from documents.models import Revision, Round
from documents.queries.facts import facts_for_offers
from documents.services.release import REVIEW_DUTY
from documents.states import REVISION, RevisionFacts
from documents.states.guards import a_periodic_review_is_asked, a_retirement_is_asked
from documents.views.acts import ACT_OF_EDGE, ACTS
from qms.core.lifecycle import Edge
from qms.organization.models import User

PRIMARY = (
    "approve",
    "agree_in_review",
    "start_approval",
    "submit_for_review",
    "start_approval_from_draft",
    "agree_retirement",
    "confirm_periodic_review",
    "release_now",
)
ICONS = {
    "approve": "signature",
    "agree_in_review": "check",
    "start_approval": "send",
    "submit_for_review": "send",
    "start_approval_from_draft": "send",
    "want_changes": "undo-2",
    "reject": "undo-2",
    "refuse_retirement": "undo-2",
    "refuse_periodic_review": "undo-2",
}
# The answers of a round stand beside each other: who says no finds the way as easily as who says yes.
COUNTER = {
    "approve": "reject",
    "agree_in_review": "want_changes",
    "agree_retirement": "refuse_retirement",
    "confirm_periodic_review": "refuse_periodic_review",
}
OF_A_ROUND = {a_retirement_is_asked, a_periodic_review_is_asked}


@dataclass(frozen=True)
class Offer:
    """A verb on the page; with `why` it cannot be done yet, for that reason."""

    verb: str
    label: str
    url: str
    icon: str
    danger: bool
    why: str = ""


def offers_on(
    shown: Revision, person: User, held: frozenset[str], current: Round | None, asked: set[str]
) -> tuple[Offer | None, list[Offer]]:
    """Return the verb that comes first, or None, and the others: those that can be done before those that cannot.

    Takes what the person holds, the round that is going on and the kinds of duties that are open. The answers to a
    round are offered in a round of their kind alone.
    """
    edges = [edge for edge in REVISION.offered(shown.state, RevisionFacts(standing=held)) if edge.verb in ACT_OF_EDGE]
    if not edges:
        return None, []
    facts = facts_for_offers(shown, person, held, current)
    fitting = [edge for edge in edges if all(guard(facts) is None for guard in edge.guards if guard in OF_A_ROUND)]
    offers = [_offer(shown, edge, facts) for edge in fitting]
    first = (*PRIMARY, "review_periodically") if REVIEW_DUTY in asked else PRIMARY
    open_ = sorted((each for each in offers if not each.why), key=lambda each: _place(each, first))
    blocked = [each for each in offers if each.why]
    if open_ and open_[0].verb in first:
        return open_[0], [*open_[1:], *blocked]
    return None, [*open_, *blocked]


def counter_of(primary: Offer | None, offers: Sequence[Offer]) -> Offer | None:
    """Return the verb that says no where the first one says yes, or None."""
    wanted = COUNTER.get(primary.verb) if primary else None
    return next((each for each in offers if each.verb == wanted and not each.why), None)


def _place(offer: Offer, first: Sequence[str]) -> int:
    return first.index(offer.verb) if offer.verb in first else len(first)


def _offer(shown: Revision, edge: Edge[RevisionFacts], facts: RevisionFacts) -> Offer:
    name = ACT_OF_EDGE[edge.verb]
    url = reverse("documents:act", args=[shown.document_id, shown.pk, name])
    why = " ".join(REVISION.objections(edge.verb, facts)[:1])
    return Offer(edge.verb, str(edge.label), url, ICONS.get(edge.verb, "arrow-right"), ACTS[name].danger, why)
