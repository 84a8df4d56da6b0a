"""The data folder: where it is, its secret key, and the environment in which the product runs on it."""

import os
import secrets
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from script.launcher.common import ROOT, Stop

OTHERS = 0o077  # what nobody but the owner may do: links that sign people in stand in mails, and much more beside
FOLDERS = ("files", "mail", "cache", "broker/queue", "broker/control", "logs")


def place(given: str | None) -> Path:
    """Return where the data folder is: the one given, QMS_DATA or data/ in the checkout."""
    return Path(given or os.environ.get("QMS_DATA") or ROOT / "data").resolve()


def prepare(folder: Path) -> None:
    """Make the data folder and its secret key where they are not there yet, for their owner alone.

    Raise Stop where that cannot be.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in FOLDERS:
            (folder / name).mkdir(parents=True, exist_ok=True)
        _make_secret_key(folder / "secret_key")
        _close(folder)
    except FileExistsError as error:
        raise Stop(f"The data folder {folder} cannot be used: {error.filename} is a file.") from error
    except OSError as error:
        raise Stop(f"The data folder {folder} cannot be used: {error.strerror}.") from error


def _close(folder: Path) -> None:
    """Take from others what they may do in the folder; a link leads to what somebody else decides about.

    What goes away meanwhile, as a running server's files do, or belongs to another user stays as it is.
    """
    for each in (folder, *folder.iterdir()):
        with suppress(FileNotFoundError, PermissionError):
            mode = each.lstat().st_mode
            if mode & OTHERS and not each.is_symlink():
                each.chmod(mode & ~OTHERS)


def _make_secret_key(file: Path) -> None:
    with suppress(FileExistsError), os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as key:
        key.write(secrets.token_urlsafe(50))


def is_installed(folder: Path) -> bool:
    """Say whether an installation lives here: its database, or what the launcher keeps of one on a server."""
    if os.environ.get("QMS_DATABASE_URL"):
        return folder.is_dir()
    return has_tables(folder)


def has_tables(folder: Path) -> bool:
    """Say whether the SQLite database has been made; an empty file is left by any command that asked too early."""
    return _answers(folder, "SELECT 1 FROM sqlite_master WHERE name = 'django_migrations'")


def has_people(folder: Path) -> bool:
    """Say whether the SQLite database holds anybody."""
    return _answers(folder, "SELECT 1 FROM organization_user LIMIT 1")


def _answers(folder: Path, question: str) -> bool:
    """Say whether a question to the SQLite database has an answer; without the file or the table it has none."""
    address = f"{(folder / 'qms.sqlite3').as_uri()}?mode=ro"
    with suppress(sqlite3.Error), closing(sqlite3.connect(address, uri=True)) as db:
        return db.execute(question).fetchone() is not None
    return False


def environment(folder: Path) -> dict[str, str]:
    """Return the variables for manage.py, gunicorn and celery on this data folder."""
    return {**os.environ, "QMS_DATA": str(folder), "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "qms.settings"}
