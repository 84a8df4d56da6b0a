"""More time: asked for with a reason, answered by another; the old day is kept, and each time counts (rows T5, T6)."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from qms.actions.models import Action, Extension, ExtensionAnswer
from qms.actions.queries import ANSWER, open_extension
from qms.actions.services.moving import MovedAction, action_move, answered, ask_to_answer, owe_anew
from qms.actions.states import Answer
from qms.organization.models import User
from qms.organization.queries import today


def ask_extension(*, action_id: int, new_due_on: date, reason: str, by: User, seen_state: str | None = None) -> Action:
    """Ask for more time. The day that holds goes on holding until somebody else agrees.

    Raises RuleBroken for a day that is not later, and while another request is open.
    """

    def effect(moved: MovedAction) -> dict[str, Any]:
        action = moved.row
        Extension.objects.create(
            action=action,
            position=action.extensions.count() + 1,
            old_due_on=action.due_on,
            new_due_on=new_due_on,
            reason=reason.strip(),
            asked_at=timezone.now(),
            asked_by=by,
        )
        ask_to_answer(action, by.pk, by)
        return {"old": action.due_on.isoformat(), "new": new_due_on.isoformat()}

    return action_move(
        action_id,
        "ask_extension",
        by=by,
        effect=effect,
        reason=reason,
        seen_state=seen_state,
        told=lambda action: {"day_problem": _day_problem(action, new_due_on)},
    )


def agree_extension(*, action_id: int, by: User, reason: str = "", seen_state: str | None = None) -> Action:
    """Agree to more time: the action is due on the later day, and counts one extension more."""

    def effect(moved: MovedAction) -> dict[str, Any]:
        asked = _answer(moved.row, Answer.AGREED, by, reason)
        moved.row.due_on = asked.new_due_on
        moved.row.save(update_fields=["due_on"])
        answered(moved.row, ANSWER, by)
        owe_anew(moved.row, by)
        return {"old": asked.old_due_on.isoformat(), "new": asked.new_due_on.isoformat()}

    return action_move(action_id, "agree_extension", by=by, effect=effect, reason=reason, seen_state=seen_state)


def refuse_extension(*, action_id: int, by: User, reason: str, seen_state: str | None = None) -> Action:
    """Refuse more time with a reason: the day that holds goes on holding."""

    def effect(moved: MovedAction) -> dict[str, Any]:
        asked = _answer(moved.row, Answer.REFUSED, by, reason)
        answered(moved.row, ANSWER, by)
        return {"old": asked.old_due_on.isoformat(), "new": asked.new_due_on.isoformat()}

    return action_move(action_id, "refuse_extension", by=by, effect=effect, reason=reason, seen_state=seen_state)


def _answer(action: Action, outcome: Answer, by: User, reason: str) -> Extension:
    """Write the answer to the open request; the guard of the edge has seen that there is one."""
    asked = open_extension(action)
    assert asked is not None
    ExtensionAnswer.objects.create(
        extension=asked,
        outcome=outcome,
        reason=reason.strip(),
        asked_by=asked.asked_by,
        answered_at=timezone.now(),
        answered_by=by,
    )
    return asked


def _day_problem(action: Action, wanted: date) -> str:
    if wanted <= action.due_on:
        return _("More time means a later day than the one that holds.")
    return "" if wanted >= today() else _("This day has gone. Choose one that is still to come.")
