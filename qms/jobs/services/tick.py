"""The one tick a minute: everything that is due is read from the database, and no failure stops the others."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.db.models import F, QuerySet
from django.utils import timezone

from qms.core.seams.ticks import ticks
from qms.jobs.models import Job
from qms.jobs.services.beats import beat
from qms.jobs.services.mail import deliver_due
from qms.jobs.services.work import describe, sweep
from qms.jobs.states import TICK, WORKER, JobState

logger = logging.getLogger(__name__)


def tick(now: datetime | None = None) -> bool:
    """Sweep, send mail, then call every registered tick in key order; return False when another tick just did.

    What one part raises is kept on a job row of kind "tick" under the part's key, shown with the failed jobs, and
    cleared by the part's next success.
    """
    if not beat(TICK):
        return False
    beat(WORKER)
    moment = now or timezone.now()
    _try("jobs.sweep", sweep)
    _try("jobs.mail", deliver_due)
    for key, registered in ticks.items():
        _try(key, partial(registered, moment))
    return True


def _try(key: str, part: Callable[[], None]) -> None:
    try:
        part()
    except Exception as error:
        logger.exception("The tick %s failed.", key)
        _note_failure(key, describe(error))
    else:
        _rows(key).filter(state=JobState.FAILED).update(state=JobState.DONE, finished_at=timezone.now())


def _rows(key: str) -> QuerySet[Job]:
    return Job.objects.filter(kind=TICK, subject_model=TICK, subject_key=key)


def _note_failure(key: str, words: str) -> None:
    now = timezone.now()
    fields = {"state": JobState.FAILED, "last_error": words, "finished_at": now}
    if not _rows(key).update(attempts=F("attempts") + 1, **fields):
        Job.objects.create(
            kind=TICK,
            subject_model=TICK,
            subject_key=key,
            attempts=1,
            max_attempts=0,
            run_after=now,
            created_at=now,
            **fields,
        )
