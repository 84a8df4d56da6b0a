"""What a mistyped word may have meant: words of titles that share most of its groups of three letters."""

from collections.abc import Iterable

SHORTEST = 4
_ALIKE_ENOUGH = 0.4
_AS_GOOD_AS_THE_BEST = 0.08
_MOST_MEANINGS = 3
_CHANGED_ABOUT = 0.9


def trigrams(word: str) -> set[str]:
    """Return the groups of three letters of a word; its beginning counts as one more letter."""
    padded = f" {word}"
    return {padded[at : at + 3] for at in range(len(padded) - 2)}


def swapped(word: str) -> list[str]:
    """Return a word with any two letters beside each other changed about: `gauge` for `guage`."""
    return [word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)]


def meant(word: str, known: Iterable[str], *, unfinished: bool) -> tuple[str, ...]:
    """Return the words that a word may stand for: itself when it is known, else the likest few.

    An unfinished word is compared with as much of each known word as was typed, and one letter more.
    """
    candidates = [(each[: len(word) + 1] if unfinished else each, each) for each in known]
    if any(each == word or (unfinished and each.startswith(word)) for _, each in candidates):
        return (word,)
    ranked = sorted((-_likeness(word, compared), each) for compared, each in candidates)[:_MOST_MEANINGS]
    enough = max(_ALIKE_ENOUGH, -ranked[0][0] - _AS_GOOD_AS_THE_BEST) if ranked else 0.0
    return tuple(each for likeness, each in ranked if -likeness >= enough)


def _likeness(one: str, other: str) -> float:
    """Return Dice's coefficient of the two sets of trigrams: 1 for the same, 0 for nothing in common. Two letters
    changed about are a slip that leaves short words with nothing in common, and count as nearly the same.
    """
    if other[: len(one)] in swapped(one):
        return _CHANGED_ABOUT
    ours, theirs = trigrams(one), trigrams(other)
    return 2 * len(ours & theirs) / (len(ours) + len(theirs))
