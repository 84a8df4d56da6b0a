"""Records that something else comes from or points to, beyond those that search knows: their name and their page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from qms.core.seams.registry import Registry


@dataclass(frozen=True)
class Origin:
    """One model, registered under its name. `name` takes a person and a key, and gives what the record is called, or
    None where the person does not see it; `url` is the page of a key.
    """

    name: Callable[[Any, str], str | None]
    url: Callable[[str], str]


origins: Registry[Origin] = Registry("records that others come from")
