"""Canonical JSON: the one byte form that is hashed, signed and never made again."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

_PLAIN = frozenset({str, int, bool, type(None)})
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)

Json = str | int | bool | None | list[Any] | dict[str, Any]


def instant(moment: datetime) -> str:
    """Return an aware instant as `2026-11-22T08:44:00.000000Z`; raise ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("A naive time has no place in a record.")
    return f"{moment.astimezone(UTC).isoformat(timespec='microseconds')[:-6]}Z"


def dumps(value: Json) -> str:
    """Return the canonical form of str, int, bool, None, lists and dicts with ASCII keys.

    Raises TypeError for anything else (floats, dates, other keys) and ValueError for lone surrogates.
    """
    _check(value)
    text = _ENCODER.encode(value)
    text.encode("utf-8")
    return text


def sha256(value: str | bytes) -> str:
    """Return the SHA-256 of bytes, or of the UTF-8 bytes of a text, as 64 hexadecimal digits."""
    return hashlib.sha256(value.encode("utf-8") if isinstance(value, str) else value).hexdigest()


def _check(value: object) -> None:
    if type(value) in _PLAIN:
        return
    if isinstance(value, dict):
        _check_fields(value)
    elif isinstance(value, list):
        for item in value:
            _check(item)
    elif not isinstance(value, (str, int)):
        raise TypeError(f"{type(value).__name__} has no canonical form")


def _check_fields(fields: dict[object, object]) -> None:
    for key, item in fields.items():
        if not isinstance(key, str) or not key.isascii():
            raise TypeError(f"{key!r} is not an ASCII key")
        if type(item) not in _PLAIN:
            _check(item)
