"""The data folder: where it is, its secret key, and the environment in which the product runs on it."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from script.launcher.common import ROOT, Stop

FOLDERS = ("files", "mail", "cache", "broker/queue", "broker/control", "logs")


def prepare(given: str | None) -> Path:
    """Return the data folder (the one given, QMS_DATA or data/ in the checkout), made and with a secret key."""
    folder = Path(given or os.environ.get("QMS_DATA") or ROOT / "data").resolve()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in FOLDERS:
            (folder / name).mkdir(parents=True, exist_ok=True)
        _make_secret_key(folder / "secret_key")
    except OSError as error:
        raise Stop(f"The data folder {folder} cannot be used: {error.strerror}.") from error
    return folder


def _make_secret_key(file: Path) -> None:
    with suppress(FileExistsError), os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as key:
        key.write(secrets.token_urlsafe(50))


def environment(folder: Path) -> dict[str, str]:
    """Return the variables for manage.py, gunicorn and celery on this data folder."""
    return {**os.environ, "QMS_DATA": str(folder), "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "qms.settings"}
