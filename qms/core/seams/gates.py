"""What an action waits for: the room of the record says whether that has come (docs/lifecycles.md, row T2)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from qms.core.seams.registry import Registry


@dataclass(frozen=True)
class Gate:
    """One kind of record that can be waited for.

    `problem` takes the record's key and the instant since which is waited, and says in a sentence what has not come
    yet; empty once it has.
    """

    problem: Callable[[str, datetime], str]


gates: Registry[Gate] = Registry("what actions wait for")


def gate_problem(model: str, key: str, since: datetime) -> str:
    """Return why a record that is waited for is not there yet; empty where nothing is waited for, or it has come.

    A room that is not installed keeps nobody waiting in silence: that is said too.
    """
    if not model:
        return ""
    gate = gates.get(model)
    if gate is None:
        return _("This waits for a record of a room that is not installed.")
    return gate.problem(key, since)
