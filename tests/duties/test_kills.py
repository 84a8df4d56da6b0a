"""kill -9 in the middle of the reminders of a morning: nobody gets two digests, nobody is forgotten."""

import os
import random
import signal
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context

import pytest
from django.db import connections
from django.utils import timezone

from qms.duties.models import Digest, Notice
from qms.duties.services import run_reminders
from qms.jobs.models import OutgoingMail
from qms.jobs.services.mail import deliver_due
from qms.jobs.states import MailState
from tests.duties import cast
from tests.duties.cast import READ

pytestmark = [pytest.mark.both, pytest.mark.release, pytest.mark.django_db(transaction=True)]

NINE = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
fork = get_context("fork")


def morning():
    """Do what a worker does in the morning: take the rungs, write the digests, send them."""
    run_reminders(NINE)
    deliver_due()


def killed_after(seconds) -> bool:
    """Start a worker and kill it after a while; return whether it was killed before its end."""
    connections.close_all()
    worker = fork.Process(target=morning)
    worker.start()
    worker.join(timeout=seconds)
    caught = worker.is_alive()
    if caught:
        os.kill(worker.pid, signal.SIGKILL)
    worker.join()
    return caught


def arrived(folder) -> Counter:
    """Return how many digests reached each address."""
    lines = [line for file in folder.iterdir() for line in file.read_text(errors="replace").splitlines()]
    return Counter(line.removeprefix("To: ") for line in lines if line.startswith("To: "))


def test_a_worker_killed_in_the_middle_of_reminders_tells_nobody_twice_and_forgets_nobody(settings, tmp_path):
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = "django.core.mail.backends.filebased.EmailBackend", str(tmp_path)
    people = [cast.person(f"p{n}") for n in range(120)]
    for row in [cast.process(f"P{n}") for n in range(3)]:
        for person in people:
            cast.duty(person, row, READ, date(2027, 2, 1), next_step_on=date(2027, 1, 20))
    chance, kills, end = random.Random(7), 0, time.monotonic() + 60
    while time.monotonic() < end and killed_after(chance.uniform(0.05, 0.4)):
        kills += 1
    OutgoingMail.objects.filter(state=MailState.SENDING).update(lease_until=timezone.now() - timedelta(hours=1))
    morning()
    mails = list(OutgoingMail.objects.order_by("to_person").values_list("to_person", "kind", "slot"))
    assert mails == [(person.pk, "digest", "2027-02-01") for person in people]
    assert (Digest.objects.count(), Notice.objects.filter(digest=None).count()) == (120, 0)
    found, doubtful = arrived(tmp_path), OutgoingMail.objects.filter(state=MailState.IN_DOUBT)
    sent = set(OutgoingMail.objects.filter(state=MailState.KEPT).values_list("to_address", flat=True))
    assert (max(found.values()), sent - set(found), len(sent) + doubtful.count()) == (1, set(), 120)
    assert (kills > 2, doubtful.count() <= kills) == (True, True)
