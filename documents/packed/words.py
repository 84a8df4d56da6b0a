"""How a pack writes instants and rows."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from qms.organization.queries import organization_zone

_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True)


def moment(at: datetime) -> str:
    """Return an instant as people of the organization read it."""
    local = at.astimezone(organization_zone())
    return f"{local.isoformat(' ')[:16]} {local.tzname()}"


def fields(value: dict[str, Any]) -> bytes:
    """Return a JSON object with a line for each of its fields."""
    return _framed("{", (f'"{name}": {_JSON.encode(value[name])}' for name in sorted(value)), "}").encode()


def rows(values: Iterable[dict[str, Any]]) -> str:
    """Return a JSON list with a line for each row: as easy to read as indented, and written faster."""
    return _framed("[", map(_JSON.encode, values), "]")


def _framed(opening: str, lines: Iterable[str], closing: str) -> str:
    return f"{opening}\n" + ",\n".join(lines) + f"\n{closing}\n"
