"""What follows here when Quality gives a duty of this room to somebody else."""

from qms.actions.models import Action
from qms.actions.queries import DO, VERIFY
from qms.core.seams.after import Happening

_MOVES = {DO: "owner_id", VERIFY: "verifier_id"}


def duty_moved(happening: Happening) -> None:
    """Let the action go with the duty: who owes doing it owns it, who owes verifying it is its verifier.

    The action is locked already, and `may_take` has seen that the two stay two people.
    """
    field = _MOVES.get(happening.detail["kind"])
    if field is not None:
        Action.objects.filter(pk=int(happening.subject_key)).update(**{field: happening.detail["to"]})
