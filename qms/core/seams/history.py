"""History in human words: a verb and its detail become a sentence when read, never stored."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from qms.core.seams.registry import Registry


@dataclass(frozen=True)
class Sentence:
    """What a verb is called in a history: words after the person's name ("approved revision 5"), an icon, a tone.

    Tones are those of states: draft, review, approval, approved, effective, past, late, neutral.
    """

    words: Callable[[dict[str, Any]], str]
    icon: str = "circle-dot"
    tone: str = "neutral"


sentences: Registry[Sentence] = Registry("sentences of the history")
