"""Done jobs do not stay for ever."""

from datetime import datetime, timedelta

from qms.jobs.models import Job
from qms.jobs.queries import heard_of, jobs_done_before
from qms.jobs.services.beats import beat
from qms.jobs.states import DONE_JOBS_KEPT, FORGETTING, JobState

_BATCH = 1000
_BATCHES = 20
_A_DAY = timedelta(days=1)


def forget_done(at: datetime) -> None:
    """Remove, once a day, the jobs that were done longer ago than they are kept. Failed ones stay.

    It goes in batches, each its own transaction; what is left over after some of them is removed a minute later.
    """
    if heard_of(FORGETTING, since=at - _A_DAY):
        return
    old = jobs_done_before(at - DONE_JOBS_KEPT)
    for _batch in range(_BATCHES):
        keys = list(old.values_list("pk", flat=True)[:_BATCH])
        Job.objects.filter(pk__in=keys, state=JobState.DONE).delete()
        if len(keys) < _BATCH:
            beat(FORGETTING)
            return
