"""Texts that become controlled documents: a room below has one written, the room of documents keeps it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from qms.core.seams.registry import Registry


class Write(Protocol):
    """Writes a text as the draft of a document and returns the document's key.

    `before` is the key that an earlier text of the same thing returned: the text becomes its next revision, for a
    `reason`; empty for the first. Raises RuleBroken in words while somebody else has that document in hand.
    """

    def __call__(self, *, kind: str, title: str, text: str, before: str, reason: str, by: Any) -> str: ...


@dataclass(frozen=True)
class TextMaker:
    """A room that keeps documents: which kinds a person may write, as (key, words), and where a document stands.

    `obstacle` says in words why a person cannot write into a document now; nothing where they can.
    """

    kinds: Callable[[Any], list[tuple[str, str]]]
    write: Write
    address: Callable[[str], str]
    obstacle: Callable[[str, Any], str]


text_makers: Registry[TextMaker] = Registry("makers of controlled documents")
