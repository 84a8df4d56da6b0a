"""The inside of the sandbox: a process of its own that reads one file under limits and leaves one JSON answer.

Only the standard library is imported here, so that the process starts in a few hundredths of a second; the outside
is `sandbox.py`.
"""

import ctypes
import importlib
import json
import resource
import signal
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

REQUEST = "request.json"
ANSWER = "answer.json"
MB = 1024 * 1024
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
PR_SET_PDEATHSIG = 1


class Failure(StrEnum):
    """Why a file gave nothing: the whole list, so that every caller can say each of them in words."""

    ENCRYPTED = "encrypted"
    BROKEN = "broken"
    TOO_BIG = "too_big"
    TIMED_OUT = "timed_out"
    UNSUPPORTED = "unsupported"
    NO_TEXT = "no_text"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one reading may use: address space, processor seconds, wall clock, largest file written, largest answer."""

    memory: int = 1024 * MB
    cpu_seconds: int = 30
    wall_seconds: float = 60
    file_size: int = 200 * MB
    open_files: int = 64
    answer_size: int = 48 * MB


class Refused(Exception):
    """A file cannot or will not be read. Carries the kind, and a code with facts that the outside has words for."""

    def __init__(self, failure: Failure, code: str = "", **facts: str | int) -> None:
        super().__init__(failure, code, facts)
        self.failure = failure
        self.code = code
        self.facts = facts


def serve() -> None:
    """Confine this process, do what the request in the working folder asks, leave the answer beside it."""
    request = json.loads(Path(REQUEST).read_text())
    limits = Limits(**request["limits"])
    confine(limits)
    Path(ANSWER).write_text(_bounded(_answer(request["function"], request["arguments"]), limits.answer_size))


def confine(limits: Limits) -> None:
    """Give up the network where the system permits it, and set every limit. Nothing of the file is touched before."""
    _leave_network()
    for name, value in _wanted(limits).items():
        hard = resource.getrlimit(name)[1]
        most = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(name, (most, hard if name == resource.RLIMIT_CPU else most))


def _wanted(limits: Limits) -> dict[int, int]:
    return {
        resource.RLIMIT_AS: limits.memory,
        resource.RLIMIT_CPU: limits.cpu_seconds,
        resource.RLIMIT_FSIZE: limits.file_size,
        resource.RLIMIT_NOFILE: limits.open_files,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_CORE: 0,
    }


def _leave_network() -> None:
    """Move into an empty network namespace (Linux), and die with the process that started this one."""
    try:
        libc = ctypes.CDLL(None)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if libc.unshare(CLONE_NEWNET) != 0:
            libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)
    except (OSError, AttributeError):
        return


def _answer(function: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Call the reader. Whatever a bad file makes it raise becomes a kind of failure."""
    try:
        module, name = function.split(":")
        return {"value": getattr(importlib.import_module(module), name)(**arguments)}
    except Refused as refusal:
        return {"failure": refusal.failure, "code": refusal.code, "facts": refusal.facts}
    except MemoryError:
        return {"failure": Failure.TOO_BIG}
    except OSError as error:
        return {"failure": Failure.TOO_BIG if error.errno in _OUT_OF_ROOM else Failure.BROKEN, "detail": _where(error)}
    except Exception as error:
        return {"failure": Failure.BROKEN, "detail": _where(error)}


# ENOMEM, EFBIG: what a limit answers where Python itself did not see the memory end.
_OUT_OF_ROOM = {12, 27}


def _where(error: Exception) -> str:
    """Return the kind of an error and the line it came from; never its message, which may hold the file's text."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "nowhere"
    return f"{type(error).__name__} at {where}"


def _bounded(answer: dict[str, Any], most: int) -> str:
    text = json.dumps(answer)
    return text if len(text) <= most else json.dumps({"failure": Failure.TOO_BIG})
