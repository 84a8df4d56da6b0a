"""Records that something else comes from or points to: their name, their page, and how they are found by number.

A room whose records stand in the search need not say it again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from qms.core.seams.registry import Registry


@dataclass(frozen=True)
class Origin:
    """One model, registered under its name. `name` takes a person and a key, and gives what the record is called, or
    None where the person does not see it; `url` is the page of a key. `numbered` finds the key of a number that
    somebody typed, as far as they see it; without it, and for a number in another form, the search is asked.
    """

    name: Callable[[Any, str], str | None]
    url: Callable[[str], str]
    numbered: Callable[[Any, str], str | None] | None = None


origins: Registry[Origin] = Registry("records that others come from")
