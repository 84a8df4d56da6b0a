"""Where in a text the words of a question stand: the best piece of it, with the words marked. No HTML here."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice

from qms.search.words import JOINER, Term, fold, is_spelled

WIDTH = 220
_LEAD = 60
_MOST_PLACES = 12
_MARKS = "[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0640\u00ad]*"
_BETWEEN_PARTS = r"[-./:\s\u2010\u2011\u2013]*0*"
_BLANKS = re.compile(r"\s+")
# Latin, Greek, Cyrillic, Arabic, ligatures and wide letters: what is written in more than one way.
_WRITTEN_IN = ((0x41, 0x530), (0x620, 0x6D4), (0x1E00, 0x2000), (0xFB00, 0xFB07), (0xFF10, 0xFF5B))


@dataclass(frozen=True)
class Segment:
    """A piece of a snippet; marked when it is what was searched for."""

    text: str
    marked: bool


@dataclass(frozen=True)
class Found:
    """The best piece of a text, and where in the text its first word stands."""

    segments: tuple[Segment, ...]
    at: int


@dataclass(frozen=True)
class _Place:
    start: int
    end: int
    term: int


def snippet(text: str, terms: Sequence[Term]) -> Found:
    """Return the piece of a text in which most of the terms stand, or its beginning when none can be pointed at."""
    places = _places(text, terms)
    start, end = _window(text, places)
    marks = _merged([place for place in places if place.start >= start and place.end <= end])
    return Found(tuple(_segments(text, start, end, marks)), marks[0][0] if marks else start)


def locator_at(locators: Sequence[tuple[int, str]], at: int) -> str:
    """Return the locator under which a place in a text stands: the last that begins at it or before."""
    number = bisect_right(locators, at, key=lambda each: each[0])
    return locators[number - 1][1] if number else ""


def _places(text: str, terms: Sequence[Term]) -> list[_Place]:
    small = text.lower()
    if len(small) != len(text):
        small = text
    found = (_Place(*span, number) for number, term in enumerate(terms) for span in _spans(text, small, term))
    return sorted(found, key=lambda place: place.start)


def _spans(text: str, small: str, term: Term) -> list[tuple[int, int]]:
    """Return where a term stands: as it is spelled, which is looked up fast, or else as people may have written it."""
    plain = [match.span() for match in islice(_plain(term).finditer(small), _MOST_PLACES)]
    return plain or [match.span() for match in islice(_written_as(term).finditer(text), _MOST_PLACES)]


def _window(text: str, places: list[_Place]) -> tuple[int, int]:
    """Return begin and end of the piece that holds most different terms; of equals, the first."""
    if not places:
        return 0, _word_end(text, WIDTH)
    best, most = places[0], 0
    for number, first in enumerate(places):
        near = (place for place in places[number:] if place.end <= first.start + WIDTH - _LEAD)
        held = len({place.term for place in near})
        if held > most:
            best, most = first, held
    start = _word_start(text, best.start - _LEAD)
    return start, max(best.end, _word_end(text, start + WIDTH))


def _word_start(text: str, at: int) -> int:
    blank = _BLANKS.search(text, at, at + _LEAD) if at > 0 else None
    return blank.end() if blank else max(at, 0)


def _word_end(text: str, at: int) -> int:
    if at >= len(text):
        return len(text)
    blank = max(text.rfind(" ", at - _LEAD, at), text.rfind("\n", at - _LEAD, at))
    return blank if blank > 0 else at


def _merged(places: list[_Place]) -> list[tuple[int, int]]:
    """Return the marks without overlaps: pairs of characters that follow each other are one mark."""
    merged: list[tuple[int, int]] = []
    for place in places:
        if merged and place.start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], place.end))
        else:
            merged.append((place.start, place.end))
    return merged


def _segments(text: str, start: int, end: int, marks: list[tuple[int, int]]) -> list[Segment]:
    pieces = [("… ", False)] if start else []
    at = start
    for begin, stop in marks:
        pieces += [(text[at:begin], False), (text[begin:stop], True)]
        at = stop
    pieces.append((text[at:end] + (" …" if end < len(text) else ""), False))
    return [Segment(_BLANKS.sub(" ", piece), marked) for piece, marked in pieces if piece]


@lru_cache(maxsize=256)
def _plain(term: Term) -> re.Pattern[str]:
    """Return what finds a term in small letters. It begins with the word itself, which `re` looks up fast; that
    nothing stands before it is asked afterwards."""
    word = term.words[0]
    return re.compile(f"{re.escape(word)}{_begin(word, len(word))}{_end(word, term)}")


@lru_cache(maxsize=256)
def _written_as(term: Term) -> re.Pattern[str]:
    """Return what finds a term in a text as people wrote it: accents, umlauts, ligatures, numbers with zeros."""
    spelled = "|".join(chain.from_iterable(_spelled(word) for word in term.words))
    return re.compile(f"(?:{spelled}){_end(term.words[0], term)}")


def _begin(word: str, length: int) -> str:
    """Return the condition, asked after so many characters, that nothing of the word's own kind stands before it."""
    kind = _kind(word.split(JOINER)[0])
    return f"(?<!{kind}.{{{length}}})" if kind else ""


def _end(word: str, term: Term) -> str:
    kind = _kind(word.split(JOINER)[-1])
    if not kind:
        return ""
    return r"[^\W_]*" if term.prefix else f"(?!{kind})"


def _kind(part: str) -> str:
    """Return the class of characters that a part of a word is made of; none for scripts without spaces."""
    if part.isdigit():
        return r"\d"
    return r"[^\W\d_]" if is_spelled(part) else ""


def _spelled(word: str) -> list[str]:
    first, *rest = word.split(JOINER)
    begin = _begin(word, 1)
    pattern = _BETWEEN_PARTS.join([_letters(first, begin), *(_letters(part) for part in rest)])
    return [pattern, f"0{begin}0*{pattern.replace(begin, '', 1)}"] if first.isdigit() else [pattern]


def _letters(word: str, after_first: str = "") -> str:
    letters, several = _written()
    at, pattern = 0, ""
    while at < len(word):
        pair = word[at : at + 2]
        piece = f"[{letters.get(word[at], word[at])}]{'' if at else after_first}{_MARKS}"
        if pair in several:
            both = piece + f"[{letters.get(pair[1], pair[1])}]{_MARKS}"
            piece = f"(?:{both}|[{several[pair]}]{'' if at else after_first})"
            at += 1
        pattern += piece
        at += 1
    return pattern


@lru_cache(maxsize=1)
def _written() -> tuple[dict[str, str], dict[str, str]]:
    """Return how folded letters can be written: `a` as `aAáÀ…`, `ss` as `ß`."""
    letters: dict[str, str] = {}
    several: dict[str, str] = {"ae": "äÄ", "oe": "öÖ", "ue": "üÜ"}
    for code in chain.from_iterable(range(*span) for span in _WRITTEN_IN):
        folded = fold(chr(code))
        if chr(code).isalnum() and folded != chr(code):
            table, known = (letters, folded) if len(folded) == 1 else (several, "")
            table[folded] = table.get(folded, known) + chr(code)
    return letters, several
