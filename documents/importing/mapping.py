"""A mapping file: defaults for all files, rules by pattern, and what is said about single files."""

from collections.abc import Mapping as Values
from dataclasses import dataclass, field
from fnmatch import fnmatch
from typing import Any

import yaml
from django.utils.translation import gettext as _

from qms.core.errors import RuleBroken

_PLACES = ["process", "site", "effective", "approver", "language"]
FIELDS = frozenset(["number", "title", "type", "revision", "owner", *_PLACES, "skip", "accept"])
# Said instead of a number: none of those that were found is meant, the next one is issued.
NEW_NUMBER = "new"
YES = frozenset({"true", "yes", "1"})


@dataclass(frozen=True)
class Mapping:
    """What people say about the files; it wins over what the files say."""

    defaults: Values[str, str] = field(default_factory=dict)
    rules: tuple[tuple[str, Values[str, str]], ...] = ()
    files: Values[str, Values[str, str]] = field(default_factory=dict)

    def said_about(self, path: str) -> dict[str, str]:
        """Return what is said about a file: defaults, then the rules that fit, then the file's own."""
        found = dict(self.defaults)
        for pattern, values in self.rules:
            if fnmatch(path, pattern):
                found |= values
        return found | dict(self.files.get(path, {}))


def read_mapping(text: str) -> Mapping:
    """Return the mapping that a YAML text holds; raise RuleBroken in words for one that is none."""
    try:
        found = yaml.safe_load(text) if text.strip() else {}
    except yaml.YAMLError as error:
        raise RuleBroken(_("The mapping is not YAML: %(why)s") % {"why": " ".join(str(error).split())}) from error
    if not isinstance(found, dict):
        raise RuleBroken(_("A mapping has the parts defaults, rules and files."))
    rules = found.get("rules") or []
    return Mapping(
        defaults=_values(found.get("defaults") or {}),
        rules=tuple((str(rule.get("match", "")), _values({**rule, "match": None})) for rule in rules),
        files={str(path): _values(values) for path, values in (found.get("files") or {}).items()},
    )


def with_said(text: str, files: Values[str, Values[str, str]]) -> str:
    """Return a mapping as YAML with more said about single files; what was said about them before gives way."""
    whole: dict[str, Any] = yaml.safe_load(text) if text.strip() else {}
    kept = dict(whole.get("files") or {})
    for path, values in files.items():
        kept[path] = {**(kept.get(path) or {}), **values}
    return yaml.safe_dump({**whole, "files": kept}, allow_unicode=True, sort_keys=False, width=1000)


def _values(values: Any) -> dict[str, str]:
    if not isinstance(values, dict):
        raise RuleBroken(_("A mapping says field: value."))
    kept = {str(name): str(value) for name, value in values.items() if value is not None}
    unknown = sorted(set(kept) - FIELDS)
    if unknown:
        raise RuleBroken(_("The mapping names unknown fields: %(names)s.") % {"names": ", ".join(unknown)})
    return kept
