"""The checkout, words to the person who typed the command, and jobs that run beside each other."""

import fcntl
import hashlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

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
def only_one(folder: Path, *, busy: str = "") -> Iterator[int]:
    """Hold the lock of a folder; wait for it, or raise Stop with the words given when somebody else holds it.

    `{by}` in the words becomes the processes that hold it. Gives the descriptor of the lock: a child that inherits
    it holds the lock as long as it lives, also when we are killed.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (fcntl.LOCK_NB if busy else 0))
        yield handle
    except BlockingIOError as error:
        raise Stop(busy.format(by=_named(holders(folder)))) from error
    finally:
        os.close(handle)


def holders(folder: Path) -> list[int]:
    """Return the processes that hold the lock of a folder, as far as this system (Linux) and user may know them."""
    return sorted(int(process.name) for process in Path("/proc").glob("[0-9]*") if _holds(process, folder))


def _holds(process: Path, folder: Path) -> bool:
    with suppress(OSError):
        for handle in (process / "fd").iterdir():
            if os.path.realpath(handle) == str(folder) and "FLOCK" in (process / "fdinfo" / handle.name).read_text():
                return True
    return False


def _named(pids: Sequence[int]) -> str:
    return f"process {', '.join(map(str, pids))}" if pids else "a process of another user"


def is_given(name: str, env: Mapping[str, str]) -> bool:
    """Say whether a setting stands in the environment, by its value or by the file that holds it; empty is not."""
    return bool(env.get(name) or env.get(f"{name}_FILE"))


def failure(what: str, output: str) -> str:
    """Return what failed with the last line that was said, where the reason stands, and after it what led there."""
    lines = [line.rstrip() for line in output.splitlines() if line.strip()][-25:]
    if not lines:
        return f"{what}, and said nothing."
    return "\n".join([f"{what}: {lines[-1].strip()}", *(["What it printed:", *lines] if len(lines) > 1 else [])])


@dataclass(frozen=True)
class Job:
    """A command that runs in a process group of its own and whose output is kept."""

    name: str
    process: subprocess.Popen[str]
    output: TextIO

    def finish(self) -> str:
        """Wait for the end and return what it printed; raise Stop with its last lines when it failed."""
        code = self.process.wait()
        self.output.seek(0)
        text = self.output.read()
        if code:
            raise Stop(failure(f"{self.name} failed (exit {code})", text))
        return text


@contextmanager
def job(
    name: str, command: Sequence[str | Path], env: Mapping[str, str] | None = None, user: str | None = None
) -> Iterator[Job]:
    """Start a command beside us; what still runs at the end of the block is ended with all that it started."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        process = subprocess.Popen(
            command,
            env=env,
            user=user,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            process_group=0,
            text=True,
        )
        try:
            yield Job(name, process, output)
        finally:
            end_group(process)


def end_group(process: subprocess.Popen[str], grace: float = 5) -> None:
    """Ask a process that leads a group to end; after the grace kill it and all that it started."""
    with suppress(subprocess.TimeoutExpired):
        process.send_signal(signal.SIGINT)
        process.wait(grace)
    kill_group(process)


def kill_group(process: subprocess.Popen[str]) -> None:
    """Kill a process that leads a group and all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
