"""Loading the demo organization: every room's scenes in one order of time, played by the services themselves.

So the demo is legal history: each entry, signature, duty and acknowledgement was made by the verb that makes it in
real life, at the instant it shows, with all its checks.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from heapq import merge

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.core.errors import RuleBroken
from qms.core.seams.demo import Days, demo_parts
from qms.jobs.queries import job_with_id, jobs_due, mail_due
from qms.jobs.services import deliver, run
from qms.jobs.states import JobState
from qms.organization.demo_loading import zone
from qms.organization.queries import nobody_yet, settings_box
from qms.organization.queries.options import Box


def load(now: datetime) -> None:
    """Load the demo organization as it stands at an instant, whole or not at all.

    Raises RuleBroken when there are people already, and whatever a service says to a step that is not lawful.
    """
    if not nobody_yet():
        raise RuleBroken(_("There are people here already. The demo organization is loaded into empty data only."))
    days = Days(now.astimezone(zone()).date(), zone())
    waits = frozenset[str]().union(*(part.waits for part in demo_parts))
    scenes = merge(*(part.scenes(days) for part in demo_parts), key=lambda scene: scene.at)
    with transaction.atomic(), _settings_read_once(), _past() as at:
        for scene in scenes:
            if scene.at <= now:
                at(scene.at)
                scene.play()
                _work_off(waits)


@contextmanager
def _settings_read_once() -> Iterator[None]:
    """Keep the settings as a request does: read at the first question, forgotten at a change."""
    token = settings_box.set(Box())
    try:
        yield
    finally:
        settings_box.reset(token)


@contextmanager
def _past() -> Iterator[Callable[[datetime], None]]:
    """Let every service take another instant for now; gives the function that sets it.

    All of the house asks `django.utils.timezone.now()`, and nothing but this loader ever answers in its place.
    """
    real, instants = timezone.now, [timezone.now()]
    vars(timezone)["now"] = lambda: instants[-1]
    try:
        yield instants.append
    finally:
        vars(timezone)["now"] = real


def _work_off(waits: frozenset[str]) -> None:
    """Do the jobs that a scene has put down, and those that these put down, and send its mail: both in their time."""
    while job := jobs_due(timezone.now()).exclude(kind__in=waits).first():
        run(job.pk)
        done = job_with_id(job.pk)
        if done is None or done.state != JobState.DONE:
            raise RuntimeError(f"{job.kind} {job.arguments}: {done.last_error if done else 'is gone'}")
    for mail in mail_due(timezone.now()):
        deliver(mail.pk)
