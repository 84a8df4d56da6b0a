"""script/manage [--data DIR] ARGS: manage.py in the environment and data folder of the product."""

import os
from pathlib import Path

from script.launcher import data, environment, setup
from script.launcher.common import PYTHON, ROOT, Stop

MAKING = {"migrate", "restore"}  # begin an installation where none is
ASKING = {"help", "version", "--help", "--version", "-h"}  # need none
NO_INSTALLATION = (
    "There is no installation in the folder {folder}. Name the one meant: script/manage --data DIR {command} "
    "(script/server makes one, and so do migrate and restore). If script/server was started just now, wait until it "
    "says Ready."
)
BEING_SET_UP = "The installation in {folder} is still being set up. Try again when script/server says Ready."


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
    make_ready(folder, (arguments or ["help"])[0])
    os.execve(PYTHON, [str(PYTHON), str(ROOT / "manage.py"), *arguments], data.environment(folder))


def make_ready(folder: Path, command: str) -> None:
    """Make or mend the folder for a command; a folder that nobody meant stays as it is, and no key is left in it.

    Raises Stop while script/server is setting it up, and where it holds no installation or is not ours.
    """
    if command in ASKING:
        return
    data.refuse_what_is_not_ours(folder)
    if setup.is_under_way(folder):
        raise Stop(BEING_SET_UP.format(folder=folder))
    if command not in MAKING and not data.is_installed(folder):
        raise Stop(NO_INSTALLATION.format(folder=folder, command=command))
    data.prepare(folder)
