"""Questions about jobs, outgoing mail and the parts that should be alive."""

from datetime import datetime

from celery import current_app
from django.conf import settings
from django.db import DatabaseError
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from kombu.exceptions import KombuError

from qms.core.seams.jobs import job_kinds
from qms.jobs.models import Heartbeat, Job, OutgoingMail
from qms.jobs.states import BEAT, WORKER, Health, JobState, MailKind, MailState, health_of

_BROKER_PATIENCE = {"socket_connect_timeout": 2, "socket_timeout": 2, "max_retries": 0}


def job_with_id(job_id: int) -> Job | None:
    """Return a job, or None."""
    return Job.objects.filter(pk=job_id).first()


def recent_jobs(state: JobState | None = None) -> QuerySet[Job]:
    """Return jobs, the newest first, of one state if given."""
    jobs = Job.objects.order_by("-pk")
    return jobs if state is None else jobs.filter(state=state)


def jobs_of(person_id: int) -> QuerySet[Job]:
    """Return what a person has asked for, the newest first."""
    return Job.objects.filter(requested_by=person_id).order_by("-pk")


def job_words(kind: str) -> str:
    """Return what a kind of job does, as people read it; the bare name for a kind that is not installed any more."""
    known = job_kinds.get(kind)
    return str(known.words) if known else kind


def jobs_about(model: str, key: int | str) -> QuerySet[Job]:
    """Return the jobs about one record, the newest first."""
    return Job.objects.filter(subject_model=model, subject_key=str(key)).order_by("-pk")


def jobs_due(now: datetime) -> QuerySet[Job]:
    """Return jobs that wait for a worker now, the longest waiting first."""
    return Job.objects.filter(state=JobState.QUEUED, run_after__lte=now).order_by("run_after", "pk")


def jobs_lost(now: datetime) -> QuerySet[Job]:
    """Return running jobs whose worker has not been heard of for longer than the lease."""
    return Job.objects.filter(state=JobState.RUNNING, lease_until__lt=now).order_by("lease_until", "pk")


def jobs_done_before(instant: datetime) -> QuerySet[Job]:
    """Return jobs that ended well before an instant; one that has failed stays until somebody looks."""
    return Job.objects.filter(state=JobState.DONE, finished_at__lt=instant).order_by("pk")


def heard_of(name: str, *, since: datetime) -> bool:
    """Return whether a part has given a sign of life since an instant."""
    return Heartbeat.objects.filter(name=name, at__gt=since).exists()


def attempts_used_up() -> Q:
    """Return the condition that a job or its like has no attempt left."""
    return Q(attempts__gte=F("max_attempts"))


def mail_log(state: MailState | None = None, kind: MailKind | None = None) -> QuerySet[OutgoingMail]:
    """Return outgoing mail, the newest first, of one state or kind if given."""
    mails = OutgoingMail.objects.order_by("-pk")
    if state is not None:
        mails = mails.filter(state=state)
    return mails if kind is None else mails.filter(kind=kind)


def mail_with_id(mail_id: int) -> OutgoingMail | None:
    """Return a mail, or None."""
    return OutgoingMail.objects.filter(pk=mail_id).first()


def mail_due(now: datetime) -> QuerySet[OutgoingMail]:
    """Return mail that may go out now, the longest waiting first."""
    return OutgoingMail.objects.filter(state=MailState.QUEUED, not_before__lte=now).order_by("not_before", "pk")


def mail_lost(now: datetime) -> QuerySet[OutgoingMail]:
    """Return mail whose sender ended between claiming it and marking it."""
    return OutgoingMail.objects.filter(state=MailState.SENDING, lease_until__lt=now)


def mail_stays_here() -> bool:
    """Return whether mail is written to a folder of this server because no mail server is set."""
    return settings.EMAIL_BACKEND == "django.core.mail.backends.filebased.EmailBackend"


def health() -> dict[str, Health]:
    """Return how the database, the broker, the worker and beat are. Nothing here waits longer than about two seconds
    for a dead broker, and no worker is asked: the last signs of life stand in the database."""
    broker = Health.OK if _broker_answers() else Health.DOWN
    try:
        beats = dict(Heartbeat.objects.values_list("name", "at"))
    except DatabaseError:
        return {"database": Health.DOWN, "broker": broker, "worker": Health.DOWN, "beat": Health.DOWN}
    now = timezone.now()
    return {
        "database": Health.OK,
        "broker": broker,
        "worker": health_of(beats.get(WORKER), now),
        "beat": health_of(beats.get(BEAT), now),
    }


def _broker_answers() -> bool:
    """Return whether a channel opens: a ping on Redis, a file written and removed in the embedded folder."""
    with current_app.connection_for_write(transport_options=_BROKER_PATIENCE, connect_timeout=2) as connection:
        try:
            connection.ensure_connection(max_retries=0, timeout=2)
        except (OSError, KombuError):
            return False
    return True
