"""Typed readers for environment variables. A wrong value stops the start with words, never later."""

import logging
import os
import re
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import available_timezones

from django.core.exceptions import ImproperlyConfigured

SHORTEST_KEY = 50
# What is read elsewhere: by docker-compose.yml and by the tests.
READ_ELSEWHERE = re.compile(r"QMS_(HOST|OWNER_PASSWORD|APP_PASSWORD|CORPORA|PICTURES)")

_read: set[str] = set()


def text(name: str, default: str = "") -> str:
    """Return the variable, or the contents of the file that `<name>_FILE` names (a mounted secret), or the default.

    Raises ImproperlyConfigured for a file that cannot be read.
    """
    _read.add(name)
    file = os.environ.get(f"{name}_FILE")
    if not file:
        return os.environ.get(name, default)
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        raise ImproperlyConfigured(f"{name}_FILE names a file that cannot be read, {file}: {why}.") from error


def unread(given: Iterable[str]) -> list[str]:
    """Return a sentence for each of these variables that begins as ours do and that nothing reads, in order of name.

    Asked after the settings were read: what they have asked for is what is known.
    """
    known = _read | {f"{name}_FILE" for name in _read}
    ours = {name for name in given if name.startswith("QMS_") and not READ_ELSEWHERE.fullmatch(name)}
    return [_stranger(name, get_close_matches(name, sorted(_read), 1)) for name in sorted(ours - known)]


def _stranger(name: str, nearest: list[str]) -> str:
    meant = f" Did you mean {nearest[0]}?" if nearest else " docs/deploying.md names those that there are."
    return f"{name} is set, and nothing reads it.{meant}"


def flag(name: str, *, default: bool = False) -> bool:
    """Return a switch that is 0 or 1; raise ImproperlyConfigured for anything else."""
    value = text(name, "1" if default else "0")
    if value not in {"0", "1"}:
        raise ImproperlyConfigured(f"{name} is 0 or 1, not {value!r}.")
    return value == "1"


def number(name: str, default: int) -> int:
    """Return a whole number; raise ImproperlyConfigured for anything else."""
    value = text(name, str(default))
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} is a whole number, not {value!r}.")
    return int(value)


def listing(name: str, default: str = "") -> list[str]:
    """Return the comma-separated parts of a variable, without blanks."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def zone(name: str, default: str) -> str:
    """Return the name of a time zone; raise ImproperlyConfigured for one that is unknown."""
    value = text(name, default)
    if value not in available_timezones():
        raise ImproperlyConfigured(f"{name} is a time zone such as Europe/Berlin, not {value!r}.")
    return value


def log_level(name: str, default: str) -> str:
    """Return the name of a level of logging; raise ImproperlyConfigured for anything else."""
    value, known = text(name, default), logging.getLevelNamesMapping()
    if value not in known:
        raise ImproperlyConfigured(f"{name} is one of {', '.join(sorted(known))}, not {value!r}.")
    return value


def address(name: str, default: str) -> str:
    """Return an address without the last slash; raise ImproperlyConfigured for one without http(s):// or host."""
    value = text(name, default).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ImproperlyConfigured(f"{name} begins with https:// or http:// and names a host, unlike {value!r}.")
    return value


def rooms(name: str, house: Path) -> list[str]:
    """Return the rooms beside the platform: every folder of the house that is an app, or those of them that are named.

    Raises ImproperlyConfigured for one that is not there.
    """
    there = sorted(app.parent.name for app in house.glob("*/apps.py"))
    wanted = listing(name, ",".join(there))
    if unknown := sorted(set(wanted) - set(there)):
        raise ImproperlyConfigured(
            f"{name} names a room that is not here: {unknown[0]}. There are: {', '.join(there)}."
        )
    return wanted


def origin(url: str) -> str:
    """Return scheme, host and port of an address; raise ImproperlyConfigured unless it is https, or on this machine."""
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise ImproperlyConfigured(f"{url!r} begins with https://")
    return f"{parts.scheme}://{parts.netloc}"


def postgres(url: str) -> dict[str, object]:
    """Return Django's database settings for `postgresql://user:password@host:port/name?option=value`."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured("QMS_DATABASE_URL has the form postgresql://user:password@host:5432/name.")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def sqlite(path: Path) -> dict[str, object]:
    """Return Django's database settings for SQLite as a ledger needs it: WAL, FULL, IMMEDIATE (docs/deploying.md)."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA recursive_triggers=ON;"
            "PRAGMA foreign_keys=ON;",
        },
    }


def secret_key(data: Path) -> str:
    """Return QMS_SECRET_KEY, or the key kept in the data folder by the first start; empty when there is none yet.

    Raises ImproperlyConfigured for one that is too short to sign with, or whose file cannot be read.
    """
    given = text("QMS_SECRET_KEY")
    if 0 < len(given) < SHORTEST_KEY:
        raise ImproperlyConfigured(
            f"QMS_SECRET_KEY has at least {SHORTEST_KEY} random characters. Make one: openssl rand -hex 32"
        )
    return given or _kept_key(data / "secret_key")


def _kept_key(file: Path) -> str:
    try:
        kept = file.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        raise ImproperlyConfigured(f"The secret key {file} cannot be read: {why}.") from error
    if len(kept) < SHORTEST_KEY:
        raise ImproperlyConfigured(
            f"The secret key {file} is {'too short' if kept else 'empty'}. Put back the one you have kept, or remove "
            "the file: script/server makes a new one, and everybody signs in again."
        )
    return kept
