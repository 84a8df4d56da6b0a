"""Run one parser in a process of its own, with limits on memory, processor, time and room.

No uploaded file is ever parsed in the web process or in a worker itself. The inside is `sandboxed.py`.
"""

import json
import logging
import os
import resource
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qms.core.sandboxed import ANSWER, MB, REQUEST, Failure, Limits

__all__ = ["Failure", "Limits", "Result", "run"]

logger = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[2]

# The packages above the readers are made bare: `qms/__init__.py` starts Celery, which no parser needs.
START = """
import sys, types
root, *sys.path[:] = sys.argv[1:]
for name in ("qms", "qms.core", "qms.core.parsers"):
    package = types.ModuleType(name)
    package.__path__ = [root + "/" + name.replace(".", "/")]
    sys.modules[name] = package
from qms.core.sandboxed import serve
serve()
"""

WORDS: dict[Failure, Promise] = {
    Failure.ENCRYPTED: _("The file is protected with a password and cannot be read."),
    Failure.BROKEN: _("The file is damaged and cannot be read."),
    Failure.TOO_BIG: _("The file is too large to be read here."),
    Failure.TIMED_OUT: _("Reading the file took too long and was stopped."),
    Failure.UNSUPPORTED: _("This kind of file cannot be read here."),
    Failure.NO_TEXT: _("The file holds no text, only pictures."),
}

# Above this share of the memory limit an abort is put down to the limit and not to the file's damage.
NEAR_THE_LIMIT = 0.5


@dataclass(frozen=True, slots=True)
class Result:
    """What came back: a value, or a failure with a code and facts from which words are made."""

    value: Any = None
    failure: Failure | None = None
    code: str = ""
    facts: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """The sentence a person is shown; empty when the reading went well."""
        return "" if self.failure is None else str(WORDS[self.failure])


def run(function: str, arguments: Mapping[str, Any], *, limits: Limits | None = None) -> Result:
    """Call `module:function` with JSON arguments in a process of its own; give its JSON value or a failure.

    Never raises for what a file does: a crash, a loop, a bomb and a refusal are all a `Result`. Files are handed over
    and taken back by their paths in the arguments. Raises TypeError for arguments that are not JSON.
    """
    limits = limits or Limits()
    request = json.dumps({"function": function, "arguments": arguments, "limits": asdict(limits)})
    with TemporaryDirectory(prefix="qms-sandbox-", ignore_cleanup_errors=True) as folder:
        work = Path(folder)
        (work / REQUEST).write_text(request)
        status, memory = _wait(_start(work), limits.wall_seconds)
        if status is None:
            return Result(failure=Failure.TIMED_OUT)
        return _read(work / ANSWER, status, memory, limits)


def _start(work: Path) -> subprocess.Popen[bytes]:
    folders = [path for path in sys.path if path and Path(path).exists()]
    command = [sys.executable, "-I", "-S", "-X", "utf8", "-c", START, str(ROOT), *folders]
    return subprocess.Popen(
        command,
        cwd=work,
        env={"TMPDIR": str(work)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def _wait(process: subprocess.Popen[bytes], seconds: float) -> tuple[int | None, int]:
    """Wait for the end; give the exit status (None when time ran out) and the most memory it held, in bytes."""
    in_time = False
    try:
        in_time = _drained(process, time.monotonic() + seconds)
    finally:
        if not in_time:
            _kill(process)
        status, memory = _reap(process)
    return (status if in_time else None), memory


def _drained(process: subprocess.Popen[bytes], end: float) -> bool:
    """Read the pipe until the process closes it by ending; say whether that came in time."""
    stderr = process.stderr
    if stderr is None:
        raise ValueError("the process was started without a pipe")
    with selectors.DefaultSelector() as selector, stderr:
        selector.register(stderr, selectors.EVENT_READ)
        while (left := end - time.monotonic()) > 0:
            if selector.select(left) and not os.read(stderr.fileno(), 65536):
                return True
    return False


def _kill(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _reap(process: subprocess.Popen[bytes]) -> tuple[int, int]:
    """Return status and peak memory; 0 where the kernel counts only what this process held when it started that one."""
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    own = usage.ru_maxrss > resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return process.returncode, usage.ru_maxrss * 1024 if own else 0


def _read(answer: Path, status: int, memory: int, limits: Limits) -> Result:
    if status != 0:
        return Result(failure=_cause(status, memory, limits))
    if answer.stat().st_size > limits.answer_size + MB:
        return Result(failure=Failure.TOO_BIG)
    found = json.loads(answer.read_text())
    if "detail" in found:
        logger.info("A reader gave up: %s", found["detail"])
    if "value" in found:
        return Result(value=found["value"])
    return Result(failure=Failure(found["failure"]), code=found.get("code", ""), facts=found.get("facts", {}))


def _cause(status: int, memory: int, limits: Limits) -> Failure:
    """Say why a process died without an answer: out of processor time, out of room, or broken by the file."""
    if status in (-signal.SIGXCPU, -signal.SIGKILL):
        return Failure.TIMED_OUT
    if status == -signal.SIGXFSZ or memory >= limits.memory * NEAR_THE_LIMIT:
        return Failure.TOO_BIG
    return Failure.BROKEN
