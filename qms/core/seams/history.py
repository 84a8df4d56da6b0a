"""History in human words: a verb and its detail become a sentence when read, never stored (design 2)."""

from collections.abc import Callable
from typing import Any

from qms.core.seams.registry import Registry

Sentence = Callable[[dict[str, Any]], str]

sentences: Registry[Sentence] = Registry("sentences of the history")
