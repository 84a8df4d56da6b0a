"""Which clauses a text may belong to: the phrases that point to a clause, weighed by how rare their words are. Pure.

What comes of it is a suggestion: it counts for nothing before a person confirms it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import log

MOST = 3
# What a title says weighs more than what stands somewhere in the text.
IN_TITLE, IN_TEXT = 4.0, 0.5
# A clause as good as three quarters of the best one is told beside it; below the least, nothing is.
NEAR, LEAST = 0.75, 9.0
# Words are told apart by their beginning: calibration and calibrating are one.
LETTERS = 6
_SMALL = frozenset(
    (
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "by",
        "for",
        "from",
        "in",
        "is",
        "it",
        "its",
        "of",
        "on",
        "or",
        "our",
        "that",
        "the",
        "their",
        "this",
        "to",
        "was",
        "with",
        "your",
    )
)


@dataclass(frozen=True)
class Hinted:
    """A clause by its key, with the phrases that point to it: its title first, then what often shows it."""

    key: int
    phrases: tuple[str, ...]


@dataclass(frozen=True)
class _Read:
    """The words of a record: of its title, and of its text besides."""

    title: frozenset[str]
    text: frozenset[str]


class Suggester:
    """Finds clauses of one edition by texts; made once for many texts."""

    def __init__(self, clauses: Sequence[Hinted], words_of: Callable[[str], Iterable[str]]) -> None:
        self._words_of = words_of
        self._phrases = {each.key: [self._stems(phrase) for phrase in each.phrases] for each in clauses}
        spread = Counter(stem for phrases in self._phrases.values() for stem in frozenset().union(*phrases))
        self._weights = {stem: log(len(clauses) / count) for stem, count in spread.items()}

    def clauses_for(self, title: str, text: str) -> list[int]:
        """Return the keys of up to three clauses that a text may belong to, the likeliest first."""
        named = self._stems(title)
        read = _Read(named, self._stems(text) - named)
        scores = {key: self._score(phrases, read) for key, phrases in self._phrases.items()}
        best = max(scores.values(), default=0.0)
        likely = [key for key, score in scores.items() if score >= max(LEAST, NEAR * best)]
        return sorted(likely, key=lambda key: (-scores[key], key))[:MOST]

    def _score(self, phrases: Iterable[frozenset[str]], read: _Read) -> float:
        return sum(self._likeness(phrase, read) for phrase in phrases if phrase)

    def _likeness(self, phrase: frozenset[str], read: _Read) -> float:
        """Return how much of a phrase is said: the more of it, the more each of its words weighs."""
        named, said = phrase & read.title, phrase & read.text
        part = (len(named) + len(said)) / len(phrase)
        return part * part * (IN_TITLE * self._sum(named) + IN_TEXT * self._sum(said))

    def _sum(self, stems: Iterable[str]) -> float:
        return sum(self._weights[stem] for stem in stems)

    def _stems(self, text: str) -> frozenset[str]:
        return frozenset(word[:LETTERS] for word in self._words_of(text) if word not in _SMALL)
