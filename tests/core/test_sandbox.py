"""The sandbox: what one reading may use, and what becomes of a reading that uses more."""

import json
import os
import resource
import socket
import sys
import time
from pathlib import Path

import pytest

from qms.core.sandbox import Failure, Limits, Result, run
from qms.core.sandboxed import confine

SHORT = Limits(cpu_seconds=1, wall_seconds=3)


@pytest.fixture
def misbehave(tmp_path, monkeypatch):
    """Call a function of a module that only this test has, written into a folder on the path."""
    (tmp_path / "misbehaving.py").write_text(MODULE)
    monkeypatch.syspath_prepend(str(tmp_path))

    def call(name: str, limits: Limits = SHORT, **arguments: object) -> Result:
        return run(f"misbehaving:{name}", arguments, limits=limits)

    return call


MODULE = """
import ctypes, os, socket, sys, time
from qms.core.sandboxed import Failure, Refused


def answer(value): return value
def modules(): return sorted(name for name in sys.modules if name.split(".")[0] in {"django", "celery"})
def environment(): return sorted(os.environ)
def folder(): return os.listdir(".")
def spin():
    while True: pass
def sleep(): time.sleep(60)
def eat():
    held = []
    while True: held.append(bytes(50_000_000))
def write(): open("large", "wb").write(bytes(300_000_000))
def talk(): return "x" * 60_000_000
def crash(): ctypes.string_at(0)
def chatter():
    sys.stderr.write("x" * 10_000_000); return "done"
def refuse(): raise Refused(Failure.ENCRYPTED, "locked", name="a.docx")
def stumble(): return {}["secret text of the file"]
def strange(): return object()
def nest():
    def deeper(): return deeper()
    return deeper()
def dial(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1)
        return "connected"
    except OSError as error:
        return type(error).__name__
"""


def test_it_gives_back_what_the_function_returns(misbehave):
    value = {"words": ["é", "測定", "\udcff"], "count": 3}
    assert misbehave("answer", value=value) == Result(value=value)


def test_nothing_of_django_or_celery_is_loaded_inside(misbehave):
    assert misbehave("modules").value == []


def test_the_environment_of_the_server_is_not_there(misbehave, monkeypatch):
    monkeypatch.setenv("QMS_SECRET_KEY", "a secret")
    assert misbehave("environment").value == ["LC_CTYPE", "TMPDIR"]


def test_it_works_in_a_folder_of_its_own_that_is_gone_afterwards(misbehave, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert misbehave("folder").value == ["request.json"]
    assert list(tmp_path.glob("qms-*")) == []


@pytest.mark.parametrize(
    ("name", "failure"),
    [
        ("spin", Failure.TIMED_OUT),
        ("sleep", Failure.TIMED_OUT),
        ("write", Failure.TOO_BIG),
        ("talk", Failure.TOO_BIG),
        ("crash", Failure.BROKEN),
        ("stumble", Failure.BROKEN),
        ("strange", Failure.BROKEN),
        ("nest", Failure.BROKEN),
        ("no_such_function", Failure.BROKEN),
    ],
)
def test_a_reading_that_goes_wrong_is_a_failure_in_words_and_never_an_error(misbehave, name, failure):
    result = misbehave(name)
    assert (result.failure, result.value) == (failure, None)
    assert result.words.endswith(".")


def test_a_large_server_does_not_make_a_broken_file_too_big(misbehave):
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    assert misbehave("crash", Limits(cpu_seconds=1, wall_seconds=3, memory=held)).failure is Failure.BROKEN


def test_memory_without_end_is_too_big(misbehave):
    assert misbehave("eat", Limits(cpu_seconds=10)).failure is Failure.TOO_BIG


def test_a_refusal_keeps_its_code_and_facts(misbehave):
    assert misbehave("refuse") == Result(failure=Failure.ENCRYPTED, code="locked", facts={"name": "a.docx"})


def test_much_talk_on_the_error_stream_does_not_block_it(misbehave):
    assert misbehave("chatter").value == "done"


def test_what_stood_in_the_file_does_not_reach_the_log(misbehave, caplog):
    caplog.set_level("INFO")
    misbehave("stumble")
    assert ["KeyError at" in record.getMessage() for record in caplog.records] == [True]
    assert "secret text" not in caplog.text


def test_a_time_out_ends_after_its_wall_clock(misbehave):
    start = time.monotonic()
    misbehave("sleep", Limits(wall_seconds=1))
    assert time.monotonic() - start < 4


@pytest.mark.skipif(os.geteuid() != 0, reason="a network of its own needs a right that this user lacks here")
def test_there_is_no_network_inside(misbehave, live_socket):
    assert misbehave("dial", port=live_socket).value != "connected"


@pytest.fixture
def live_socket():
    """A port of this machine that would answer."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_starting_it_takes_less_than_a_third_of_a_second_of_work(misbehave):
    misbehave("answer", value=1)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    misbehave("answer", value=1)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.33


def test_a_child_of_an_ordinary_user_cannot_start_others():
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody else to show it")
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(write, json.dumps(_forks_as_nobody()).encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert json.loads(os.read(read, 100)) == "BlockingIOError"


def _forks_as_nobody() -> str:
    os.setuid(65534)
    confine(Limits())
    try:
        if os.fork() == 0:
            os._exit(0)
    except OSError as error:
        return type(error).__name__
    return "forked"


def test_the_readers_import_nothing_but_what_may_be_inside():
    """A reader that imported Django would make every reading a second slower."""
    readers = Path(sys.modules["qms.core.sandbox"].__file__).parent / "parsers" / "readers"
    names = sorted(path.stem for path in readers.glob("*.py") if path.stem != "__init__")
    result = run("tests.core.loading:load", {"names": names})
    assert result == Result(value=[])
