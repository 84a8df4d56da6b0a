"""Real Celery: worker and beat as processes, on the database of the test."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from celery import current_app
from django.conf import settings
from django.db import connection
from django.utils import timezone

from qms.jobs import queries, services
from qms.jobs.models import Heartbeat
from qms.jobs.states import BEAT, TICK, WORKER

pytestmark = [pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).resolve().parents[2]

SETTINGS = """
from {base} import *
import logging
DATABASES["default"].update({database!r})
CELERY_BROKER_URL = {url!r}
CELERY_BROKER_TRANSPORT = {transport!r}
CELERY_BROKER_TRANSPORT_OPTIONS = {options!r}
CELERY_BEAT_SCHEDULE["tick"]["schedule"] = timedelta(seconds=1)
CELERY_IMPORTS = ["tests.jobs.kinds"]
"""


@pytest.fixture
def celery(tmp_path, any_broker):
    """Start `celery -A qms ...` in a process group of its own, on this test's database and broker."""
    conf = current_app.conf
    text = SETTINGS.format(
        base=settings.SETTINGS_MODULE,
        database={key: connection.settings_dict[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")},
        url=conf.broker_url,
        transport=conf.broker_transport,
        options=conf.broker_transport_options,
    )
    (tmp_path / "settings_of_the_worker.py").write_text(text)
    started = []

    def start(*arguments):
        started.append(_process(tmp_path, arguments))
        return started[-1]

    yield start
    for process in started:
        _end(process)


def _process(folder, arguments):
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "settings_of_the_worker",
        "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT), os.environ.get("PYTHONPATH", "")]),
    }
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "qms", *arguments],
            cwd=folder,
            env=env,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _end(process):
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def _log_of(folder):
    try:
        yield
    except AssertionError as error:
        raise AssertionError((folder / "log").read_text()[-4000:]) from error


def _wait_until(question, seconds=40):
    end = time.monotonic() + seconds
    while time.monotonic() < end and not question():
        time.sleep(0.1)
    assert question()


def _lives(name):
    return Heartbeat.objects.filter(name=name).exists()


def _state(job):
    job.refresh_from_db()
    return job.state


def _worker(celery):
    return celery("worker", "--concurrency", "1", "--without-gossip", "--without-mingle", "--loglevel", "INFO")


@pytest.mark.both
def test_worker_and_beat_show_life_do_what_is_rung_and_tick(celery, tmp_path):
    with _log_of(tmp_path):
        _worker(celery)
        _wait_until(lambda: _lives(WORKER))
        job = services.later("test.echo", number="SOP-0012")
        _wait_until(lambda: _state(job) == "done")
        assert [_lives(BEAT), _lives(TICK)] == [False, False]
        celery("beat", "--pidfile=", "--schedule", str(tmp_path / "schedule"))
        _wait_until(lambda: _lives(BEAT) and _lives(TICK))


@pytest.mark.both
def test_a_job_rung_while_no_worker_was_there_is_done_when_one_comes(celery, tmp_path):
    job = services.later("test.echo")
    with _log_of(tmp_path):
        _worker(celery)
        _wait_until(lambda: _state(job) == "done")


@pytest.mark.both
def test_a_worker_killed_in_the_middle_and_replaced_ends_the_job_once(celery, tmp_path):
    note = tmp_path / "pid"
    job = services.later("test.hang", file=str(note))
    with _log_of(tmp_path):
        first = _worker(celery)
        _wait_until(note.exists)
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
        _worker(celery)
        time.sleep(2.1)
        services.sweep()
        _wait_until(lambda: _state(job) == "done")
    assert (job.attempts, job.result) == (2, '{"attempt":2}')


@pytest.mark.both
@pytest.mark.release
def test_a_pool_process_killed_in_the_middle_does_not_end_the_worker(celery, tmp_path):
    note = tmp_path / "pid"
    hanging = services.later("test.hang", file=str(note))
    with _log_of(tmp_path):
        _worker(celery)
        _wait_until(lambda: note.exists() and note.read_text())
        os.kill(int(note.read_text()), signal.SIGKILL)
        other = services.later("test.echo")
        _wait_until(lambda: _state(other) == "done")
    time.sleep(2.1)
    assert list(queries.jobs_lost(timezone.now() + timedelta(seconds=1))) == [hanging]


@pytest.mark.skipif(bool(os.environ.get("QMS_REDIS_URL")), reason="beside Redis there is no embedded broker")
def test_an_empty_message_in_the_embedded_broker_does_not_end_the_worker(broker, celery, tmp_path):
    with _log_of(tmp_path):
        worker = _worker(celery)
        _wait_until(lambda: _lives(WORKER))
        (broker / "queues" / "qms").mkdir(parents=True, exist_ok=True)
        (broker / "queues" / "qms" / "0.msg").write_bytes(b"")
        _wait_until(lambda: (broker / "broken" / "0.msg").exists())
        job = services.later("test.echo")
        _wait_until(lambda: _state(job) == "done")
        assert worker.poll() is None
