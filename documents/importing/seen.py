"""A file as it was read, and what a mapping says by path. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

SaidAbout = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Seen:
    """One file as it was read: its path in the folder, its hash, and what its text says about itself.

    `heading_number` stands in its title or page header, `written` are all numbers in its head as they are written.
    """

    path: str
    sha256: str
    media_type: str
    outcome: str = "text"
    words: str = ""
    title: str = ""
    said: Mapping[str, str] = field(default_factory=dict)
    comments: int = 0
    tracked_changes: int = 0
    heading_number: str = ""
    written: tuple[str, ...] = ()
    empty: bool = False


@dataclass(frozen=True)
class Left:
    """A file that becomes no document: why, in words, and what a person can say about it: names of mapping fields."""

    seen: Seen
    words: str
    offers: tuple[str, ...] = ()
