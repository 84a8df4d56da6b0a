"""Kinds of job for the tests; a worker started by a test imports this module too."""

import os
import time
from datetime import timedelta
from pathlib import Path

from qms.core.errors import RuleBroken
from qms.core.seams.jobs import JobKind, job_kinds


def _echo(arguments, progress):
    progress.step(1, 2, "half way")
    return {"arguments": arguments}


def _fail(arguments, progress):
    raise ValueError("the file is broken")


def _refuse(arguments, progress):
    raise RuleBroken("The pack was withdrawn.")


def _note(arguments, progress):
    """Write one line a run, so that a second run by another process is seen."""
    with Path(arguments["file"]).open("a") as file:
        file.write(f"{arguments.get('line', '')}\n")


def _hang(arguments, progress):
    """Note this process, then hang for ever; the second attempt finds the note and is done."""
    note = Path(arguments["file"])
    if note.exists():
        return {"attempt": 2}
    note.write_text(str(os.getpid()))
    time.sleep(600)
    return None


def _unfit(arguments, progress):
    return {"size": 1.5}


for key, run in {"echo": _echo, "refuse": _refuse, "note": _note, "unfit": _unfit}.items():
    job_kinds.register(f"test.{key}", JobKind(key, run))
job_kinds.register("test.fail", JobKind("fail", _fail, max_attempts=2))
job_kinds.register("test.hang", JobKind("hang", _hang, max_attempts=3, lease=timedelta(seconds=2)))
