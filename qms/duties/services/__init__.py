"""The verbs of duties."""

from qms.duties.services.calendar import rotate_calendar, stop_calendar, take_calendar_back
from qms.duties.services.leaving import person_left
from qms.duties.services.moving import move_duty
from qms.duties.services.owing import close, close_on, note_opening, open_for, rest
from qms.duties.services.reminders import Run, release_reminders, run_reminders, wake_reminders
from qms.duties.services.reminding import remind_now

__all__ = [
    "Run",
    "close",
    "close_on",
    "move_duty",
    "note_opening",
    "open_for",
    "person_left",
    "release_reminders",
    "remind_now",
    "rest",
    "rotate_calendar",
    "run_reminders",
    "stop_calendar",
    "take_calendar_back",
    "wake_reminders",
]
