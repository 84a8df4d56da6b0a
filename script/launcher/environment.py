"""The Python environment of the checkout: .venv with exactly what a lock of script/requirements names."""

import hashlib
import importlib.util
import sys
from pathlib import Path

from script.launcher import debian
from script.launcher.common import PYTHON, ROOT, VENV, Stop, job, only_one, say

REQUIREMENTS = ROOT / "script" / "requirements"
# The test lock holds all of the run lock. bagit is published as source only, and is pure Python.
HOLDS = {"run": ["run"], "test": ["test", "run"]}
PIP = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:"]
SOURCE_ONLY = ["--no-binary", "bagit"]


def ensure(lock: str) -> None:
    """Make .venv and install the lock ("run" or "test") where it is not there yet; quick when it is."""
    if _installed(lock):
        return
    with only_one(ROOT):
        if not _installed(lock):
            _make()
            _install(lock)


def _stamp(lock: str) -> Path:
    return VENV / f"lock-{lock}.sha256"


def _hash(lock: str) -> str:
    return hashlib.sha256((REQUIREMENTS / f"{lock}.txt").read_bytes()).hexdigest()


def _installed(lock: str) -> bool:
    stamp = _stamp(lock)
    return PYTHON.exists() and stamp.exists() and stamp.read_text() == _hash(lock)


def _make() -> None:
    if PYTHON.exists():
        return
    if importlib.util.find_spec("ensurepip") is None and not debian.install(["python3-venv"]):
        raise Stop("Python's venv module is incomplete. Mend: apt-get install python3-venv (as root), then try again.")
    say("Making the Python environment in .venv")
    with job("python -m venv", [sys.executable, "-m", "venv", "--clear", VENV]) as running:
        running.finish()


def _install(lock: str) -> None:
    say("Installing the locked requirements (about a minute the first time)")
    source = SOURCE_ONLY if lock == "test" else []
    with job("pip install", [PYTHON, *PIP, *source, "--requirement", REQUIREMENTS / f"{lock}.txt"]) as running:
        running.finish()
    for name in HOLDS[lock]:
        _stamp(name).write_text(_hash(name))
