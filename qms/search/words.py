"""The word cutter: what a text is found by. It is the same for both databases, which see nothing but its words.

A word is folded (NFKC, case, accents). Scripts written without spaces are cut into pairs of characters. What looks
like a record number or a date (`SOP-0012`, `7.5.2`, `RAL9005`) is kept whole, with `·` between its parts, and also
split; digits are found without their leading zeros too. A word with an umlaut is found in both spellings.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

JOINER = "·"
LONGEST_WORD = 48
LONGEST_QUESTION = 1_000
MOST_TERMS = 16
_MOST_PARTS = 8

# Written without spaces, or (Korean) with endings grown on: cut into pairs.
_PAIRED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u3131-\u318e\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
)
# Python's \w knows no vowel signs: without these, words of Indian scripts would fall apart.
_SIGNS = "\u0900-\u0963\u0966-\u0dff\u0f71-\u0fbc"
_LETTER = rf"(?:[^\W_{_PAIRED}]|[{_SIGNS}])"
_JOINED = rf"{_LETTER}+(?:[-_./:\u2010\u2011\u2013]{_LETTER}+)*"
_SPELLED = re.compile(_JOINED)
_WORD = re.compile(rf"[{_PAIRED}]+|{_JOINED}")
_ASCII_WORD = re.compile(r"[a-z0-9]+(?:[-_./:][a-z0-9]+)*")
_BETWEEN = re.compile(r"[-_./:\u2010\u2011\u2013]")
_PARTS = re.compile(rf"\d+|(?:[^\W\d_]|[{_SIGNS}])+")
_OTHER_DIGITS = re.compile(r"[^\D0-9]")

_UNSEEN = re.compile("[\u00ad\u0640\u200b-\u200f\u2060\ufeff]")
_LATIN = {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
_LATIN_LETTER = re.compile(f"[{''.join(_LATIN)}]")
_PLAIN_UMLAUTS = str.maketrans({"ä": "a", "ö": "o", "ü": "u"})
_SPELLED_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


@dataclass(frozen=True)
class Term:
    """One word that must be there, in any of these spellings; as a prefix, any word that begins so."""

    words: tuple[str, ...]
    prefix: bool = False


def clean(text: str) -> str:
    """Return a text as it is kept: composed (NFC), without NUL and lone surrogates, which no database takes."""
    plain = text.replace("\x00", " ").encode("utf-8", "replace").decode("utf-8")
    return unicodedata.normalize("NFC", plain)


def fold(text: str) -> str:
    """Return a text in which case, width, accents and invisible characters make no difference."""
    return _folded(text).translate(_PLAIN_UMLAUTS)


def index_words(text: str) -> set[str]:
    """Return every word that a text is found by."""
    found: set[str] = set()
    for word in set(_cut(text)):
        for spelling in _spellings(word):
            found.update(_indexed(spelling))
    return found


def question(text: str) -> tuple[Term, ...]:
    """Return what a person typed as terms that must all be there; the last one may still be unfinished.

    Whatever is typed is words: quotes, operators and wildcards mean nothing. Only the first words count.
    """
    asked = text[:LONGEST_QUESTION]
    terms: list[Term] = []
    for word in _cut(asked):
        terms.extend(term for term in _asked(word) if term not in terms)
    if len(terms) > MOST_TERMS or asked != text or asked[-1:].isspace():
        return tuple(terms[:MOST_TERMS])
    return _with_unfinished_end(terms)


def number_words(number: str) -> set[str]:
    """Return every word that a record is found by when this is its number, however it is written and with what stands
    before it left out: `P1-WI-004` is also found as `WI-004`.
    """
    whole = JOINER.join(_PARTS.findall(fold(number)))[:LONGEST_WORD]
    return (index_words(number) | {whole, number_key(number)} | _ends_of(fold(number))) - {""}


def _ends_of(number: str) -> set[str]:
    """Return the ends of a number that are numbers themselves, with the zeros in front of their digits and without."""
    pieces = _BETWEEN.split(number)[: _MOST_PARTS + 1]
    ends = [_PARTS.findall("-".join(pieces[at:])) for at in range(1, len(pieces))]
    numbers = [parts for parts in ends if _is_number(parts)]
    return {JOINER.join(each)[:LONGEST_WORD] for parts in numbers for each in (parts, map(_without_zeros, parts))}


def number_key(text: str) -> str:
    """Return a record number without the ways to write it: `SOP-0012`, `sop 12` and `Sop12` are `sop·12`."""
    return JOINER.join(map(_without_zeros, _PARTS.findall(fold(text[:LONGEST_QUESTION]))))[:LONGEST_WORD]


def is_spelled(word: str) -> bool:
    """Return whether a word is made of letters of a script with spaces: the kind in which people mistype."""
    return word.isalpha() and _SPELLED.fullmatch(word) is not None


def _cut(text: str) -> list[str]:
    folded = _folded(text)
    return (_ASCII_WORD if folded.isascii() else _WORD).findall(folded)


def _folded(text: str) -> str:
    """Fold all but umlauts, whose two spellings are told apart by the word."""
    if text.isascii():
        return text.lower()
    small = unicodedata.normalize("NFKD", _UNSEEN.sub("", text)).casefold()
    latin = _LATIN_LETTER.sub(lambda letter: _LATIN[letter[0]], small)
    bare = _accents().sub("", unicodedata.normalize("NFKD", latin))
    return unicodedata.normalize("NFC", _OTHER_DIGITS.sub(lambda digit: str(unicodedata.decimal(digit[0])), bare))


@lru_cache(maxsize=1)
def _accents() -> re.Pattern[str]:
    """Return what is left out: accents, and the points of Hebrew and Arabic. Vowel and tone signs change a word."""
    marks = "".join(chr(code) for code in range(0x300, 0xFFFF) if _is_accent(unicodedata.combining(chr(code))))
    return re.compile(f"(?<![aou])\u0308|[{marks.replace(chr(0x308), '')}]")


def _is_accent(combining_class: int) -> bool:
    return combining_class == 1 or 10 <= combining_class <= 36 or combining_class >= 200


def _spellings(word: str) -> tuple[str, ...]:
    plain, spelled = word.translate(_PLAIN_UMLAUTS), word.translate(_SPELLED_UMLAUTS)
    return (plain,) if plain == spelled else (plain, spelled)


@lru_cache(maxsize=20_000)
def _indexed(word: str) -> frozenset[str]:
    if _is_paired(word):
        return frozenset(_pairs(word)) | {word[-1]}
    parts = _PARTS.findall(word)
    found = set(_BETWEEN.split(word))
    if len(parts) <= _MOST_PARTS:
        found.update(parts, map(_without_zeros, parts))
    if _is_number(parts):
        found |= {JOINER.join(parts), JOINER.join(map(_without_zeros, parts))}
    return frozenset(each[:LONGEST_WORD] for each in found)


def _asked(word: str) -> list[Term]:
    if _is_paired(word):
        return [Term((pair,)) for pair in _pairs(word)] if len(word) > 1 else [Term((word,), prefix=True)]
    pieces, parts = _BETWEEN.split(word), _PARTS.findall(word.translate(_PLAIN_UMLAUTS))
    if not _is_number(parts):
        return [_term(_spellings(piece)) for piece in pieces]
    if len(pieces) == 1:
        return [_term([part]) for part in parts]
    return [_term([JOINER.join(parts), JOINER.join(map(_without_zeros, parts))])]


def _term(words: list[str] | tuple[str, ...]) -> Term:
    return Term(tuple(dict.fromkeys(word[:LONGEST_WORD] for word in words)))


def _with_unfinished_end(terms: list[Term]) -> tuple[Term, ...]:
    """Let the last term be a prefix. One letter alone begins too many words: it counts when there is nothing else."""
    if not terms:
        return ()
    *rest, last = terms
    if len(last.words[0]) > 1 or last.prefix:
        return (*rest, last if _is_paired(last.words[0]) else Term(last.words, prefix=True))
    if last.words[0].isdigit():
        return tuple(terms)
    return tuple(rest) or (Term(last.words, prefix=True),)


def _is_paired(word: str) -> bool:
    return not _SPELLED.match(word)


def _pairs(word: str) -> list[str]:
    return [word[at : at + 2] for at in range(len(word) - 1)]


def _is_number(parts: list[str]) -> bool:
    return 2 <= len(parts) <= _MOST_PARTS and any(part.isdigit() for part in parts)


def _without_zeros(part: str) -> str:
    return (part.lstrip("0") or "0") if part.isdigit() else part
