"""Opening and closing rounds, seating people and taking their answers."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from documents.models import Revision, Round, Seat
from documents.queries import awaited_seat, awaited_seats, current_round, scope_of
from documents.queries.seating import Place, separation
from documents.queries.standing import has_written
from documents.rights import Can
from documents.services.going_on import has_gone_on
from documents.services.moving import Effect, MovedRevision
from documents.states import ApprovalMode, Decision, ReviewOutcome, RoundKind, RoundOutcome
from qms.core.errors import RuleBroken
from qms.duties.services import close_on, open_for
from qms.duties.states import Outcome
from qms.organization.models import User
from qms.organization.queries import organization_zone, rights, today
from qms.signatures.models import Signature

DUTY_OF = {
    RoundKind.REVIEW: "documents.review",
    RoundKind.APPROVAL: "documents.approve",
    RoundKind.RETIREMENT: "documents.agree_retirement",
    RoundKind.PERIODIC_REVIEW: "documents.confirm_periodic_review",
}
DAYS_OF = {
    RoundKind.REVIEW: 7,
    RoundKind.APPROVAL: 5,
    RoundKind.RETIREMENT: 7,
    RoundKind.PERIODIC_REVIEW: 7,
}


def open_round(
    revision: Revision,
    kind: RoundKind,
    places: Sequence[Place],
    *,
    by: User,
    mode: ApprovalMode = ApprovalMode.ALL,
    needed: int = 1,
    words: str = "",
    proposed: ReviewOutcome | None = None,
    signature: Signature | None = None,
) -> Round:
    """Open the next round of a kind on the frozen content, seat its people, and open their duties."""
    assert revision.content is not None
    number = revision.rounds.filter(kind=kind).count() + 1
    made = Round.objects.create(
        revision=revision,
        content=revision.content,
        kind=kind,
        number=number,
        mode=mode,
        needed=needed,
        opened_at=timezone.now(),
        opened_by=by,
        words=words,
        proposed=proposed.value if proposed else "",
        signature=signature,
    )
    Seat.objects.bulk_create(_seat(made, revision, place, by) for place in places)
    has_gone_on(revision)
    open_duties(made)
    return made


def open_duties(current: Round) -> None:
    """Open the duties of the seats whose answer is awaited now."""
    kind = RoundKind(current.kind)
    people = [seat.person_id for seat in awaited_seats(current)]
    open_for(people, DUTY_OF[kind], current.revision, due_on=_answer_due(current, kind), by=current.opened_by)


def _answer_due(current: Round, kind: RoundKind) -> date:
    """Return the day by which an answer is wanted: no approval is due after the day its revision takes effect."""
    usual, planned = today() + timedelta(days=DAYS_OF[kind]), current.revision.effective_from
    if kind is not RoundKind.APPROVAL or planned is None:
        return usual
    return max(today(), min(usual, timezone.localtime(planned, organization_zone()).date()))


def round_of(revision: Revision) -> Round:
    """Return the round that is going on; the guard of every verb that asks has seen that there is one."""
    current = current_round(revision)
    assert current is not None
    return current


def close_round(current: Round, outcome: RoundOutcome) -> None:
    """Close a round with its outcome; what was answered stays, what was not is no longer asked."""
    current.closed_at, current.outcome = timezone.now(), outcome
    current.save(update_fields=["closed_at", "outcome"])
    close_on(current.revision, Outcome.VOID, kinds=[DUTY_OF[RoundKind(current.kind)]])
    has_gone_on(current.revision)


def answer(
    by: User,
    words: str,
    *,
    ends: RoundOutcome | None = None,
    then: Callable[[Round], dict[str, Any] | None] | None = None,
) -> Effect:
    """Return the effect of an answer: it is written into the seat of the person, and what follows is done.

    A Yes leaves the round open, a No `ends` it with an outcome; `then` may add to the entry.
    """

    def effect(moved: MovedRevision) -> dict[str, Any]:
        current = round_of(moved.row)
        decision = Decision.NO if ends else Decision.YES
        _take_answer(current, by, decision, words, moved.signature)
        if ends:
            close_round(current, ends)
        return {"round": current.number, **((then(current) if then else None) or {})}

    return effect


def ending(outcome: Callable[[Round], RoundOutcome]) -> Effect:
    """Return the effect of ending the round that is going on without an answer."""

    def effect(moved: MovedRevision) -> dict[str, Any]:
        current = round_of(moved.row)
        close_round(current, outcome(current))
        return {"round": current.number}

    return effect


def give_seat(*, revision_id: int, old: int, new: int) -> None:
    """Seat a person in the place of another whose answer is awaited, after `successor_problem` found nothing. Call it
    in the transaction that moves the duty. Raises RuleBroken where no answer is awaited any more."""
    current = current_round(Revision.objects.select_related("document", "author").get(pk=revision_id))
    seat = awaited_seat(current, old) if current is not None else None
    if current is None or seat is None:
        raise RuleBroken(_("This answer is not awaited any more."), code="no_seat")
    made = _seat(current, current.revision, Place(User.objects.get(pk=new), seat.step), current.opened_by)
    seat.person, seat.author, seat.exception = made.person, made.author, made.exception
    seat.save(update_fields=["person", "author", "exception"])


def _take_answer(current: Round, person: User, decision: Decision, words: str, signature: Signature | None) -> None:
    """Write a person's answer into their awaited seat and close their duty. Raises RuleBroken without such a seat."""
    seat = awaited_seat(current, person.pk)
    if seat is None:
        raise RuleBroken(_("Your answer is not awaited here, or you have given it already."), code="no_seat")
    _check_today(current, seat, person)
    seat.decision, seat.decided_at, seat.words, seat.signature = decision, timezone.now(), words, signature
    seat.save(update_fields=["decision", "decided_at", "words", "signature"])
    close_on(current.revision, Outcome.DONE, kinds=[DUTY_OF[RoundKind(current.kind)]], people=[person.pk])


def _check_today(current: Round, seat: Seat, person: User) -> None:
    if current.kind == RoundKind.REVIEW:
        return
    if Can.APPROVE not in rights(person, scope_of(current.revision.document)):
        raise RuleBroken(_("You no longer hold the right to approve here."), code="right_lost")
    if seat.author_id == person.pk and separation(current.revision, person) is None:
        raise RuleBroken(_("You wrote this and cannot approve it; the exception has ended."), code="exception_ended")


def _seat(made: Round, revision: Revision, place: Place, by: User) -> Seat:
    """Seat a person beside whoever made what they answer for: the writer, or whoever asks for retirement or review."""
    if made.kind in {RoundKind.RETIREMENT, RoundKind.PERIODIC_REVIEW}:
        maker = by
    else:
        maker = place.person if has_written(revision, place.person) else revision.author
    exception = separation(revision, place.person) if maker.pk == place.person.pk else None
    return Seat(round=made, person=place.person, author=maker, step=place.step, exception=exception)
