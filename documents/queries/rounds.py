"""Rounds: who is asked now, and whether they are met."""

from django.db.models import Prefetch

from documents.models import Revision, Round, Seat
from documents.states import (
    ApprovalMode,
    Decision,
    RoundKind,
    RoundOutcome,
)


def current_round(revision: Revision) -> Round | None:
    """Return the round that is going on, with its seats."""
    return (
        revision.rounds.filter(closed_at__isnull=True)
        .prefetch_related(Prefetch("seats", Seat.objects.select_related("person").order_by("step", "pk")))
        .first()
    )


def awaited_seats(current: Round) -> list[Seat]:
    """Return the seats whose answer is awaited now: in an ordered approval only those of the current step."""
    undecided = [seat for seat in current.seats.all() if not seat.decision]
    if current.mode != ApprovalMode.ORDERED or not undecided:
        return undecided
    step = min(seat.step for seat in undecided)
    return [seat for seat in undecided if seat.step == step]


def awaited_seat(current: Round, person_id: int) -> Seat | None:
    """Return the seat of a person whose answer is awaited now, or None."""
    return next((seat for seat in awaited_seats(current) if seat.person_id == person_id), None)


def is_met(current: Round) -> bool:
    """Return whether a round has all the answers its mode asks for (D7)."""
    said_yes = sum(seat.decision == Decision.YES for seat in current.seats.all())
    if current.mode == ApprovalMode.N_OF:
        return said_yes >= current.needed
    return said_yes == len(current.seats.all()) > 0


def has_its_answers(revision: Revision) -> bool:
    """Return whether the round that is going on has all its answers."""
    current = current_round(revision)
    return current is not None and is_met(current)


def last_review_agreed(revision: Revision) -> bool:
    """Return whether the last round of review ended with every reviewer saying yes (D5)."""
    last = revision.rounds.filter(kind=RoundKind.REVIEW, closed_at__isnull=False).order_by("-number").first()
    return last is not None and last.outcome == RoundOutcome.AGREED
