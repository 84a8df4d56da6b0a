"""Canonical JSON: the one byte form that is hashed, signed and never made again."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

Json = str | int | bool | None | list[Any] | dict[str, Any]


def instant(moment: datetime) -> str:
    """Return an aware instant as `2026-11-22T08:44:00.000000Z`; raise ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("A naive time has no place in a record.")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def dumps(value: Json) -> str:
    """Return the canonical form of str, int, bool, None, lists and dicts with ASCII keys.

    Raises TypeError for anything else (floats, dates, other keys) and ValueError for lone surrogates.
    """
    _check(value)
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    text.encode("utf-8")
    return text


def sha256(value: str | bytes) -> str:
    """Return the SHA-256 of bytes, or of the UTF-8 bytes of a text, as 64 hexadecimal digits."""
    return hashlib.sha256(value.encode("utf-8") if isinstance(value, str) else value).hexdigest()


def _check(value: object) -> None:
    match value:
        case None | bool() | int() | str():
            return
        case list():
            for item in value:
                _check(item)
        case dict():
            for key, item in value.items():
                _check_key(key)
                _check(item)
        case _:
            raise TypeError(f"{type(value).__name__} has no canonical form")


def _check_key(key: object) -> None:
    if not isinstance(key, str) or not key.isascii():
        raise TypeError(f"{key!r} is not an ASCII key")
