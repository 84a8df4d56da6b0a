"""Bodies cut into blocks: large enough that a procedure is one, small enough for PostgreSQL (a tsvector holds 1 MB)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from qms.core.seams.search import SearchPassage
from qms.search.words import clean

LARGEST_BLOCK = 65_536
# A row of FTS5 is known by its entry times this, plus the number of the block: 64 MB of text a record are searched.
MOST_BLOCKS = 1_024
_LONGEST_PIECE = 16_000
_GAP = "\n\n"


@dataclass
class Block:
    """A piece of a body, and at which offset each locator begins."""

    text: str = ""
    size: int = 0
    locators: list[tuple[int, str]] = field(default_factory=list)

    def add(self, locator: str, text: str, size: int) -> None:
        """Append a text under its locator."""
        self.text += _GAP if self.text else ""
        if not self.locators or self.locators[-1][1] != locator:
            self.locators.append((len(self.text), locator))
        self.text += text
        self.size += size + len(_GAP)


def blocks(passages: Iterable[SearchPassage]) -> Iterator[Block]:
    """Return the passages joined, and the long ones cut, into blocks of at most 64 KB of UTF-8."""
    block = Block()
    for passage in passages:
        for piece in _pieces(clean(passage.text)):
            size = len(piece.encode())
            if block.text and block.size + size > LARGEST_BLOCK:
                yield block
                block = Block()
            block.add(clean(passage.locator), piece, size)
    if block.text:
        yield block


def _pieces(text: str) -> Iterator[str]:
    """Return a text in pieces of at most 16,000 characters, cut between words where there is a gap."""
    start, text = 0, text.strip()
    while len(text) - start > _LONGEST_PIECE:
        end = start + _LONGEST_PIECE
        gap = max(text.rfind(" ", start, end), text.rfind("\n", start, end))
        end = gap + 1 if gap > start else end
        yield text[start:end]
        start = end
    if text[start:]:
        yield text[start:]
