"""Two lists of blocks compared: which were changed, added, removed or moved, and in which words. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from documents.redline.align import align
from documents.redline.model import Cell, Change, Mark, Redline, Row, Segment
from documents.redline.words import compare_words, words
from qms.core.parsers.model import Block

# A shorter text that is gone here and new there may be a coincidence.
_LEAST_MOVED = 24


def compare(before: Sequence[Block], after: Sequence[Block]) -> Redline:
    """Compare two texts block by block and, in changed blocks, word by word; the same input gives the same redline."""
    rows = _moved(list(_rows(before, after)))
    return Redline(tuple(rows), _count(rows, Mark.INSERTED), _count(rows, Mark.DELETED))


def _rows(before: Sequence[Block], after: Sequence[Block]) -> Iterator[Row]:
    i = j = 0
    for pair in [*align(before, after), (len(before), len(after))]:
        yield from (_one_sided(Change.REMOVED, block) for block in before[i : pair[0]])
        yield from (_one_sided(Change.ADDED, block) for block in after[j : pair[1]])
        if pair[0] < len(before):
            yield _paired(before[pair[0]], after[pair[1]])
        i, j = pair[0] + 1, pair[1] + 1


def _one_sided(change: Change, block: Block) -> Row:
    mark = Mark.INSERTED if change is Change.ADDED else Mark.DELETED
    before, after = (None, block) if change is Change.ADDED else (block, None)
    cells = tuple(Cell(change, _whole(mark, cell)) for cell in block.cells)
    return Row(change, before, after, () if cells else _whole(mark, block.text), cells)


def _whole(mark: Mark, text: str) -> tuple[Segment, ...]:
    return (Segment(mark, text),) if text else ()


def _paired(was: Block, now: Block) -> Row:
    change = Change.UNCHANGED if was == now else Change.CHANGED
    if was.cells and now.cells:
        return Row(change, was, now, (), tuple(_cells(was.cells, now.cells)))
    return Row(change, was, now, compare_words(was.text, now.text))


def _cells(was: Sequence[str], now: Sequence[str]) -> Iterator[Cell]:
    """Rows of one width are compared cell by cell; where a column came or went, equal cells show which one."""
    if len(was) == len(now):
        yield from map(_cell, was, now)
        return
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        both = min(i2 - i1, j2 - j1) if tag in {"replace", "equal"} else 0
        yield from map(_cell, was[i1 : i1 + both], now[j1 : j1 + both])
        yield from (Cell(Change.REMOVED, _whole(Mark.DELETED, text)) for text in was[i1 + both : i2])
        yield from (Cell(Change.ADDED, _whole(Mark.INSERTED, text)) for text in now[j1 + both : j2])


def _cell(was: str, now: str) -> Cell:
    return Cell(Change.UNCHANGED if was == now else Change.CHANGED, compare_words(was, now))


def _moved(rows: list[Row]) -> list[Row]:
    """Mark a block that is gone in one place and stands unchanged in another, when there is no doubt which."""
    gone = _unique(rows, Change.REMOVED)
    come = _unique(rows, Change.ADDED)
    number = 0
    for block, at in gone.items():
        if block in come and len(block.text) >= _LEAST_MOVED:
            number += 1
            for place in (at, come[block]):
                rows[place] = replace(rows[place], change=Change.MOVED, move=number)
    return rows


def _unique(rows: Sequence[Row], change: Change) -> dict[Block, int]:
    counts = Counter(row.block for row in rows if row.change is change)
    return {row.block: at for at, row in enumerate(rows) if row.change is change and counts[row.block] == 1}


def _count(rows: Iterable[Row], mark: Mark) -> int:
    """Count the words of a mark; a text that only moved has neither lost nor gained a word."""
    pieces = (piece for row in rows if row.change is not Change.MOVED for piece in row.pieces())
    return sum(len(words(piece.text)) for piece in pieces if piece.mark is mark)
