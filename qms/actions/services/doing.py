"""Doing an action, with what shows it, and having it verified by another (docs/lifecycles.md, rows T2-T4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from qms.actions.models import Action
from qms.actions.queries import DO, VERIFY, Named, exception_to, is_of
from qms.actions.services.giving import naming
from qms.actions.services.moving import MovedAction, action_move, answered, ask_to_verify, owe, void_extension
from qms.duties.services import close_on
from qms.duties.states import Outcome
from qms.filing.models import StoredFile
from qms.filing.services import attach
from qms.organization.models import User


@dataclass(frozen=True)
class Upload:
    """A file that shows what was done: kept in the store already, under the name it came with."""

    file: StoredFile
    name: str
    media_type: str


def do(
    *,
    action_id: int,
    by: User,
    words: str = "",
    files: Sequence[Upload] = (),
    evidence: Named | None = None,
    seen_state: str | None = None,
) -> Action:
    """Say that an action is done, and what shows it: words, files or a record, at least one of them.

    Raises RuleBroken without, and while what the action waits for has not come.
    """
    told = words.strip()

    def prepare(action: Action) -> None:
        action.done_at, action.done_by, action.done_words = timezone.now(), by, told
        for name, value in naming("evidence", evidence).items():
            setattr(action, name, value)
        action.save()

    def effect(moved: MovedAction) -> dict[str, Any]:
        close_on(moved.row, Outcome.DONE, kinds=[DO])
        void_extension(moved.row, by)
        for each in files:
            attach(row=moved.row, file=each.file, name=each.name, media_type=each.media_type, by=by)
        ask_to_verify(moved.row, by)
        return {"text": told, "files": [each.name for each in files], "evidence": evidence.label if evidence else ""}

    shown = bool(told or files or evidence)
    return action_move(
        action_id,
        "do",
        by=by,
        prepare=prepare,
        effect=effect,
        seen_state=seen_state,
        told=lambda _action: {"has_evidence": shown},
    )


def verify(*, action_id: int, by: User, words: str = "", seen_state: str | None = None) -> Action:
    """Verify what another did. Raises RuleBroken for one's own, unless an exception to separation is on record.

    It is an entry and no signature: the signature belongs to the record for which the actions were agreed, given once
    over all of them.
    """

    def prepare(action: Action) -> None:
        action.verified_at, action.verified_by, action.verified_words = timezone.now(), by, words.strip()
        action.exception = exception_to(action, by) if is_of(action, by) else None
        action.save()

    def effect(moved: MovedAction) -> dict[str, Any]:
        answered(moved.row, VERIFY, by)
        return {"text": words.strip(), "exception": moved.row.exception_id}

    return action_move(action_id, "verify", by=by, prepare=prepare, effect=effect, seen_state=seen_state)


def send_back(*, action_id: int, by: User, reason: str, seen_state: str | None = None) -> Action:
    """Send an action back to its owner: what was shown is not enough. The due day stays as it is."""

    def effect(moved: MovedAction) -> None:
        answered(moved.row, VERIFY, by)
        _forget_doing(moved.row)
        owe(moved.row, by)

    return action_move(action_id, "send_back", by=by, effect=effect, reason=reason, seen_state=seen_state)


def _forget_doing(action: Action) -> None:
    """Take back that it is done; the trail keeps what was said, and files stay."""
    action.done_at = action.done_by = None
    action.done_words = ""
    for name, value in naming("evidence", None).items():
        setattr(action, name, value)
    action.save()
