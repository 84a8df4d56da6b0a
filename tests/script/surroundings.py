"""What the tests of the launcher share: a clean environment, waiting, and whether a process is gone."""

import os
import time
from collections.abc import Callable
from pathlib import Path


def clean() -> dict[str, str]:
    """Return this process's variables without the product's, and without the test run's settings."""
    return {name: text for name, text in os.environ.items() if not name.startswith(("QMS_", "DJANGO_"))}


def until(condition: Callable[[], bool], seconds: float = 60, pause: float = 0.1) -> bool:
    """Wait until it holds, at most so long; return whether it does."""
    limit = time.monotonic() + seconds
    while not (held := condition()) and time.monotonic() < limit:
        time.sleep(pause)
    return held


def gone(pid: int) -> bool:
    """Say whether a process has ended; one that nobody has collected yet counts."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True
