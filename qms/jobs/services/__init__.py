"""The verbs of jobs: work for later, mail, signs of life, the tick."""

from qms.jobs.services.beats import beat
from qms.jobs.services.forgetting import forget_done
from qms.jobs.services.mail import compose_digest, deliver, retry_mail, send_digests, send_mail, set_mail_aside
from qms.jobs.services.tick import tick
from qms.jobs.services.work import later, retry, run, sweep

__all__ = [
    "beat",
    "compose_digest",
    "deliver",
    "forget_done",
    "later",
    "retry",
    "retry_mail",
    "run",
    "send_digests",
    "send_mail",
    "set_mail_aside",
    "sweep",
    "tick",
]
