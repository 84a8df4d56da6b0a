"""The words of two texts compared: East Asian text by character, all else by word, numbers in one piece. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from documents.redline.model import Mark, Segment

_EAST_ASIAN = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
# Vowel signs and accents that stand behind their letter (Arabic, Hebrew, Devanagari, Thai) belong to its word.
_MARKS = "\u0300-\u036f\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0e31-\u0e4e"
_LETTER = rf"[^\W{_EAST_ASIAN}]"
_TOKEN = re.compile(rf"([{_EAST_ASIAN}]|\d+(?:[.,:]\d+)*|{_LETTER}(?:{_LETTER}|[{_MARKS}])*|[^\w\s])(\s*)")
# From here on the most frequent words are no anchors, or long texts would take a square of their length.
_LONG = 1_500
# A kept piece with fewer letters, alone between two changes, makes a redline harder to read and not easier.
_ISLAND = 4
_WEIGHT_OF_WIDE = 3
_WIDE = re.compile(f"[{_EAST_ASIAN}]")
_REPLACED = [Mark.DELETED, Mark.INSERTED]


# A word and the white space after it, which does not decide whether words are the same.
Token = tuple[str, str]


def tokens(text: str) -> list[Token]:
    """Return a text as tokens that joined are the text; white space at its beginning is a token without a word."""
    found: list[Token] = _TOKEN.findall(text)
    lead = len(text) - len(text.lstrip())
    return [("", text[:lead]), *found] if lead else found


def words(text: str) -> list[str]:
    """Return the words of a text without punctuation, as they are counted and matched."""
    return [word for word, _space in _TOKEN.findall(text) if word[0].isalnum()]


def compare_words(before: str, after: str) -> tuple[Segment, ...]:
    """Return two texts as one row of segments; deleted pieces stand before the inserted ones that replace them."""
    if before == after:
        return (Segment(Mark.SAME, before),) if before else ()
    old, new = tokens(before), tokens(after)
    matcher = SequenceMatcher(
        None, [word for word, _space in old], [word for word, _space in new], autojunk=max(len(old), len(new)) > _LONG
    )
    pieces = [piece for code in matcher.get_opcodes() for piece in _pieces(code, old, new)]
    return tuple(_tidied(_without_islands(_tidied(pieces))))


def _pieces(code: tuple[str, int, int, int, int], old: Sequence[Token], new: Sequence[Token]) -> Iterator[Segment]:
    tag, i1, i2, j1, j2 = code
    was, now = old[i1:i2], new[j1:j2]
    if tag != "equal":
        yield Segment(Mark.DELETED, _text(was))
        yield Segment(Mark.INSERTED, _text(now))
    elif was == now:
        yield Segment(Mark.SAME, _text(now))
    else:
        yield from _spaced(was, now)


def _spaced(was: Sequence[Token], now: Sequence[Token]) -> Iterator[Segment]:
    """The same words with other white space between some of them."""
    for (word, old_space), (_word, new_space) in zip(was, now, strict=True):
        yield Segment(Mark.SAME, word if old_space != new_space else word + new_space)
        if old_space != new_space:
            yield Segment(Mark.DELETED, old_space)
            yield Segment(Mark.INSERTED, new_space)


def _text(run: Iterable[Token]) -> str:
    return "".join(word + space for word, space in run)


def _tidied(pieces: Iterable[Segment]) -> list[Segment]:
    """Join neighbours of one mark; between two kept pieces everything deleted comes first."""
    found: list[Segment] = []
    kept: list[str] = []
    gone: list[str] = []
    come: list[str] = []
    for piece in pieces:
        if piece.mark is Mark.SAME and (gone or come):
            found += _flushed(kept, gone, come)
        held = kept if piece.mark is Mark.SAME else gone if piece.mark is Mark.DELETED else come
        if piece.text:
            held.append(piece.text)
    return found + _flushed(kept, gone, come)


def _flushed(kept: list[str], gone: list[str], come: list[str]) -> list[Segment]:
    held = ((Mark.SAME, kept), (Mark.DELETED, gone), (Mark.INSERTED, come))
    found = [Segment(mark, "".join(texts)) for mark, texts in held if texts]
    for texts in (kept, gone, come):
        texts.clear()
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
