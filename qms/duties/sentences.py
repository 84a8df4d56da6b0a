"""What the verbs of this room are called in a history."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms.core.seams.history import Sentence


def _plain(words: Promise, icon: str) -> Sentence:
    return Sentence(lambda detail: str(words), icon)


def _moved(detail: dict[str, Any]) -> str:
    return _("gave a duty to somebody else: “%(reason)s”") % {"reason": detail.get("reason", "")}


SENTENCES: dict[str, Sentence] = {
    "duties.moved": Sentence(_moved, "arrow-right-left"),
    "duties.reminded": _plain(gettext_lazy("reminded them of what is overdue"), "bell"),
    "duties.reminders_released": _plain(gettext_lazy("let held reminders go on"), "play"),
    "duties.calendar_address_made": _plain(gettext_lazy("made an address for their calendar"), "calendar-plus"),
    "duties.calendar_address_ended": _plain(gettext_lazy("took the address of their calendar away"), "calendar-x"),
}
