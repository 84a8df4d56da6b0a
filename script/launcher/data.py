"""The data folder: where it is, its secret key, and the environment in which the product runs on it."""

import os
import secrets
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from pwd import getpwuid

from script.launcher.common import ROOT, Stop, is_given, say

OTHERS = 0o077  # what nobody but the owner may do: links that sign people in stand in mails, and much more beside
FOLDERS = ("files", "mail", "cache", "broker/queue", "broker/control", "logs")
KEPT = ("secret_key", "launcher.json")  # the first things that a start makes, on any database
# What may lie in a folder before its first start; a file system makes the last.
BEGUN = {*KEPT, "launcher.new", "static", "qms.sqlite3", "lost+found", *(name.partition("/")[0] for name in FOLDERS)}
NEW_KEY = (
    "Note: the secret key was gone, and a new one was made: {file}. Everybody signs in again, and links in mails that "
    "were sent before open nothing."
)


def place(given: str | None) -> Path:
    """Return where the data folder is: the one given, QMS_DATA or data/ in the checkout."""
    return Path(given or os.environ.get("QMS_DATA") or ROOT / "data").resolve()


def prepare(folder: Path) -> None:
    """Make the data folder and its secret key where they are not there yet, for their owner alone.

    Raise Stop where that cannot be, and for a folder that is not ours.
    """
    refuse_what_is_not_ours(folder)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in FOLDERS:
            (folder / name).mkdir(parents=True, exist_ok=True)
        if _make_secret_key(folder / "secret_key") and _was_used(folder) and not is_given("QMS_SECRET_KEY", os.environ):
            say(NEW_KEY.format(file=folder / "secret_key"))
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


def _make_secret_key(file: Path) -> bool:
    """Make the key where there is none; say whether that was done."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(handle, "w") as key:
        key.write(secrets.token_urlsafe(50))
    return True


def _was_used(folder: Path) -> bool:
    return (folder / "launcher.json").exists() or has_people(folder)


def refuse_what_is_not_ours(folder: Path) -> None:
    """Raise Stop for a folder of another user, and for one that holds other things and no installation.

    In another user's folder we would leave files that its owner cannot touch.
    """
    if not folder.is_dir():
        return
    name = _other_owner(folder)
    if name:
        raise Stop(f"The data folder {folder} belongs to the user {name}: run this as {name} (sudo -u {name} ...).")
    strange = sorted(each.name for each in folder.iterdir() if each.name not in BEGUN)
    if strange and not any((folder / name).exists() for name in KEPT) and not has_tables(folder):
        shown = ", ".join([*strange[:3], *(["..."] if strange[3:] else [])])
        raise Stop(f"The folder {folder} holds other things ({shown}) and no installation. Name a folder of its own.")


def _other_owner(folder: Path) -> str:
    """Return the user to whom the installation, or a folder prepared for it, belongs; "" when that is us.

    Whoever is not the administrator may be let into a folder of another user to begin there.
    """
    if not os.access(folder, os.R_OK | os.X_OK):
        return _user(folder.stat().st_uid)
    kept = [file for file in (folder / "qms.sqlite3", *(folder / name for name in KEPT)) if file.exists()]
    if not kept and os.geteuid() != 0:
        return ""
    owner = (kept[0] if kept else folder).stat().st_uid
    return "" if owner == os.geteuid() else _user(owner)


def _user(number: int) -> str:
    try:
        return getpwuid(number).pw_name
    except KeyError:
        return f"#{number}"


def is_installed(folder: Path) -> bool:
    """Say whether an installation lives here: its database, or a folder where the database is on a server."""
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
