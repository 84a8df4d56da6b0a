"""What reading a file gives: plain values that cross from the sandbox as JSON. Pure; imported on both sides."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

# Passages are cut here: PostgreSQL refuses a tsvector over 1 MB.
PASSAGE_BYTES = 64 * 1024
_BLOCKS = ("blocks", "header", "head")


class Outcome(StrEnum):
    """How reading went. All but TEXT are the sandbox's failures under the same names."""

    TEXT = "text"
    NO_TEXT = "no_text"
    ENCRYPTED = "encrypted"
    BROKEN = "broken"
    TOO_BIG = "too_big"
    TIMED_OUT = "timed_out"
    UNSUPPORTED = "unsupported"


class Kind(StrEnum):
    """What a block of text is, for redlines and header tables."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    NUMBERED_ITEM = "numbered_item"
    TABLE_ROW = "table_row"
    CODE = "code"


class Place(StrEnum):
    """What a passage's locator counts or names."""

    PAGE = "page"
    HEADING = "heading"
    SHEET = "sheet"
    PART = "part"


class Flag(StrEnum):
    """What is worth knowing about a file before it is opened on somebody's desk; nothing here is ever run."""

    MACROS = "macros"
    EXTERNAL_LINKS = "external_links"
    JAVASCRIPT = "javascript"
    LAUNCH = "launch"
    EMBEDDED_FILES = "embedded_files"
    FORM = "form"
    SIGNED = "signed"
    DDE = "dde"


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of text: a heading (level 1-6), paragraph, item of a list (level from 1), code, row of cells.

    `head` says that a row names the columns; it is no part of what a text says, so two texts do not differ by it.
    """

    kind: Kind
    text: str
    level: int = 0
    cells: tuple[str, ...] = ()
    head: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Passage:
    """A searchable piece of a file, at most 64 KB of UTF-8, and where it stands."""

    place: Place
    locator: str
    text: str


@dataclass(frozen=True, slots=True)
class Comment:
    """A remark left in the file and not marked as resolved."""

    author: str
    date: str
    text: str


@dataclass(frozen=True, slots=True)
class TrackedChange:
    """An insertion, deletion or move that nobody has accepted or rejected yet."""

    kind: str
    author: str
    date: str
    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something to tell the person beside the text: a code and facts, put into words outside the sandbox."""

    code: str
    facts: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Extracted:
    """All that was read from one file; `words` is the sentence for people when the outcome is not TEXT.

    `header` holds the blocks of page headers and footers, where numbers and revisions of procedures mostly stand.
    `head` holds the first blocks with their lines as written, where `blocks` run the lines of a paragraph together.
    Tracked insertions are part of the text and tracked deletions are not, as if all of them were accepted.
    """

    outcome: Outcome
    words: str = ""
    media_type: str = "application/octet-stream"
    title: str = ""
    passages: tuple[Passage, ...] = ()
    html: str = ""
    blocks: tuple[Block, ...] = ()
    header: tuple[Block, ...] = ()
    head: tuple[Block, ...] = ()
    pages: int | None = None
    comments: tuple[Comment, ...] = ()
    tracked_changes: tuple[TrackedChange, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    revisions: tuple[str, ...] = ()
    flags: frozenset[Flag] = frozenset()
    notes: tuple[Note, ...] = ()


def pack(found: Extracted) -> dict[str, Any]:
    """Return what was read as plain JSON values."""
    blocks = {name: block_rows(getattr(found, name)) for name in _BLOCKS}
    bare = replace(found, blocks=(), header=(), head=())
    return {**asdict(bare), **blocks, "flags": sorted(found.flags)}


def unpack(value: Mapping[str, Any], **more: Any) -> Extracted:
    """Return what `pack` was given, with further fields set from outside the sandbox."""
    fields = {
        **value,
        "outcome": Outcome(value["outcome"]),
        "passages": tuple(Passage(Place(each["place"]), each["locator"], each["text"]) for each in value["passages"]),
        **{name: blocks_from_rows(value.get(name, ())) for name in _BLOCKS},
        "comments": tuple(Comment(**each) for each in value["comments"]),
        "tracked_changes": tuple(TrackedChange(**each) for each in value["tracked_changes"]),
        "revisions": tuple(value["revisions"]),
        "flags": frozenset(Flag(each) for each in value["flags"]),
        "notes": tuple(Note(**each) for each in value["notes"]),
    }
    return Extracted(**{**fields, **more})


def block_rows(blocks: Iterable[Block]) -> list[list[Any]]:
    """Return blocks as small JSON lists, to be stored or sent."""
    return [[each.kind, each.text, each.level, list(each.cells), *([True] if each.head else ())] for each in blocks]


def blocks_from_rows(rows: Iterable[Iterable[Any]]) -> tuple[Block, ...]:
    """Return the blocks that `block_rows` was given."""
    return tuple(Block(Kind(kind), text, level, tuple(cells), *head) for kind, text, level, cells, *head in rows)
