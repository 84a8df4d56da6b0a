"""Everything jobs plug in, on one page: Celery's tasks, the signs of life of worker and beat, and a daily clearing."""

from celery.signals import beat_init, before_task_publish, worker_ready
from django.db import connections

from qms.core.seams.api import Endpoint, endpoints
from qms.core.seams.ticks import ticks
from qms.jobs import services, tasks
from qms.jobs.api import Jobs
from qms.jobs.states import BEAT, WORKER


def register() -> None:
    """Listen to Celery. Beat alone publishes the tick, so that publishing it is beat's sign of life."""
    endpoints.register("jobs", Endpoint(Jobs, "job"))
    ticks.register("jobs.done", services.forget_done)
    worker_ready.connect(_worker_lives, dispatch_uid="jobs.worker_ready")
    beat_init.connect(_beat_lives, dispatch_uid="jobs.beat_init")
    before_task_publish.connect(_beat_lives, sender=tasks.tick.name, dispatch_uid="jobs.tick")


def _worker_lives(**_: object) -> None:
    services.beat(WORKER)
    # The pool's processes are forked from this one and must not inherit its connection.
    connections.close_all()


def _beat_lives(**_: object) -> None:
    services.beat(BEAT)
    connections.close_all()
