"""What the verbs of this room are called in a history, after the person's name."""

from datetime import date
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from qms.core.seams.history import Sentence


def _plain(words: str, icon: str, tone: str) -> Sentence:
    return Sentence(lambda _detail: _(words), icon, tone)


def _given(detail: dict[str, Any]) -> str:
    told = {"number": detail.get("number", ""), "title": detail.get("title", ""), "day": _day(detail.get("due_on", ""))}
    return _("gave action %(number)s “%(title)s”, due on %(day)s") % told


def _done(detail: dict[str, Any]) -> str:
    shown = [*detail.get("files", ()), detail.get("evidence", "")]
    named = ", ".join(each for each in shown if each)
    return _("said that it is done, and showed %(what)s") % {"what": named} if named else _("said that it is done")


def _verified(detail: dict[str, Any]) -> str:
    if detail.get("exception"):
        return _("verified it, under an exception to separation")
    return _("verified it")


def _asked(detail: dict[str, Any]) -> str:
    return _("asked for more time, from %(old)s to %(new)s") % _days(detail)


def _agreed(detail: dict[str, Any]) -> str:
    return _("agreed to more time, from %(old)s to %(new)s") % _days(detail)


def _refused(detail: dict[str, Any]) -> str:
    return _("refused more time; %(old)s goes on holding") % _days(detail)


def _days(detail: dict[str, Any]) -> dict[str, str]:
    return {name: _day(detail.get(name, "")) for name in ("old", "new")}


def _day(written: str) -> str:
    # Translators: a day, in the format letters of Django's "date" filter.
    return formats.date_format(date.fromisoformat(written), _("j M Y")) if written else ""


SENTENCES: dict[str, Sentence] = {
    "given": Sentence(_given, "list-plus", "draft"),
    "do": Sentence(_done, "check", "review"),
    "verify": Sentence(_verified, "circle-check", "effective"),
    "send_back": _plain(gettext_noop("sent it back to be done"), "undo-2", "late"),
    "ask_extension": Sentence(_asked, "calendar-clock", "review"),
    "agree_extension": Sentence(_agreed, "calendar-check", "approved"),
    "refuse_extension": Sentence(_refused, "calendar-x", "late"),
    "hand_over": _plain(gettext_noop("handed it over"), "arrow-right", "neutral"),
    "change": _plain(gettext_noop("changed what is asked"), "pencil-line", "neutral"),
    "cancel": _plain(gettext_noop("cancelled it"), "x", "past"),
}
