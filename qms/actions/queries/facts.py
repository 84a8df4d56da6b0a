"""What the guards of an action need to know, read after its row was locked."""

from django.utils.translation import gettext as _

from qms.actions.models import Action, Extension
from qms.actions.queries.standing import answerers, exception_to, standing_on, verifiers
from qms.actions.states import OWNER, ActionFacts, State
from qms.core.actors import Actor
from qms.core.seams.gates import gate_problem
from qms.organization.models import User
from qms.organization.queries import today


def action_facts(action: Action, by: Actor) -> ActionFacts:
    """Return what guards ask of an action in its state; what only a verb knows (whom it names) it adds itself."""
    person = by if isinstance(by, User) else None
    held = standing_on(action, person) if person else frozenset[str]()
    if action.state == State.DONE and person:
        return ActionFacts(standing=held, separation_problem=_separation(action, person))
    if action.state != State.OPEN:
        return ActionFacts(standing=held)
    asked = open_extension(action)
    return ActionFacts(
        standing=held,
        has_verifier=OWNER not in held or bool(verifiers(action)),
        has_answerer=OWNER not in held or bool(answerers(action, action.owner_id)),
        gate_problem=gate_problem(action.gate_model, action.gate_key, action.given_at),
        extension_open=asked is not None,
        asked_oneself=asked is not None and person is not None and asked.asked_by_id == person.pk,
        asked_day_gone=asked is not None and asked.new_due_on < today(),
    )


def open_extension(action: Action) -> Extension | None:
    """Return the request for more time that waits for its answer, or None."""
    return action.extensions.filter(answer__isnull=True).select_related("asked_by").first()


def is_of(action: Action, person: User) -> bool:
    """Return whether somebody owns an action or said that it is done."""
    return person.pk in {action.owner_id, action.done_by_id}


def _separation(action: Action, person: User) -> str:
    if not is_of(action, person) or exception_to(action, person) is not None:
        return ""
    return _("You own this or did it yourself; somebody else verifies it.")
