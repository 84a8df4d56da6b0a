"""Ringing the doorbell: a worker hears at once what stands in the database anyway."""

import logging
import time
from dataclasses import dataclass

from celery import current_app

logger = logging.getLogger(__name__)

_REST_SECONDS = 15


@dataclass
class _Bell:
    """A broken bell rests for a while, so that no request waits for a dead broker more than once."""

    rests_until: float = 0.0


_bell = _Bell()


def ring(task: str, **arguments: int) -> bool:
    """Send a task to the workers; return False, with a line in the log, when the broker is down.

    Whatever the broker's client raises, nothing is lost: the sweep finds the row.
    """
    if time.monotonic() < _bell.rests_until:
        return False
    try:
        current_app.send_task(task, kwargs=arguments, ignore_result=True, retry=False)
    except Exception as error:
        _bell.rests_until = time.monotonic() + _REST_SECONDS
        logger.warning("The broker did not take %s (%s); the sweep will see to it.", task, error)
        return False
    return True
