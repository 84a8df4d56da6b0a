"""The processes of the product: each in a group of its own, started again when it dies, ended with grace."""

import ctypes
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from script.launcher.common import ROOT, kill_group, say

LONGEST_PAUSE = 30.0  # seconds between two starts of a child that keeps dying
SETTLED = 60.0  # seconds after which an earlier death no longer counts
PR_SET_PDEATHSIG = 1  # prctl(2)
LOG_LIMIT = 10_000_000  # bytes of a log that are kept before it is turned


@dataclass
class Child:
    """A process that should always run; its output goes to a log.

    It inherits the lock of the data folder (a descriptor), so that nobody serves the folder while it lives, and is
    asked to end when the launcher is gone, however that went.
    """

    name: str
    command: list[str]
    env: Mapping[str, str]
    log: Path
    lock: int | None = None
    process: subprocess.Popen[str] | None = None
    started: float = 0.0
    begin: int = 0
    deaths: int = 0
    next_start: float = 0.0

    def start(self) -> None:
        """Start the process, after turning a log that has grown long."""
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".1.log"))
        with self.log.open("a") as log:
            self.begin = log.tell()
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
                pass_fds=() if self.lock is None else (self.lock,),
                preexec_fn=_end_with_the_launcher,
                text=True,
            )
        self.started = time.monotonic()

    def said(self) -> str:
        """Return what the log holds of the last start, and nothing of earlier ones."""
        with self.log.open("rb") as log:
            log.seek(self.begin)
            return log.read().decode(errors="replace")

    def look(self) -> None:
        """Notice a death, and start again once the pause that follows it is over."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.next_start:
                self.start()
        elif self.process.poll() is not None:
            self._bury(self.process, now)

    def _bury(self, process: subprocess.Popen[str], now: float) -> None:
        self.deaths = 1 if now - self.started > SETTLED else self.deaths + 1
        pause = min(LONGEST_PAUSE, 2.0 ** (self.deaths - 1))
        say(f"{self.name} ended (exit {process.returncode}); starting it again in {pause:.0f} s. Its log: {self.log}")
        kill_group(process)
        self.process, self.next_start = None, now + pause


def _end_with_the_launcher() -> None:
    """Let the kernel send SIGTERM when the launcher dies; elsewhere than on Linux only the lock tells."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def stop_signals() -> Event:
    """Return an event that Ctrl-C, SIGTERM and the closing of the terminal set from now on."""
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    return stop


def keep(children: Sequence[Child], stop: Event, pause: float = 0.3) -> None:
    """Look after the children until the event is set."""
    while not stop.wait(pause):
        for child in children:
            child.look()


def end(children: Iterable[Child], grace: float = 10) -> None:
    """Ask every child to end, wait for the grace in all, then kill their groups: nothing that they started stays."""
    running = [child.process for child in children if child.process]
    for process in running:
        process.terminate()
    until = time.monotonic() + grace
    for process in running:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, until - time.monotonic()))
    for process in running:
        kill_group(process)
