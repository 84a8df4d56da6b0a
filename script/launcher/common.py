"""The checkout, words to the person who typed the command, and jobs that run beside each other."""

import fcntl
import hashlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


class Stop(Exception):
    """The command cannot go on; the message says why and how to mend it."""


def say(words: str) -> None:
    """Print a line at once, also into a pipe."""
    print(words, flush=True)


def digest(files: Iterable[Path]) -> str:
    """Return one SHA-256 over the names and contents of these files, in order of name."""
    total = hashlib.sha256()
    for file in sorted(files):
        total.update(f"{file}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


@contextmanager
def only_one(folder: Path, *, busy: str = "") -> Iterator[None]:
    """Hold the lock of a folder; wait for it, or raise Stop with the words given when somebody else holds it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (fcntl.LOCK_NB if busy else 0))
        yield
    except BlockingIOError as error:
        raise Stop(busy) from error
    finally:
        os.close(handle)


class Job:
    """A command in a process group of its own, started at once. Its output is kept, and shown only if it fails."""

    def __init__(
        self, name: str, command: Sequence[str | Path], env: Mapping[str, str] | None = None, user: str | None = None
    ) -> None:
        self.name = name
        self.closing = ExitStack()
        self.output = self.closing.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace"))
        self.process = subprocess.Popen(
            command,
            env=env,
            user=user,
            stdin=subprocess.DEVNULL,
            stdout=self.output,
            stderr=subprocess.STDOUT,
            process_group=0,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.process.poll() is None:
            kill_group(self.process)
        self.closing.close()

    def text(self) -> str:
        """Return what it has printed."""
        self.output.seek(0)
        return self.output.read()

    def finish(self) -> str:
        """Wait for the end and return what it printed; raise Stop with its last lines when it failed."""
        if self.process.wait():
            lines = "\n".join(self.text().splitlines()[-25:])
            raise Stop(f"{self.name} failed (exit {self.process.returncode}):\n{lines}")
        return self.text()


def kill_group(process: subprocess.Popen[bytes] | subprocess.Popen[str]) -> None:
    """End a process that leads a group, and all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
