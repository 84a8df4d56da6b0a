"""Changing what an action asks, giving it to somebody else, giving it up (docs/lifecycles.md, rows T7, T8)."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from qms.actions.models import Action
from qms.actions.queries import ANSWER, Named, open_extension
from qms.actions.services.giving import naming, people_problem
from qms.actions.services.moving import MovedAction, action_move, ask_to_answer, owe_anew, void_extension
from qms.core.errors import RuleBroken
from qms.duties.services import close_on
from qms.duties.states import Outcome
from qms.organization.models import Process, Site, User


def hand_over(*, action_id: int, to: User, reason: str, by: User, seen_state: str | None = None) -> Action:
    """Give an action that is to be done to another owner, with a reason; what the first one owed is moved."""

    def problem(action: Action) -> dict[str, Any]:
        if to.pk == action.owner_id:
            return {"person_problem": _("%(name)s owns this already.") % {"name": to.name}}
        return {"person_problem": people_problem(to, action.verifier)}

    def effect(moved: MovedAction) -> dict[str, Any]:
        before = moved.row.owner_id
        moved.row.owner = to
        moved.row.save(update_fields=["owner"])
        owe_anew(moved.row, by)
        return {"before": before, "person": to.pk}

    return action_move(action_id, "hand_over", by=by, effect=effect, reason=reason, seen_state=seen_state, told=problem)


def change(
    *,
    action_id: int,
    title: str,
    words: str,
    verifier: User | None,
    gate: Named | None,
    site: Site | None,
    process: Process | None,
    by: User,
    seen_state: str | None = None,
) -> Action:
    """Say anew what is to be done, who verifies it, what it waits for and where it belongs; the day is not among it.

    Nothing changed writes no entry.
    """
    if not title.strip():
        raise RuleBroken(_("Say what is to be done."), code="title_missing")
    wanted: dict[str, Any] = {
        "title": title.strip(),
        "words": words.strip(),
        "verifier_id": verifier.pk if verifier else None,
        "site_id": site.pk if site else None,
        "process_id": process.pk if process else None,
        **naming("gate", gate),
    }
    now = Action.objects.get(pk=action_id)
    if all(getattr(now, name) == value for name, value in wanted.items()):
        return now

    def effect(moved: MovedAction) -> dict[str, Any]:
        before = {name: getattr(moved.row, name) for name in wanted}
        for name, value in wanted.items():
            setattr(moved.row, name, value)
        moved.row.save()
        changed = {name: [before[name], value] for name, value in wanted.items() if before[name] != value}
        if "verifier_id" in changed:
            _ask_another(moved.row, by)
        return {"changed": changed}

    return action_move(
        action_id,
        "change",
        by=by,
        effect=effect,
        seen_state=seen_state,
        told=lambda action: {"person_problem": people_problem(action.owner, verifier)},
    )


def cancel(*, action_id: int, reason: str, by: User, seen_state: str | None = None) -> Action:
    """Give an action up, with a reason; it is kept, and nobody owes it any more."""

    def prepare(action: Action) -> None:
        action.cancelled_at, action.cancelled_by, action.cancel_reason = timezone.now(), by, reason.strip()
        action.save()

    def effect(moved: MovedAction) -> None:
        void_extension(moved.row, by)
        close_on(moved.row, Outcome.VOID)

    return action_move(action_id, "cancel", by=by, prepare=prepare, effect=effect, reason=reason, seen_state=seen_state)


def _ask_another(action: Action, by: User) -> None:
    """Ask whoever verifies now about the open request for more time."""
    asked = open_extension(action)
    if asked is not None:
        close_on(action, Outcome.MOVED, kinds=[ANSWER])
        ask_to_answer(action, asked.asked_by_id, by)
