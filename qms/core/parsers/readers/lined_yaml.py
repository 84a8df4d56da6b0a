"""Reader of YAML files whose mistakes are told by their line: every value comes with the one it begins in.

A value is [line, text], [line, [values]] or [line, {name: value}]; null is an empty text. Everything is a text, nothing
is repeated by reference and nothing nests without end: a small file stays small.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from qms.core.sandboxed import Failure, Refused

# The reader in C is twenty times as fast; a machine that built the library without it reads all the same.
_LOADER = yaml.CBaseLoader if yaml.__with_libyaml__ else yaml.BaseLoader
_DEEPEST = 12
# Ends of lists and of values by name, where no value begins.
_ENDS = (yaml.SequenceEndEvent, yaml.MappingEndEvent)

Node = list[Any]


def read(path: str) -> Node:
    """Return what a file holds. Raises Refused with the line of what cannot be taken."""
    try:
        return parsed(Path(path).read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise Refused(Failure.BROKEN, "not_utf8") from error


def parsed(text: str) -> Node:
    """Return what a YAML text holds. Raises Refused as `read` does."""
    try:
        events = yaml.parse(text, Loader=_LOADER)
        documents = [_value(each, events, 0) for each in events if isinstance(each, yaml.NodeEvent)]
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise Refused(Failure.BROKEN, "not_yaml", line=line, name=error.problem or "") from error
    except (yaml.YAMLError, ValueError) as error:
        raise Refused(Failure.BROKEN, "not_yaml", line=0, name="") from error
    if len(documents) > 1:
        raise Refused(Failure.BROKEN, "second_document", line=documents[1][0])
    return documents[0] if documents else [0, ""]


def _value(event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Node:
    line = event.start_mark.line + 1 if event.start_mark else 0
    if depth > _DEEPEST:
        raise Refused(Failure.BROKEN, "too_deep", line=line)
    if isinstance(event, yaml.MappingStartEvent):
        return [line, dict(_fields(events, depth + 1))]
    if isinstance(event, yaml.SequenceStartEvent):
        return [line, list(_members(events, depth + 1))]
    if isinstance(event, yaml.ScalarEvent):
        return [line, "" if event.value in {"null", "~"} and event.implicit[0] else event.value]
    raise Refused(Failure.BROKEN, "reference", line=line)


def _members(events: Iterator[yaml.Event], depth: int) -> Iterator[Node]:
    while not isinstance(event := next(events), _ENDS):
        yield _value(event, events, depth)


def _fields(events: Iterator[yaml.Event], depth: int) -> Iterator[tuple[str, Node]]:
    seen = set[str]()
    while not isinstance(event := next(events), _ENDS):
        line, said = _value(event, events, depth)
        name = said if isinstance(said, str) else ""
        if name in seen:
            raise Refused(Failure.BROKEN, "name_twice", line=line, name=name[:80])
        seen.add(name)
        yield name, _value(next(events), events, depth)
