"""A broker that a test can take down, and processes that race on the test's own database."""

from contextlib import contextmanager
from multiprocessing import get_context

import pytest
from celery import current_app
from django.conf import settings
from django.db import connections
from kombu import pools

from qms.jobs.services import bell
from tests.jobs import kinds

assert kinds

fork = get_context("fork")


@contextmanager
def _broker(**conf):
    app = current_app._get_current_object()
    before = {name: app.conf[name] for name in conf}
    _configure(app, conf)
    try:
        yield app
    finally:
        _configure(app, before)


def _configure(app, conf):
    app.conf.update(conf)
    app._pool = None
    app.amqp._producer_pool = None
    pools.reset()
    bell._bell.rests_until = 0.0


@pytest.fixture
def broker(tmp_path):
    """The embedded broker in a folder of its own, empty; its messages are files there."""
    folder = tmp_path / "broker"
    options = {"folder": str(folder), "max_retries": 0}
    with _broker(
        broker_url="filesystem://localhost",
        broker_transport="qms.core.doorbell:Transport",
        broker_transport_options=options,
    ):
        yield folder


@pytest.fixture
def any_broker(tmp_path, request):
    """The broker of this way to run, with nothing in it: Redis under a prefix of its own, or the embedded one."""
    if settings.CELERY_BROKER_TRANSPORT:
        request.getfixturevalue("broker")
        yield
        return
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS | {"global_keyprefix": f"{tmp_path.name}-"}
    with _broker(broker_url=settings.CELERY_BROKER_URL, broker_transport="", broker_transport_options=options):
        yield


@pytest.fixture
def dead_broker(tmp_path):
    """A broker whose folder cannot be written."""
    folder = tmp_path / "in-the-way"
    folder.write_text("")
    with _broker(
        broker_url="filesystem://localhost",
        broker_transport="qms.core.doorbell:Transport",
        broker_transport_options={"folder": str(folder), "max_retries": 0},
    ):
        yield


@pytest.fixture
def dead_redis():
    """A Redis that is not there."""
    with _broker(
        broker_url="redis://127.0.0.1:1/0",
        broker_transport="",
        broker_transport_options={"socket_connect_timeout": 2, "socket_timeout": 2, "max_retries": 0},
    ):
        yield


def race(*functions):
    """Run functions at the same moment in processes of their own; return what they returned, in order."""
    connections.close_all()
    barrier, results = fork.Barrier(len(functions)), fork.Queue()
    processes = [
        fork.Process(target=_run, args=(number, function, barrier, results))
        for number, function in enumerate(functions)
    ]
    for process in processes:
        process.start()
    answers = dict(results.get(timeout=60) for _ in processes)
    for process in processes:
        process.join(timeout=30)
    return [answers[number] for number in range(len(functions))]


def _run(number, function, barrier, results):
    barrier.wait()
    results.put((number, function()))
    connections.close_all()
