"""What the guards of an action need to know, read after its row was locked."""

from django.utils.translation import gettext as _

from qms.actions.models import Action, Extension
from qms.actions.queries.standing import standing_on
from qms.actions.states import ActionFacts, State
from qms.core.actors import Actor
from qms.core.seams.gates import gate_problem
from qms.organization.models import User
from qms.organization.queries import today
from qms.signatures.models import SeparationException
from qms.signatures.queries import exception_for
from qms.signatures.states import SeparationRule


def action_facts(action: Action, by: Actor) -> ActionFacts:
    """Return what guards ask of an action in its state; what only a verb knows (whom it names) it adds itself."""
    person = by if isinstance(by, User) else None
    asked = open_extension(action) if action.state == State.OPEN else None
    return ActionFacts(
        standing=standing_on(action, person) if person else frozenset(),
        gate_problem=_gate(action) if action.state == State.OPEN else "",
        separation_problem=_separation(action, person) if person and action.state == State.DONE else "",
        extension_open=asked is not None,
        asked_oneself=asked is not None and person is not None and asked.asked_by_id == person.pk,
        asked_day_gone=asked is not None and asked.new_due_on < today(),
    )


def open_extension(action: Action) -> Extension | None:
    """Return the request for more time that waits for its answer, or None."""
    return action.extensions.filter(answer__isnull=True).select_related("asked_by").first()


def exception_to(action: Action, person: User) -> SeparationException | None:
    """Return the exception under which somebody may verify what they own or did, or None."""
    return exception_for(SeparationRule.VERIFIER_IS_DOER, person=person, process_id=action.process_id)


def is_of(action: Action, person: User) -> bool:
    """Return whether somebody owns an action or said that it is done."""
    return person.pk in {action.owner_id, action.done_by_id}


def _separation(action: Action, person: User) -> str:
    if not is_of(action, person) or exception_to(action, person) is not None:
        return ""
    return _("You own this or did it yourself; somebody else verifies it.")


def _gate(action: Action) -> str:
    return gate_problem(action.gate_model, action.gate_key, action.given_at)
