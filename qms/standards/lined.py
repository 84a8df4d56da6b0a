"""YAML whose every value knows its line, so that a refusal can name it. Pure.

Everything is a text, nothing is repeated by reference and nothing nests without end: a small file stays small.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import yaml
from django.utils.translation import gettext as _

from qms.search.words import clean

# The reader in C is twenty times as fast; a machine that built the library without it reads all the same.
_LOADER = yaml.CBaseLoader if yaml.__with_libyaml__ else yaml.BaseLoader
_DEEPEST = 12
# Ends of lists and of values by name, where no value begins.
_ENDS = (yaml.SequenceEndEvent, yaml.MappingEndEvent)


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
    """Return what a YAML text holds; raise Unreadable with the line of what cannot be taken."""
    try:
        events = yaml.parse(text, Loader=_LOADER)
        documents = [_value(each, events, 0) for each in events if isinstance(each, yaml.NodeEvent)]
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise Unreadable(Problem(line, error.problem or _("this is not YAML"))) from error
    except (yaml.YAMLError, ValueError) as error:
        raise Unreadable(Problem(0, _("this is not YAML"))) from error
    if len(documents) > 1:
        raise Unreadable(Problem(documents[1].line, _("a second document begins here; a file holds one")))
    return documents[0] if documents else Value(0, "")


def _value(event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Value:
    line = event.start_mark.line + 1 if event.start_mark else 0
    if depth > _DEEPEST:
        raise Unreadable(Problem(line, _("this nests too deeply")))
    if isinstance(event, yaml.MappingStartEvent):
        return Value(line, dict(_fields(events, depth + 1)))
    if isinstance(event, yaml.SequenceStartEvent):
        return Value(line, list(_members(events, depth + 1)))
    if isinstance(event, yaml.ScalarEvent):
        absent = event.value in {"null", "~"} and event.implicit[0]
        return Value(line, "" if absent else clean(event.value))
    raise Unreadable(Problem(line, _("values by reference are not taken")))


def _members(events: Iterator[yaml.Event], depth: int) -> Iterator[Value]:
    while not isinstance(event := next(events), _ENDS):
        yield _value(event, events, depth)


def _fields(events: Iterator[yaml.Event], depth: int) -> Iterator[tuple[str, Value]]:
    seen = set[str]()
    while not isinstance(event := next(events), _ENDS):
        key = _value(event, events, depth)
        name = key.is_ if isinstance(key.is_, str) else ""
        if name in seen:
            raise Unreadable(Problem(key.line, _("“%(name)s” stands here twice") % {"name": name}))
        seen.add(name)
        yield name, _value(next(events), events, depth)
