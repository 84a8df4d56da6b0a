"""script/manage [--data DIR] ARGS: manage.py in the environment and data folder of the product."""

import os

from script.launcher import data, environment
from script.launcher.common import PYTHON, ROOT, Stop


def main(arguments: list[str]) -> int:
    """Become `manage.py ARGS`; raise Stop when --data has no folder."""
    given = None
    if arguments[:1] == ["--data"]:
        if len(arguments) < 2:
            raise Stop("--data needs a folder.")
        given, arguments = arguments[1], arguments[2:]
    environment.ensure("run")
    folder = data.prepare(given)
    os.execve(PYTHON, [str(PYTHON), str(ROOT / "manage.py"), *arguments], data.environment(folder))
