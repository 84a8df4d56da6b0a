"""Who sees which actions, what a person is to one, and who verifies and answers."""

from django.db.models import BigIntegerField, Q, QuerySet
from django.db.models.functions import Cast

from qms.actions.models import Action
from qms.actions.rights import Can
from qms.actions.states import ANSWERER, GIVER, OWNER, VERIFIER
from qms.duties.models import Duty
from qms.organization.models import User
from qms.organization.queries import people_with, reach, rights
from qms.organization.states import EVERYWHERE, Scope
from qms.signatures.models import SeparationException
from qms.signatures.queries import exception_for
from qms.signatures.states import SeparationRule

DO, VERIFY, ANSWER = "actions.do", "actions.verify", "actions.answer_extension"
MODEL = "actions.action"


def scope_of(action: Action) -> Scope:
    """Return where an action lies."""
    return Scope(action.site_id, action.process_id)


def visible_to(person: User) -> QuerySet[Action]:
    """Return the actions that a person sees: those they own, verify, gave, did or answer about, and those in reach."""
    if EVERYWHERE in reach(person, Can.SEE):
        return Action.objects.all()
    return Action.objects.filter(_own(person) | in_reach(person, Can.SEE))


def in_reach(person: User, right: Can) -> Q:
    """Return the condition under which a right reaches an action: where its site and its process lie."""
    places = reach(person, right)
    if EVERYWHERE in places:
        return ~Q(pk=None)
    found = Q(pk__in=[])
    for place in places:
        found |= Q(**{name: key for name, key in vars(place).items() if key is not None})
    return found


def _own(person: User) -> Q:
    asked = Duty.objects.filter(person=person, kind=ANSWER, subject_model=MODEL, closed_at__isnull=True)
    keys = asked.annotate(key=Cast("subject_key", BigIntegerField())).values("key")
    mine = Q(owner=person) | Q(verifier=person) | Q(given_by=person) | Q(done_by=person) | Q(verified_by=person)
    return mine | Q(pk__in=keys)


def standing_on(action: Action, person: User) -> frozenset[str]:
    """Return the rights a person holds where an action lies, and what they are to it."""
    related = {
        OWNER: action.owner_id == person.pk,
        VERIFIER: action.verifier_id == person.pk,
        GIVER: action.given_by_id == person.pk,
        ANSWERER: _owes_an_answer(action, person),
    }
    return rights(person, scope_of(action)) | {name for name, holds in related.items() if holds}


def _owes_an_answer(action: Action, person: User) -> bool:
    owed = Duty.objects.filter(kind=ANSWER, subject_model=MODEL, subject_key=str(action.pk), closed_at__isnull=True)
    return owed.filter(person=person).exists()


def verifiers(action: Action) -> list[int]:
    """Return who is asked to verify what is done: who is named and here, else Quality; who owns or did it only where
    nobody else is and an exception to separation holds.
    """
    done_by = {action.owner_id, action.done_by_id}
    if action.verifier is not None and action.verifier.is_active and action.verifier_id not in done_by:
        return [action.verifier.pk]
    quality = _quality(action, done_by)
    return quality or [action.owner_id] * (exception_to(action, action.owner) is not None)


def answerers(action: Action, asked_by: int) -> list[int]:
    """Return who is asked about more time: who verifies, else who gave the action, else Quality; never who asks."""
    for person in (action.verifier, action.given_by):
        if person is not None and person.is_active and person.pk != asked_by:
            return [person.pk]
    return _quality(action, {asked_by})


def _quality(action: Action, but: set[int | None]) -> list[int]:
    found = people_with(Can.VERIFY, scope_of(action)).values_list("pk", flat=True)
    return [key for key in found if key not in but]


def exception_to(action: Action, person: User) -> SeparationException | None:
    """Return the exception under which somebody may verify what they own or did, or None."""
    return exception_for(SeparationRule.VERIFIER_IS_DOER, person=person, process_id=action.process_id)
