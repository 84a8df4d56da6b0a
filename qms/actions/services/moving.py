"""The one call that moves an action along its table, its duties, and what its origin hears."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from qms.actions.models import Action, ExtensionAnswer
from qms.actions.queries import ANSWER, DO, MODEL, VERIFY, action_facts, answerers, open_extension, verifiers
from qms.actions.states import ACTION, IN_HAND, ActionFacts, Answer, State
from qms.core.actors import Actor
from qms.core.seams.after import Happening, after
from qms.duties.services import close_on, open_for
from qms.duties.states import Outcome
from qms.filing.services.move import Moved, move
from qms.jobs.services import later
from qms.organization.queries import today

MovedAction = Moved[Action, ActionFacts]
Effect = Callable[[MovedAction], dict[str, Any] | None]

INDEX = "actions.index"
# The days in which somebody verifies what was done.
VERIFY_WITHIN = timedelta(days=7)
# Verbs after which an action may have been the last of its origin.
_ENDS = {"do": "actions.all_done", "verify": "actions.all_verified", "cancel": "actions.all_verified"}


@transaction.atomic
def action_move(
    action_id: int,
    verb: str,
    *,
    by: Actor,
    effect: Effect,
    prepare: Callable[[Action], None] | None = None,
    reason: str = "",
    seen_state: str | None = None,
    told: Callable[[Action], dict[str, Any]] | None = None,
) -> Action:
    """Move an action along an edge of its table; `told` gives the facts that only the verb knows.

    Where nothing of its origin is left to do, or to verify, the rooms above hear "actions.all_done" or
    "actions.all_verified" about the origin, in the same transaction.
    """

    def facts(action: Action, actor: Actor) -> ActionFacts:
        known = action_facts(action, actor)
        return replace(known, **told(action)) if told else known

    if verb in _ENDS:
        _hold_origin(action_id)
    rows = Action.objects.select_related("owner", "verifier", "given_by", "process", "site")
    action = move(
        lifecycle=ACTION,
        rows=rows,
        key=action_id,
        verb=verb,
        by=by,
        facts=facts,
        prepare=prepare,
        effect=effect,
        reason=reason,
        seen_state=seen_state,
    )
    if verb in _ENDS:
        _tell_origin(action, verb, by)
    index_later(action)
    return action


def index_later(action: Action) -> None:
    """Have the search know an action as it stands."""
    later(INDEX, subject=(MODEL, action.pk), action=action.pk)


def owe(action: Action, by: Actor | None) -> None:
    """Let the owner owe the action by its due day."""
    open_for([action.owner_id], DO, action, due_on=action.due_on, by=by)


def owe_anew(action: Action, by: Actor) -> None:
    """Let the owner of now owe the action by its day of now; what was owed before is moved."""
    close_on(action, Outcome.MOVED, kinds=[DO])
    owe(action, by)


def ask_to_verify(action: Action, by: Actor) -> None:
    """Let who verifies owe that."""
    open_for(verifiers(action), VERIFY, action, due_on=today() + VERIFY_WITHIN, by=by)


def ask_to_answer(action: Action, asked_by: int, by: Actor) -> None:
    """Let who answers about more time owe the answer before the day that holds."""
    due_on = max(action.due_on, today())
    open_for(answerers(action, asked_by), ANSWER, action, due_on=due_on, by=by)


def answered(action: Action, kind: str, by: Actor) -> None:
    """Close what was asked of one or several: done by whoever did it, no longer needed from the others."""
    if by.person_id is not None:
        close_on(action, Outcome.DONE, kinds=[kind], people=[by.person_id])
    close_on(action, Outcome.VOID, kinds=[kind])


def void_extension(action: Action, by: Actor) -> None:
    """Answer a request for more time that nobody needs any more."""
    asked = open_extension(action)
    if asked is None:
        return
    ExtensionAnswer.objects.create(
        extension=asked,
        outcome=Answer.VOID,
        asked_by=asked.asked_by,
        answered_at=timezone.now(),
        answered_by_id=by.person_id,
    )
    close_on(action, Outcome.VOID, kinds=[ANSWER])


def _hold_origin(action_id: int) -> None:
    """Lock all actions of an origin in one order: of two that are last at the same moment, one sees the other."""
    origin = Action.objects.filter(pk=action_id).exclude(subject_model="").values("subject_model", "subject_key")
    found = origin.first()
    if found is not None:
        list(Action.objects.filter(**found).select_for_update().order_by("pk").only("pk"))


def _tell_origin(action: Action, verb: str, by: Actor) -> None:
    if not action.subject_model:
        return
    states = Action.objects.filter(subject_model=action.subject_model, subject_key=action.subject_key)
    left = set(states.filter(state__in=IN_HAND).values_list("state", flat=True))
    heard = [_ENDS[verb]] if not left else []
    if verb != "verify" and State.OPEN not in left:
        heard.insert(0, "actions.all_done")
    for name in dict.fromkeys(heard):
        detail = {"action": action.pk}
        after.run(Happening(name, action.subject_model, action.subject_key, by, detail))
