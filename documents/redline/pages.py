"""Pages of two files set beside each other, and which of them differ. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest


@dataclass(frozen=True, slots=True)
class PagePair:
    """An old and a new page that stand beside each other, numbered from 1; None where there is no such page."""

    before: int | None
    after: int | None
    differs: bool


def differing_pages(before: Sequence[str], after: Sequence[str]) -> list[PagePair]:
    """Pair the pages of two files by their texts (white space aside) or fingerprints, and mark those that differ."""
    old, new = [_key(page) for page in before], [_key(page) for page in after]
    return [pair for code in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() for pair in _pairs(code)]


def _key(page: str) -> str:
    return "".join(page.split())


def _pairs(code: tuple[str, int, int, int, int]) -> Iterator[PagePair]:
    tag, i1, i2, j1, j2 = code
    for i, j in zip_longest(range(i1, i2), range(j1, j2)):
        yield PagePair(None if i is None else i + 1, None if j is None else j + 1, tag != "equal")
