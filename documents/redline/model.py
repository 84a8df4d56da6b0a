"""What a redline is: rows of two texts side by side, words marked as kept, inserted or deleted. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from qms.core.parsers.model import Block, Kind


class Mark(StrEnum):
    """What happened to a piece of text."""

    SAME = "same"
    INSERTED = "inserted"
    DELETED = "deleted"


class Change(StrEnum):
    """What happened to a block."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text and its mark. Kept and deleted pieces make the old text, kept and inserted ones the new."""

    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that stands in a text: what it shows in words, and where a browser finds it."""

    alt: str
    address: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table row: added, removed, changed or as it was."""

    change: Change
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A block before and after. An added block has no before, a removed one no after.

    A moved block is two rows with the same number in `move`: one where it was, without an after, and one where it is
    now, without a before. A row whose words are all kept but whose kind differs is changed too.
    """

    change: Change
    before: Block | None
    after: Block | None
    segments: tuple[Segment, ...] = ()
    cells: tuple[Cell, ...] = ()
    move: int = 0

    @property
    def block(self) -> Block:
        """The block as it is now, or as it was when it is gone."""
        block = self.after or self.before
        if block is None:
            raise ValueError("a row has a block on at least one side")
        return block

    @property
    def kind_changed(self) -> bool:
        """Whether a text became something else, such as a heading of another level."""
        if self.before is None or self.after is None:
            return False
        return (self.before.kind, self.before.level) != (self.after.kind, self.after.level)

    def pieces(self) -> Iterator[Segment]:
        """Give all marked pieces of the row, those of its cells where it is a row of a table."""
        yield from self.segments
        for cell in self.cells:
            yield from cell.segments


@dataclass(frozen=True, slots=True)
class Fold:
    """A run of unchanged rows that is shown when it is asked for."""

    rows: tuple[Row, ...]

    @property
    def count(self) -> int:
        """How many rows it holds."""
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Redline:
    """The comparison of two texts; taking all `before` sides or all `after` sides gives either text exactly."""

    rows: tuple[Row, ...]
    words_added: int = 0
    words_removed: int = 0

    @property
    def differs(self) -> bool:
        """Whether anything at all is different."""
        return any(row.change is not Change.UNCHANGED for row in self.rows)

    @property
    def places(self) -> int:
        """How many places changed: neighbouring changed rows count as one."""
        changed = [row.change is not Change.UNCHANGED for row in self.rows]
        return sum(1 for at, here in enumerate(changed) if here and not (at and changed[at - 1]))

    def before(self) -> list[Block]:
        """Return the old text."""
        return [row.before for row in self.rows if row.before is not None]

    def after(self) -> list[Block]:
        """Return the new text."""
        return [row.after for row in self.rows if row.after is not None]

    def only_changes(self, context: int = 1) -> list[Row | Fold]:
        """Return the changed rows with some unchanged rows around them, and a fold for each run left out.

        What is shown keeps the heading that it stands under.
        """
        near = self._near(context)
        found: list[Row | Fold] = []
        for shown, row in zip(near, self.rows, strict=True):
            if shown:
                found.append(row)
            elif found and isinstance(found[-1], Fold):
                found[-1] = Fold((*found[-1].rows, row))
            else:
                found.append(Fold((row,)))
        return found

    def _near(self, context: int) -> list[bool]:
        """Return which rows are shown: near a change, the head of a table that is, the heading above what is."""
        near = [False] * len(self.rows)
        for at, row in enumerate(self.rows):
            if row.change is not Change.UNCHANGED:
                start, end = max(0, at - context), min(len(near), at + context + 1)
                near[start:end] = [True] * (end - start)
        for at, row in enumerate(self.rows[:-1]):
            near[at] |= row.block.head and near[at + 1]
        heading = 0
        for at, row in enumerate(self.rows):
            if row.block.kind is Kind.HEADING:
                heading = at
            near[heading] |= near[at] and self.rows[heading].block.kind is Kind.HEADING
        return near
