"""After a verb: what upper rooms do inside the same transaction. The only way upwards."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from qms.core.actors import Actor


@dataclass(frozen=True)
class Happening:
    """What happened: the verb, the subject, who did it, and the detail that its entry holds."""

    verb: str
    subject_model: str
    subject_key: str
    by: Actor
    detail: dict[str, Any]


Handler = Callable[[Happening], None]


class After:
    """Handlers by verb, called in key order inside the transaction: set-based SQL or `later(...)`, never mail."""

    def __init__(self) -> None:
        self._handlers: dict[str, dict[str, Handler]] = {}

    def register(self, verb: str, key: str, handler: Handler) -> None:
        """Add one handler for a verb; raise ValueError when the key is taken."""
        handlers = self._handlers.setdefault(verb, {})
        if key in handlers:
            raise ValueError(f"after {verb!r} already has {key!r}")
        handlers[key] = handler

    def run(self, happening: Happening) -> None:
        """Call every handler of the verb in key order; what one raises ends the transaction."""
        handlers = self._handlers.get(happening.verb, {})
        for key in sorted(handlers):
            handlers[key](happening)


after = After()
