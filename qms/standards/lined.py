"""YAML whose every value knows its line, so that a refusal can name it.

What ships is read here, what somebody gave is read in the sandbox, both by `lined_yaml`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms.core import sandbox
from qms.core.parsers.readers import lined_yaml
from qms.core.sandboxed import MB, Limits, Refused
from qms.search.words import clean

_READER = "qms.core.parsers.readers.lined_yaml:read"
_LIMITS = Limits(memory=512 * MB, cpu_seconds=20, wall_seconds=30)
WORDS: dict[str, Promise] = {
    "name_twice": gettext_lazy("“%(name)s” stands here twice"),
    "not_utf8": gettext_lazy("The file is not UTF-8 text."),
    "not_yaml": gettext_lazy("this is not YAML"),
    "reference": gettext_lazy("values by reference are not taken"),
    "second_document": gettext_lazy("a second document begins here; a file holds one"),
    "too_deep": gettext_lazy("this nests too deeply"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, in words, and on which line of the file; 0 stands for the whole of it."""

    line: int
    words: str

    def __str__(self) -> str:
        return _("line %(line)s: %(words)s") % {"line": self.line, "words": self.words} if self.line else self.words


class Unreadable(Exception):
    """The text is no YAML that we take; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Value:
    """A value and its line: a text, a list of values, or values by name; null is an empty text."""

    line: int
    is_: "str | list[Value] | dict[str, Value]"

    def text(self, name: str, default: str = "") -> str:
        """Return a field of this mapping as one line of text; the default where it is absent or no text."""
        found = self.field(name)
        return " ".join(found.is_.split()) if found and isinstance(found.is_, str) else default

    def field(self, name: str) -> "Value | None":
        """Return a field of this mapping, or None."""
        return self.is_.get(name) if isinstance(self.is_, dict) else None

    def items(self, name: str) -> "list[Value]":
        """Return the members of a list under a name; one text alone is a list of one, nothing is none."""
        found = self.field(name)
        if found is None or found.is_ == "":
            return []
        return found.is_ if isinstance(found.is_, list) else [found]

    def texts(self, name: str) -> list[str]:
        """Return the texts of a list under a name."""
        return [" ".join(each.is_.split()) for each in self.items(name) if isinstance(each.is_, str)]


def read(text: str) -> Value:
    """Return what a YAML text of our own holds; raise Unreadable with the line of what cannot be taken."""
    try:
        return _value(lined_yaml.parsed(text))
    except Refused as refusal:
        raise Unreadable(_problem(refusal.code, refusal.facts)) from refusal


def read_given(path: Path) -> Value:
    """Return what a YAML file that somebody gave holds, read in the sandbox; raise Unreadable as `read` does."""
    result = sandbox.run(_READER, {"path": str(path)}, limits=_LIMITS)
    if result.failure is not None:
        raise Unreadable(_problem(result.code, result.facts) if result.code in WORDS else Problem(0, result.words))
    return _value(result.value)


def _problem(code: str, facts: Mapping[str, str | int]) -> Problem:
    said = str(facts.get("name", "")) if code == "not_yaml" else ""
    return Problem(int(facts.get("line", 0)), said or str(WORDS[code]) % facts)


def _value(node: lined_yaml.Node) -> Value:
    line, said = node
    if isinstance(said, dict):
        return Value(line, {clean(name): _value(each) for name, each in said.items()})
    return Value(line, [_value(each) for each in said] if isinstance(said, list) else clean(said))
