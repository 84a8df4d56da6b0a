"""The job of reminders."""

from typing import Any

from qms.core.seams.jobs import Progress
from qms.duties.services import run_reminders


def remind(_arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Run reminders once; the result says how many duties took a step and how many mails were written."""
    run = run_reminders(tell=lambda done: progress.step(done, done + 1))
    return {"climbed": run.climbed, "mails": run.mails, "held": run.held}
