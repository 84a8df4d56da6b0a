"""The words of two texts compared: East Asian text by character, all else by word, numbers in one piece. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

from documents.redline.model import Mark, Segment

_EAST_ASIAN = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_TOKEN = re.compile(rf"[{_EAST_ASIAN}]|\d+(?:[.,:]\d+)*|(?:(?![{_EAST_ASIAN}])\w)+|[^\w\s]")
# From here on the most frequent words are no anchors, or long texts would take a square of their length.
_LONG = 1_500
# A kept piece with fewer letters, alone between two changes, makes a redline harder to read and not easier.
_ISLAND = 4
_WEIGHT_OF_WIDE = 3
_WIDE = re.compile(f"[{_EAST_ASIAN}]")
_REPLACED = [Mark.DELETED, Mark.INSERTED]


@dataclass(frozen=True, slots=True)
class Token:
    """A word, and the white space after it, which does not decide whether words are the same."""

    word: str
    space: str

    @property
    def text(self) -> str:
        """The token as it stands in the text."""
        return self.word + self.space


def tokens(text: str) -> list[Token]:
    """Return a text as tokens; their texts joined are the text. White space at the beginning is a token of no word."""
    starts = [found.span() for found in _TOKEN.finditer(text)]
    if not starts:
        return [Token("", text)] if text else []
    ends = [*(start for start, _end in starts[1:]), len(text)]
    first = [Token("", text[: starts[0][0]])] if starts[0][0] else []
    return first + [Token(text[start:end], text[end:next_]) for (start, end), next_ in zip(starts, ends, strict=True)]


def words(text: str) -> list[str]:
    """Return the words of a text without punctuation, as they are counted and matched."""
    return [word for word in _TOKEN.findall(text) if word[0].isalnum()]


def compare_words(before: str, after: str) -> tuple[Segment, ...]:
    """Return two texts as one row of segments; deleted pieces stand before the inserted ones that replace them."""
    if before == after:
        return (Segment(Mark.SAME, before),) if before else ()
    old, new = tokens(before), tokens(after)
    matcher = SequenceMatcher(
        None, [each.word for each in old], [each.word for each in new], autojunk=max(len(old), len(new)) > _LONG
    )
    pieces = (piece for code in matcher.get_opcodes() for piece in _pieces(code, old, new))
    return tuple(_tidied(_without_islands(_tidied(pieces))))


def _pieces(code: tuple[str, int, int, int, int], old: Sequence[Token], new: Sequence[Token]) -> Iterator[Segment]:
    tag, i1, i2, j1, j2 = code
    if tag != "equal":
        yield Segment(Mark.DELETED, "".join(token.text for token in old[i1:i2]))
        yield Segment(Mark.INSERTED, "".join(token.text for token in new[j1:j2]))
        return
    for was, now in zip(old[i1:i2], new[j1:j2], strict=True):
        if was.space == now.space:
            yield Segment(Mark.SAME, now.text)
        else:
            yield Segment(Mark.SAME, now.word)
            yield Segment(Mark.DELETED, was.space)
            yield Segment(Mark.INSERTED, now.space)


def _tidied(pieces: Iterable[Segment]) -> list[Segment]:
    """Join neighbours of one mark; between two kept pieces everything deleted comes first."""
    found: list[Segment] = []
    for same, run in groupby((piece for piece in pieces if piece.text), lambda piece: piece.mark is Mark.SAME):
        held = list(run)
        for mark in (Mark.SAME,) if same else (Mark.DELETED, Mark.INSERTED):
            text = "".join(piece.text for piece in held if piece.mark is mark)
            found += [Segment(mark, text)] if text else []
    return found


def _without_islands(pieces: Sequence[Segment]) -> Iterator[Segment]:
    """A scrap that happens to be kept between two replacements is deleted and inserted with them."""
    marks = [piece.mark for piece in pieces]
    for at, piece in enumerate(pieces):
        between = marks[max(0, at - 2) : at] == _REPLACED == marks[at + 1 : at + 3]
        if piece.mark is Mark.SAME and between and _is_scrap(piece.text):
            yield Segment(Mark.DELETED, piece.text)
            yield Segment(Mark.INSERTED, piece.text)
        else:
            yield piece


def _is_scrap(text: str) -> bool:
    """Numbers and ends of lines are never scraps; a character of East Asian text weighs as much as a short word."""
    if "\n" in text or any(map(str.isdigit, text)):
        return False
    return sum(_WEIGHT_OF_WIDE if _WIDE.match(letter) else 1 for letter in text if letter.isalnum()) < _ISLAND
