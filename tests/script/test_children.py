"""script/launcher/children.py: real processes, each signalled by its own id."""

import os
import signal
import sys
import time
from threading import Event, Timer

import pytest

from script.launcher.children import LONGEST_PAUSE, Child, end, keep
from tests.script.surroundings import gone, until

SLEEPER = "import time; time.sleep(60)"
STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def make_child(tmp_path):
    made = []

    def make(code, name="worker"):
        child = Child(name, [sys.executable, "-c", code], dict(os.environ), tmp_path / f"{name}.log")
        child.start()
        made.append(child)
        return child

    yield make
    end(made, grace=0)


def test_a_child_that_is_killed_is_started_again_after_a_second(make_child, capsys):
    child = make_child(SLEEPER)
    first = child.process.pid
    os.kill(first, signal.SIGKILL)
    stop = Event()
    Timer(2.5, stop.set).start()
    keep([child], stop, pause=0.05)
    assert child.process.pid != first
    assert child.process.poll() is None
    assert capsys.readouterr().out == (f"worker ended (exit -9); starting it again in 1 s. Its log: {child.log}\n")


def test_a_child_that_keeps_dying_is_started_more_and_more_rarely(make_child, capsys):
    child = make_child("raise SystemExit(1)")
    pauses = []
    for _ in range(7):
        child.process.wait()
        child.look()
        pauses.append(round(child.next_start - time.monotonic()))
        child.start()
    assert pauses == [1, 2, 4, 8, 16, 30, 30]
    assert pauses[-1] == LONGEST_PAUSE


def test_a_death_after_a_quiet_minute_counts_as_the_first(make_child, capsys):
    child = make_child("raise SystemExit(1)")
    child.deaths = 5
    child.started -= 61
    child.process.wait()
    child.look()
    assert child.deaths == 1


def test_the_end_asks_first(make_child):
    child = make_child(SLEEPER)
    end([child])
    assert child.process.returncode == -signal.SIGTERM


def test_a_child_that_outlives_its_grace_is_killed_with_all_that_it_started(make_child):
    child = make_child(STUBBORN)
    assert until(lambda: child.log.read_text().strip() != "")
    grandchild = int(child.log.read_text())
    end([child], grace=0.5)
    assert child.process.returncode == -signal.SIGKILL
    assert until(lambda: gone(grandchild))


def test_a_log_that_has_grown_long_is_turned_once(make_child, tmp_path):
    log = tmp_path / "beat.log"
    with log.open("wb") as file:
        file.truncate(10_000_001)
    make_child("print('new')", name="beat").process.wait()
    assert (log.read_text(), (tmp_path / "beat.1.log").stat().st_size) == ("new\n", 10_000_001)
