"""The browser against the whole product, served by the run itself."""

import pytest
from django.db import connections
from django.utils import timezone
from playwright.sync_api import sync_playwright

from qms.jobs.queries import jobs_due
from qms.jobs.services import run


@pytest.fixture
def browser(monkeypatch):
    """Debian's Chromium. The driver keeps an event loop in this thread, beside which the database is still ours."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-background-networking"]
        )
        yield chromium
        chromium.close()
        # Beside that loop this thread has a connection of its own, which nothing else would close.
        connections.close_all()


@pytest.fixture
def work_off():
    """Do what the worker would do: run every job that is due, until none is."""

    def work() -> None:
        for _round in range(50):
            due = list(jobs_due(timezone.now())[:20])
            if not due:
                return
            for job in due:
                run(job_id=job.pk)

    return work
