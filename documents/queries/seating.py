"""Who may take a seat in a round: each answer is a sentence that says why not, empty when nothing stands against it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from documents.models import ApprovalProfile, Document, ProfileStep, Revision, Round, Seat
from documents.queries.rounds import awaited_seat, current_round
from documents.queries.standing import has_written, scope_of
from documents.rights import Can
from documents.states import ApprovalMode, ChangeClass, RoundKind
from qms.organization.models import User
from qms.organization.queries import may, rights, roles
from qms.organization.states import Role
from qms.signatures.models import SeparationException
from qms.signatures.queries import exception_for
from qms.signatures.states import SeparationRule


@dataclass(frozen=True)
class Place:
    """A person asked to take a seat, and at which step of an ordered approval."""

    person: User
    step: int = 1


def places_of(people: Iterable[User]) -> list[Place]:
    """Return places at the first step for people who are asked all at once."""
    return [Place(person) for person in people]


def approvers_problem(revision: Revision, places: Sequence[Place], profile: ApprovalProfile) -> str:
    """Return why these approvers cannot meet a profile, as one sentence; empty when they can (D4, D7).

    An administrative change (typing error, link in the body) needs one approver, whatever the profile asks.
    """
    problem = _people_problem(revision, places, has_written)
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
    if has_written(revision, person):
        return _("%(name)s wrote this and cannot review it.") % {"name": person.name}
    return ""


def successor_problem(kind: RoundKind, revision_id: int, old: int, new: User) -> str:
    """Return why a person cannot take the seat of another whose answer is awaited, as one sentence.

    Who is seated must fit as if chosen at first: the right, not the writer or only with an exception, the role of the
    step, nobody twice (D2, D4, D7).
    """
    revision = Revision.objects.select_related("document__type__profile", "author").get(pk=revision_id)
    current = current_round(revision)
    seat = awaited_seat(current, old) if current is not None and current.kind == kind else None
    if current is None or seat is None:
        return _("This answer is not awaited any more.")
    return _unfit(current, seat, new) or _twice_in_round(current, seat, new)


def separation(revision: Revision, person: User) -> SeparationException | None:
    """Return the exception under which a writer of a revision may approve it, or None."""
    return exception_for(SeparationRule.APPROVER_IS_AUTHOR, person=person, process_id=revision.document.process_id)


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


def _unfit(current: Round, seat: Seat, person: User) -> str:
    revision = current.revision
    if current.kind == RoundKind.REVIEW:
        return reviewer_problem(revision, person)
    if current.kind == RoundKind.APPROVAL:
        return _person_problem(revision, person, has_written(revision, person)) or _role_problem(current, seat, person)
    return _person_problem(revision, person, person.pk == current.opened_by_id)


def _twice_in_round(current: Round, seat: Seat, person: User) -> str:
    steps = [each.step for each in current.seats.all() if each.pk != seat.pk and each.person_id == person.pk]
    if steps and (current.mode != ApprovalMode.ORDERED or seat.step in steps):
        return _("%(name)s is asked in this round already.") % {"name": person.name}
    return _twice_problem(current.revision, [Place(person, step) for step in (seat.step, *steps)])


def _role_problem(current: Round, seat: Seat, person: User) -> str:
    if current.mode != ApprovalMode.ORDERED:
        return ""
    document = current.revision.document
    step = document.type.profile.steps.filter(position=seat.step).first()
    return _not_in_role(step, [person], document) if step is not None else ""


def _steps_problem(revision: Revision, places: Sequence[Place], profile: ApprovalProfile) -> str:
    for step in profile.steps.order_by("position"):
        chosen = [place.person for place in places if place.step == step.position]
        problem = _not_in_role(step, chosen, revision.document)
        if not chosen or problem:
            return problem or _("Nobody is chosen for the step “%(step)s”.") % {"step": step.name}
    return _twice_problem(revision, places)


def _not_in_role(step: ProfileStep, people: Sequence[User], document: Document) -> str:
    if step.role and any(Role(step.role) not in roles(person, scope_of(document)) for person in people):
        return _("The step “%(step)s” asks for another role.") % {"step": step.name}
    return ""


def _twice_problem(revision: Revision, places: Sequence[Place]) -> str:
    people = [place.person for place in places]
    for person in {each.pk: each for each in people if sum(other.pk == each.pk for other in people) > 1}.values():
        rule = SeparationRule.ONE_PERSON_TWO_STEPS
        if exception_for(rule, person=person, process_id=revision.document.process_id) is None:
            return _("%(name)s is chosen for two steps.") % {"name": person.name}
    return ""
