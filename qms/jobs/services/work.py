"""Work for later: put down in the caller's transaction, claimed by one worker, tried again, never lost."""

import json
import logging
import time
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.core import canonical
from qms.core.errors import RuleBroken
from qms.core.seams.jobs import job_kinds
from qms.jobs import queries
from qms.jobs.models import Job
from qms.jobs.services.beats import beat
from qms.jobs.services.bell import ring
from qms.jobs.states import WORKER, JobState, back_off

logger = logging.getLogger(__name__)

_STEP_SECONDS = 0.5
_RUNG_BY_A_SWEEP = 100
_SWEEP_SECONDS = 30
_LONGEST_ERROR = 4000


class LeaseLost(Exception):
    """This job was given to another worker, because nothing was heard of this one for too long."""


class JobProgress:
    """The progress of one attempt: shown on the job's row, at most twice a second, each time renewing the lease."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._next = 0.0

    def step(self, done: int, total: int, words: str = "") -> None:
        """Write how far it is, unless that was done just now. Raises LeaseLost when the job is no longer ours."""
        if time.monotonic() < self._next and not 0 < total <= done:
            return
        self._next = time.monotonic() + _STEP_SECONDS
        beat(WORKER)
        self._write(
            lease_until=timezone.now() + _lease(self.job),
            progress_done=done,
            progress_total=total,
            progress_words=words[:200],
        )

    def finish(self, **fields: Any) -> None:
        """Write how this attempt ended. Raises LeaseLost when the job is no longer ours."""
        self._write(lease_until=None, **fields)

    def _write(self, **fields: Any) -> None:
        ours = Job.objects.filter(pk=self.job.pk, state=JobState.RUNNING, attempts=self.job.attempts)
        if not ours.update(**fields):
            raise LeaseLost(f"Job {self.job.pk} is no longer ours.")


def later(
    kind: str,
    *,
    by: int | None = None,
    subject: tuple[str, int | str] | None = None,
    run_after: datetime | None = None,
    **arguments: Any,
) -> Job:
    """Put down a job in the caller's transaction, and ring for a worker once that is committed.

    Takes the kind, the id of the person who asks, the record it is about (model, key), the earliest instant, and
    arguments with a canonical form. Raises LookupError for an unknown kind and TypeError for such arguments, here
    and now. A broker that is down is no error: the sweep finds the row.
    """
    known = job_kinds.get(kind)
    if known is None:
        raise LookupError(f"{kind!r} is no kind of job")
    now = timezone.now()
    model, key = subject or ("", "")
    job = Job.objects.create(
        kind=kind,
        arguments=canonical.dumps(arguments),
        state=JobState.QUEUED,
        max_attempts=known.max_attempts,
        run_after=run_after or now,
        requested_by=by,
        subject_model=model,
        subject_key=str(key),
        created_at=now,
    )
    if job.run_after <= now:
        transaction.on_commit(partial(ring, "jobs.run", job_id=job.pk))
    return job


def run(job_id: int) -> bool:
    """Do a job, if it is due and nobody else has it; return whether this call did it.

    Effects: claims it, runs its handler outside any transaction, and keeps the result; a refusal of the house ends
    the job with its words, any other failure waits for the next attempt until there is none.
    """
    job = _claim(job_id)
    if job is None:
        return False
    beat(WORKER)
    progress = JobProgress(job)
    try:
        result = job_kinds[job.kind].run(json.loads(job.arguments), progress)
        progress.finish(state=JobState.DONE, result=canonical.dumps(result), finished_at=timezone.now(), last_error="")
    except LeaseLost as lost:
        logger.warning("%s", lost)
    except RuleBroken as refusal:
        _fail(progress, str(refusal))
    except Exception as error:
        logger.exception("Job %s (%s) failed in attempt %s.", job.pk, job.kind, job.attempts)
        _postpone_or_fail(progress, describe(error))
    return True


def describe(error: Exception) -> str:
    """Return an exception as the page of jobs shows it."""
    return f"{type(error).__name__}: {error}"[:_LONGEST_ERROR]


def _claim(job_id: int) -> Job | None:
    job = queries.job_with_id(job_id)
    if job is None:
        return None
    now = timezone.now()
    claimed = queries.jobs_due(now).filter(pk=job_id, attempts=job.attempts)
    if not claimed.update(
        state=JobState.RUNNING,
        attempts=job.attempts + 1,
        started_at=now,
        lease_until=now + _lease(job),
        progress_done=0,
        progress_total=0,
        progress_words="",
    ):
        return None
    job.attempts += 1
    return job


def _lease(job: Job) -> timedelta:
    kind = job_kinds.get(job.kind)
    return kind.lease if kind else timedelta(minutes=1)


def _fail(progress: JobProgress, words: str) -> None:
    with suppress(LeaseLost):
        progress.finish(state=JobState.FAILED, last_error=words, finished_at=timezone.now())


def _postpone_or_fail(progress: JobProgress, words: str) -> None:
    job = progress.job
    if job.attempts >= job.max_attempts:
        _fail(progress, words)
        return
    with suppress(LeaseLost):
        progress.finish(state=JobState.QUEUED, last_error=words, run_after=timezone.now() + back_off(job.attempts))


def sweep() -> None:
    """Pick up what was dropped: jobs of lost workers, and jobs that nobody heard the bell for.

    While the broker is down the jobs are done here, one after the other, for at most half a minute.
    """
    now = timezone.now()
    words = _("The worker was lost while it ran.")
    lost = queries.jobs_lost(now)
    lost.filter(queries.attempts_used_up()).update(
        state=JobState.FAILED, lease_until=None, finished_at=now, last_error=words
    )
    lost.update(state=JobState.QUEUED, lease_until=None, run_after=now, last_error=words)
    end = time.monotonic() + _SWEEP_SECONDS
    for job_id in list(queries.jobs_due(now).values_list("pk", flat=True)[:_RUNG_BY_A_SWEEP]):
        if not ring("jobs.run", job_id=job_id) and time.monotonic() < end:
            run(job_id)


def retry(*, job_id: int) -> None:
    """Give a failed job all its attempts again. Raises RuleBroken when it has not failed or is of no known kind."""
    job = queries.job_with_id(job_id)
    if job is None or job.kind not in job_kinds:
        raise RuleBroken(_("There is no such job to try again."))
    failed = Job.objects.filter(pk=job_id, state=JobState.FAILED)
    if not failed.update(state=JobState.QUEUED, attempts=0, run_after=timezone.now(), finished_at=None):
        raise RuleBroken(_("Only a job that has failed can be tried again."))
    transaction.on_commit(partial(ring, "jobs.run", job_id=job_id))
