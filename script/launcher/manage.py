"""script/manage [--data DIR] ARGS: manage.py in the environment and data folder of the product."""

import os
from pathlib import Path

from script.launcher import data, environment
from script.launcher.common import PYTHON, ROOT, Stop

MAKING = {"migrate", "restore"}  # begin an installation where none is
ASKING = {"help", "version", "--help", "--version", "-h"}  # need none
NO_INSTALLATION = (
    "There is no installation in the folder {folder}. Name the one meant: script/manage --data DIR {command} "
    "(script/server makes one, and so do migrate and restore)."
)


def main(arguments: list[str]) -> int:
    """Become `manage.py ARGS`; raise Stop when --data has no folder, and where a folder holds no installation."""
    given = None
    if arguments[:1] == ["--data"]:
        if len(arguments) < 2:
            raise Stop("--data needs a folder.")
        given, arguments = arguments[1], arguments[2:]
    environment.ensure("run")
    folder = data.place(given)
    os.umask(data.OTHERS)
    _make_ready(folder, (arguments or ["help"])[0])
    os.execve(PYTHON, [str(PYTHON), str(ROOT / "manage.py"), *arguments], data.environment(folder))


def _make_ready(folder: Path, command: str) -> None:
    """Make or mend the folder; a folder that nobody meant stays as it is, and no key is left in it."""
    if command in ASKING:
        return
    if command not in MAKING and not data.is_installed(folder):
        raise Stop(NO_INSTALLATION.format(folder=folder, command=command))
    data.prepare(folder)
