"""Words cut into lines that fit, without a font at hand: letters counted by how wide they are in common ones."""

from unicodedata import category, east_asian_width

# As wide as in DejaVu Sans, the widest of the usual ones.
_NARROW, _WIDE = frozenset("iIjl.,:;'|!()[]/ ftrJ-"), frozenset("mMwW@%&—…")
ELLIPSIS = "…"


def width_of(text: str) -> float:
    """Return how wide a text is, about, in ems of its size; never less than it is in the usual fonts."""
    return sum(map(_of_letter, text))


def _of_letter(letter: str) -> float:
    if category(letter) in {"Mn", "Me", "Cf"}:
        return 0
    if east_asian_width(letter) in {"W", "F"} or letter in _WIDE:
        return 1
    return 0.42 if letter in _NARROW else 0.78 if letter.isupper() else 0.64


def cut(text: str, wide: float, most: int) -> list[str]:
    """Return a text in lines of so many ems, at most so many; what has no room ends in an ellipsis."""
    lines = [""]
    for word in text.split():
        lines += _with_word(lines.pop(), word, wide)
    kept = [line for line in lines if line]
    return kept if len(kept) <= most else [*kept[: most - 1], _ended(kept[most - 1], wide)]


def _with_word(line: str, word: str, wide: float) -> list[str]:
    """Return a line with one more word, as the lines that this makes; a word too wide for any is broken."""
    longer = f"{line} {word}".strip()
    if width_of(longer) <= wide:
        return [longer]
    if width_of(word) <= wide:
        return [line, word]
    head = _fitting(word, wide)
    return [line, head, *_with_word("", word[len(head) :], wide)]


def _fitting(word: str, wide: float) -> str:
    """Return as much of the beginning of a word as fits; one letter at least."""
    taken = 1
    while taken < len(word) and width_of(word[: taken + 1]) <= wide:
        taken += 1
    return word[:taken]


def _ended(line: str, wide: float) -> str:
    while line and width_of(line + ELLIPSIS) > wide:
        line = line[:-1]
    return line.rstrip() + ELLIPSIS
