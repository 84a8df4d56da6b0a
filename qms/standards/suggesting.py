"""Which clauses a text may belong to: the words of their titles and of what often shows them, weighed by how rare
they are. Pure. What comes of it is a suggestion: it counts for nothing before a person confirms it."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log

MOST = 3
# What a title says weighs more than what stands somewhere in the text.
IN_TITLE = 3.0
# A clause as good as two thirds of the best one is told beside it; below the least, nothing is.
NEAR = 0.66
LEAST = 9.0


@dataclass(frozen=True)
class Hinted:
    """A clause by its key, with the phrases that point to it: title and hints."""

    key: int
    phrases: tuple[str, ...]


class Suggester:
    """Finds clauses of one edition by texts; made once for many texts."""

    def __init__(self, clauses: Sequence[Hinted], words_of: Callable[[str], Iterable[str]]) -> None:
        self._words_of = words_of
        self._clauses = {each.key: frozenset(words_of(" ".join(each.phrases))) for each in clauses}
        spread = Counter(word for words in self._clauses.values() for word in words)
        self._weights = {word: log(len(clauses) / count) for word, count in spread.items()}

    def clauses_for(self, title: str, text: str) -> list[int]:
        """Return the keys of up to three clauses that a text may belong to, the likeliest first."""
        named, said = frozenset(self._words_of(title)), frozenset(self._words_of(text))
        scores = {key: self._score(words, named, said) for key, words in self._clauses.items()}
        best = max(scores.values(), default=0.0)
        likely = [key for key, score in scores.items() if score >= max(LEAST, NEAR * best)]
        return sorted(likely, key=lambda key: (-scores[key], key))[:MOST]

    def _score(self, words: frozenset[str], named: frozenset[str], said: frozenset[str]) -> float:
        if not words & named:
            return 0.0
        return IN_TITLE * self._sum(words & named) + self._sum(words & said - named)

    def _sum(self, words: Iterable[str]) -> float:
        weights: Mapping[str, float] = self._weights
        return sum(weights[word] for word in words)
