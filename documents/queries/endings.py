"""How the time of a revision ended: how long it was in force, what took its place, who decided it and why."""

from dataclasses import dataclass

from documents.models import Revision, Round
from documents.states import RoundKind, RoundOutcome, State


@dataclass(frozen=True)
class Ending:
    """The end of a revision's time. `replaced_by` followed it, `in_force` stands for the document now; or neither.

    `withdrawal` is the round by which the document was withdrawn, with its reason, who asked and who agreed.
    """

    revision: Revision
    replaced_by: Revision | None
    in_force: Revision | None
    withdrawal: Round | None

    @property
    def agreed_by(self) -> str:
        """Who agreed to withdraw the document, by name."""
        seats = self.withdrawal.seats.all() if self.withdrawal is not None else []
        return ", ".join(seat.person.name for seat in seats if seat.decision)


def ending_of(revision: Revision) -> Ending | None:
    """Return how a revision's time in force ended; None, without a query, for one whose time has not."""
    if revision.state not in {State.SUPERSEDED, State.OBSOLETE}:
        return None
    later = revision.document.revisions.filter(sequence__gt=revision.sequence, effective_at__isnull=False)
    followed = list(later.order_by("sequence"))
    return Ending(
        revision,
        replaced_by=followed[0] if followed else None,
        in_force=next((each for each in followed if each.state == State.EFFECTIVE), None),
        withdrawal=_withdrawal([revision, *followed][-1]),
    )


def _withdrawal(last: Revision) -> Round | None:
    if last.state != State.OBSOLETE:
        return None
    agreed = last.rounds.filter(kind=RoundKind.RETIREMENT, outcome=RoundOutcome.AGREED)
    return agreed.select_related("opened_by").prefetch_related("seats__person").order_by("-number").first()
