"""Opening and closing rounds, seating people and taking their answers."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from documents.models import ApprovalProfile, Revision, Round, Seat
from documents.queries import awaited_seats, scope_of
from documents.rights import Can
from documents.states import ApprovalMode, ChangeClass, Decision, ReviewOutcome, RoundKind, RoundOutcome
from qms.core.errors import RuleBroken
from qms.duties.services import close_on, open_for
from qms.duties.states import Outcome
from qms.organization.models import User
from qms.organization.queries import may, rights, roles, today
from qms.organization.states import Role
from qms.signatures.models import SeparationException, Signature
from qms.signatures.queries import exception_for
from qms.signatures.states import SeparationRule

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


@dataclass(frozen=True)
class Place:
    """A person asked to take a seat, and at which step of an ordered approval."""

    person: User
    step: int = 1


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
    open_duties(made)
    return made


def open_duties(current: Round) -> None:
    """Open the duties of the seats whose answer is awaited now."""
    kind = RoundKind(current.kind)
    people = [seat.person_id for seat in awaited_seats(current)]
    due = today() + timedelta(days=DAYS_OF[kind])
    open_for(people, DUTY_OF[kind], current.revision, due_on=due, by=current.opened_by)


def close_round(current: Round, outcome: RoundOutcome) -> None:
    """Close a round with its outcome; what was answered stays, what was not is no longer asked."""
    current.closed_at, current.outcome = timezone.now(), outcome
    current.save(update_fields=["closed_at", "outcome"])
    close_on(current.revision, Outcome.VOID, kinds=[DUTY_OF[RoundKind(current.kind)]])


def take_answer(
    current: Round, person: User, decision: Decision, *, words: str = "", signature: Signature | None = None
) -> Seat:
    """Write a person's answer into their awaited seat and close their duty. Raises RuleBroken without such a seat."""
    seat = next((each for each in awaited_seats(current) if each.person_id == person.pk), None)
    if seat is None:
        raise RuleBroken(_("Your answer is not awaited here, or you have given it already."), code="no_seat")
    _check_today(current, seat, person)
    seat.decision, seat.decided_at, seat.words, seat.signature = decision, timezone.now(), words, signature
    seat.save(update_fields=["decision", "decided_at", "words", "signature"])
    close_on(current.revision, Outcome.DONE, kinds=[DUTY_OF[RoundKind(current.kind)]], people=[person.pk])
    return seat


def approvers_problem(revision: Revision, places: Sequence[Place], profile: ApprovalProfile) -> str:
    """Return why these approvers cannot meet a profile, as one sentence; empty when they can (D4, D7).

    An administrative change (typing error, link in the body) needs one approver, whatever the profile asks.
    """
    problem = _people_problem(revision, places, wrote)
    if problem or revision.change_class == ChangeClass.ADMINISTRATIVE:
        return problem
    return _mode_problem(revision, places, profile)


def agreers_problem(revision: Revision, places: Sequence[Place], *, by: User, needed: int) -> str:
    """Return why these people cannot agree to what `by` asks on an effective revision (D10, D11); empty when they can.

    Whoever asks is the maker here and does not agree to it themselves.
    """
    if needed == 0 and not places:
        return ""
    problem = _people_problem(revision, places, lambda _revision, person: person.pk == by.pk)
    if not problem and len({place.person.pk for place in places}) < needed:
        return _("This needs %(n)d people who agree.") % {"n": needed}
    return problem


def reviewer_problem(revision: Revision, person: User) -> str:
    """Return why a person cannot review a revision, as one sentence; empty when they can (D2)."""
    if not person.is_active or not may(person, Can.REVIEW):
        return _("%(name)s cannot review here.") % {"name": person.name}
    if wrote(revision, person):
        return _("%(name)s wrote this and cannot review it.") % {"name": person.name}
    return ""


def give_seat(current: Round, *, old: int, new: User) -> Seat:
    """Seat another person in the place of one whose answer is awaited. Who is seated must fit as if chosen at first:
    the right, not the writer or only with an exception, the role of the step, nobody twice (D2, D4, D7).

    Raises RuleBroken in words for a person who does not fit and for a seat that is not awaited any more.
    """
    seat = next((each for each in awaited_seats(current) if each.person_id == old), None)
    if seat is None:
        raise RuleBroken(_("This answer is not awaited any more."), code="no_seat")
    problem = _successor_problem(current, seat, new)
    if problem:
        raise RuleBroken(problem, code="person_unfit")
    made = _seat(current, current.revision, Place(new, seat.step), current.opened_by)
    empty = Seat.objects.filter(pk=seat.pk, person=old, decision="")
    if not empty.update(person=new, author=made.author, exception=made.exception):
        raise RuleBroken(_("This answer is not awaited any more."), code="no_seat")
    return seat


def separation(revision: Revision, person: User) -> SeparationException | None:
    """Return the exception under which a writer of a revision may approve it, or None."""
    return exception_for(SeparationRule.APPROVER_IS_AUTHOR, person=person, process_id=revision.document.process_id)


def wrote(revision: Revision, person: User) -> bool:
    """Return whether a person is author or co-author of a revision."""
    return revision.author_id == person.pk or revision.co_authors.filter(pk=person.pk).exists()


def _people_problem(revision: Revision, places: Sequence[Place], made: Callable[[Revision, User], bool]) -> str:
    if not places:
        return _("Choose who approves.")
    problems = (_person_problem(revision, place.person, made(revision, place.person)) for place in places)
    return next((problem for problem in problems if problem), "")


def _person_problem(revision: Revision, person: User, made: bool) -> str:
    if not person.is_active:
        return _("%(name)s has left.") % {"name": person.name}
    if Can.APPROVE not in rights(person, scope_of(revision.document)):
        return _("%(name)s does not hold the right to approve here.") % {"name": person.name}
    if made and separation(revision, person) is None:
        return _("%(name)s wrote or asks for this and cannot approve it.") % {"name": person.name}
    return ""


def _mode_problem(revision: Revision, places: Sequence[Place], profile: ApprovalProfile) -> str:
    people = [place.person.pk for place in places]
    if profile.mode == ApprovalMode.ORDERED:
        return _steps_problem(revision, places, profile)
    if len(set(people)) != len(people):
        return _("The same person is chosen twice.")
    if len(people) < profile.needed:
        return _("This type of document needs %(n)d approvers.") % {"n": profile.needed}
    return ""


def _successor_problem(current: Round, seat: Seat, person: User) -> str:
    revision, others = current.revision, [each for each in current.seats.all() if each.pk != seat.pk]
    if current.kind == RoundKind.REVIEW:
        problem = reviewer_problem(revision, person)
    elif current.kind == RoundKind.APPROVAL:
        problem = _person_problem(revision, person, wrote(revision, person)) or _role_problem(current, seat, person)
    else:
        problem = _person_problem(revision, person, person.pk == current.opened_by_id)
    if problem or not any(each.person_id == person.pk for each in others):
        return problem
    if current.mode != ApprovalMode.ORDERED or any(
        each.person_id == person.pk and each.step == seat.step for each in others
    ):
        return _("%(name)s is asked in this round already.") % {"name": person.name}
    return _twice_problem(revision, [Place(person, seat.step), Place(person, seat.step + 1)])


def _role_problem(current: Round, seat: Seat, person: User) -> str:
    if current.mode != ApprovalMode.ORDERED:
        return ""
    document = current.revision.document
    step = document.type.profile.steps.filter(position=seat.step).first()
    if step is not None and step.role and Role(step.role) not in roles(person, scope_of(document)):
        return _("The step “%(step)s” asks for another role.") % {"step": step.name}
    return ""


def _steps_problem(revision: Revision, places: Sequence[Place], profile: ApprovalProfile) -> str:
    by_step: dict[int, list[User]] = {}
    for place in places:
        by_step.setdefault(place.step, []).append(place.person)
    for step in profile.steps.order_by("position"):
        chosen = by_step.get(step.position, [])
        if not chosen:
            return _("Nobody is chosen for the step “%(step)s”.") % {"step": step.name}
        held = [roles(person, scope_of(revision.document)) for person in chosen]
        if step.role and not all(Role(step.role) in each for each in held):
            return _("The step “%(step)s” asks for another role.") % {"step": step.name}
    return _twice_problem(revision, places)


def _twice_problem(revision: Revision, places: Sequence[Place]) -> str:
    people = [place.person for place in places]
    for person in {each.pk: each for each in people if sum(other.pk == each.pk for other in people) > 1}.values():
        rule = SeparationRule.ONE_PERSON_TWO_STEPS
        if exception_for(rule, person=person, process_id=revision.document.process_id) is None:
            return _("%(name)s is chosen for two steps.") % {"name": person.name}
    return ""


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
        maker = place.person if wrote(revision, place.person) else revision.author
    exception = separation(revision, place.person) if maker.pk == place.person.pk else None
    return Seat(round=made, person=place.person, author=maker, step=place.step, exception=exception)


def places_of(people: Iterable[User]) -> list[Place]:
    """Return places at the first step for people who are asked all at once."""
    return [Place(person) for person in people]
