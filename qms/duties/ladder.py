"""The ladder of reminders (lifecycles 5.4.2 K8): who is told at which step, in working days. Pure."""

from datetime import date, timedelta

FIRST_STEP_BEFORE = 7


def first_step_on(due_on: date | None) -> date | None:
    """Return the day of the first step: seven days before the due day; None where no day is set."""
    return due_on - timedelta(days=FIRST_STEP_BEFORE) if due_on else None
