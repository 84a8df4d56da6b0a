"""Words of the field in running text: where a term stands, in one or in many. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping

_NEVER = re.compile(r"(?!)")


class Glossary:
    """The terms that are known, with what they mean; longer ones are looked for before those that stand in them."""

    def __init__(self, meanings: Mapping[str, str]) -> None:
        self.meanings = meanings
        self._names = {name.lower(): name for name in meanings}
        self._pattern = _pattern(meanings)

    def cut(self, text: str) -> Iterator[tuple[str, str]]:
        """Yield the pieces of a text in order, each with the term that it is, or with nothing; the first time only."""
        at, seen = 0, set[str]()
        for found in self._pattern.finditer(text):
            name = self._named(found[0])
            if name not in seen:
                seen.add(name)
                yield text[at : found.start()], ""
                yield found[0], name
                at = found.end()
        yield text[at:], ""

    def _named(self, said: str) -> str:
        said = said.lower()
        return next(self._names[each] for each in _ones(said) if each in self._names)


def _pattern(names: Iterable[str]) -> re.Pattern[str]:
    spelled = [_spelled(name) for name in sorted(names, key=len, reverse=True)]
    return re.compile(rf"\b(?:{'|'.join(spelled)})\b", re.IGNORECASE) if spelled else _NEVER


def _spelled(name: str) -> str:
    if re.search(r"[^aeiou]y\Z", name):
        return f"{re.escape(name[:-1])}(?:y|ies)"
    return re.escape(name) + ("(?:es)?" if name.endswith(("s", "x", "ch", "sh")) else "s?")


def _ones(said: str) -> Iterator[str]:
    """Yield what a word may be in the singular."""
    yield said
    yield said.removesuffix("s")
    yield said.removesuffix("es")
    yield re.sub(r"ies\Z", "y", said)
