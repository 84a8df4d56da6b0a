"""The states of jobs and of outgoing mail, when a failure is tried again, and what a crash does to a mail."""

from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class JobState(StrEnum):
    """Where a job is. Only `failed` waits for a person."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


JOB_WORDS = {
    JobState.QUEUED: _("Waiting"),
    JobState.RUNNING: _("Running"),
    JobState.DONE: _("Done"),
    JobState.FAILED: _("Failed"),
}


class MailState(StrEnum):
    """Where a mail is. Failed and in doubt wait for a person: nothing vanishes unseen. What was written to a folder
    because no mail server is set is kept, and has reached nobody.
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    KEPT = "kept"
    FAILED = "failed"
    IN_DOUBT = "in_doubt"
    SET_ASIDE = "set_aside"


MAIL_WORDS = {
    MailState.QUEUED: _("Waiting"),
    MailState.SENDING: _("Being sent"),
    MailState.SENT: _("Sent"),
    MailState.KEPT: _("Kept here: no mail server is set"),
    MailState.FAILED: _("Not sent"),
    MailState.IN_DOUBT: _("In doubt"),
    MailState.SET_ASIDE: _("Set aside"),
}


class MailKind(StrEnum):
    """Why a mail is written. All but the digest go at once."""

    DIGEST = "digest"
    APPROVAL = "approval"
    SECURITY = "security"
    ESCALATION = "escalation"
    ANSWER = "answer"


MAIL_KIND_WORDS = {
    MailKind.DIGEST: _("Digest"),
    MailKind.APPROVAL: _("Approval wanted"),
    MailKind.SECURITY: _("Security"),
    MailKind.ESCALATION: _("Escalation"),
    MailKind.ANSWER: _("Answer to a request"),
}


class Policy(StrEnum):
    """Mail cannot be exactly-once: what a crash between sending and marking does to it."""

    AT_MOST_ONCE = "at_most_once"
    AT_LEAST_ONCE = "at_least_once"


POLICIES = {
    MailKind.DIGEST: Policy.AT_MOST_ONCE,
    MailKind.APPROVAL: Policy.AT_LEAST_ONCE,
    MailKind.SECURITY: Policy.AT_LEAST_ONCE,
    MailKind.ESCALATION: Policy.AT_LEAST_ONCE,
    MailKind.ANSWER: Policy.AT_LEAST_ONCE,
}

# What these say may open an account: the text is forgotten as soon as it is sent.
FORGOTTEN_ONCE_SENT = frozenset({MailKind.SECURITY, MailKind.ANSWER})

# What a job did stands on its record and in the trail; the row itself answers "did it run, and when?" for a month,
# which is longer than anybody asked so far and keeps a table that grows with every click small.
DONE_JOBS_KEPT = timedelta(days=30)

MAX_MAIL_ATTEMPTS = 40
MAIL_LEASE = timedelta(minutes=2)

_LONGEST_DELAY = timedelta(hours=6)


def back_off(attempts: int) -> timedelta:
    """Return how long to wait after so many failed attempts: 1, 4, 16, 64, 256 minutes, then 6 hours."""
    minutes: int = 4 ** min(attempts - 1, 5)
    return min(timedelta(minutes=minutes), _LONGEST_DELAY)


class Health(StrEnum):
    """What /healthz says of a part."""

    OK = "ok"
    LATE = "late"
    DOWN = "down"


HEALTH_WORDS = {
    Health.OK: _("answers."),
    Health.LATE: _("is late: its last sign of life is some minutes old."),
    Health.DOWN: _("gives no sign of life."),
}

WORKER = "worker"
BEAT = "beat"
PART_WORDS = {
    "database": _("The database"),
    "broker": _("The broker"),
    WORKER: _("The worker"),
    BEAT: _("The scheduler"),
}
TICK = "tick"
FORGETTING = "jobs.forgetting"

LATE_AFTER = timedelta(seconds=150)
DOWN_AFTER = timedelta(minutes=10)


def health_of(last: datetime | None, now: datetime) -> Health:
    """Return how a part is whose last sign of life is this old; a part without one is down."""
    if last is None or now - last > DOWN_AFTER:
        return Health.DOWN
    return Health.LATE if now - last > LATE_AFTER else Health.OK
