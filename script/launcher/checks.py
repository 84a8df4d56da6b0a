"""The checks of script/test, in their order: what each runs, on what, and in which tier."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from script.launcher import debian
from script.launcher.common import PYTHON, ROOT, VENV

# On a named address behind TLS, with servers of its own: what docker-compose.yml runs.
PRODUCTION = {
    "QMS_SECRET_KEY": secrets.token_urlsafe(50),
    "QMS_BASE_URL": "https://qms.example.org",
    "QMS_ALLOWED_HOSTS": "qms.example.org",
    "QMS_DATABASE_URL": "postgresql://qms_app@127.0.0.1/qms",
    "QMS_DATABASE_OWNER_URL": "postgresql://qms_owner@127.0.0.1/qms",
    "QMS_REDIS_URL": "redis://127.0.0.1/0",
    "QMS_SMTP_HOST": "127.0.0.1",
    "QMS_PROXIES": "1",
    "QMS_SSL_REDIRECT": "1",
    "QMS_HSTS_PRELOAD": "1",
}

# Many tests wait for another process: one worker more than there are cores keeps the cores busy.
WORKERS = str(1 + (os.cpu_count() or 1))


@dataclass(frozen=True)
class Check:
    """A named command, the Debian packages and extra variables it needs, and whether it needs PostgreSQL and Redis."""

    name: str
    command: list[str]
    packages: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    stores: bool = False
    live: bool = False


def static() -> list[Check]:
    """Return the checks that read the source."""
    return [
        Check("ruff format --check", [_tool("ruff"), "format", "--check", "."]),
        Check("ruff check", [_tool("ruff"), "check", "."]),
        Check("djade --check", [_tool("djade"), "--check", "--target-version", "5.2", *_templates()]),
        Check("lint-imports", [_tool("lint-imports"), "--no-logo"]),
        Check("mypy --strict", [_tool("mypy"), "--strict", "."]),
        Check(
            "manage.py check --deploy",
            _manage("check", "--deploy", "--fail-level", "WARNING"),
            debian.PANGO,
            PRODUCTION,
        ),
        Check("makemigrations --check", _manage("makemigrations", "--check", "--dry-run"), debian.PANGO),
    ]


def tests(tier: str, more: list[str]) -> list[Check]:
    """Return the test runs of a tier (quick, default, release); `more` goes to pytest."""
    quick = [_pytest("pytest on SQLite", "not release and not browser", more)]
    default = [
        _pytest("pytest on PostgreSQL and Redis", "both and not release and not browser", more, stores=True),
        _pytest("pytest in the browser", "browser and not release", more, packages=(*debian.PRINT, "chromium")),
    ]
    release = [
        _pytest("the whole suite on PostgreSQL", "not both and not release and not browser", more, stores=True),
        _pytest("pytest for a release", "release", more, packages=(*debian.PRINT, "chromium"), stores=True),
    ]
    return {"quick": quick, "default": quick + default, "release": quick + default + release}[tier]


def _tool(name: str) -> str:
    return str(VENV / "bin" / name)


def _manage(*arguments: str) -> list[str]:
    return [str(PYTHON), str(ROOT / "manage.py"), *arguments]


def _templates() -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in (ROOT / "templates").rglob("*.html"))


def _pytest(
    name: str, marked: str, more: list[str], *, packages: tuple[str, ...] = debian.PRINT, stores: bool = False
) -> Check:
    command = [
        str(PYTHON),
        "-m",
        "pytest",
        "-q",
        "-n",
        WORKERS,
        "--dist",
        "loadfile",
        "--no-loadscope-reorder",
        "-m",
        marked,
        *more,
    ]
    needed = (*packages, *(debian.STORES if stores else ()))
    return Check(name, command, needed, stores=stores, live=True)
