"""What the verbs of this room are called in a history, after the person's name."""

from typing import Any

from django.utils.translation import gettext as _

from qms.core.seams.history import Sentence
from qms.transition.states import OUTCOME_WORDS, Outcome


def _assessed(detail: dict[str, Any]) -> str:
    return _("assessed as “%(outcome)s”") % {"outcome": OUTCOME_WORDS[Outcome(detail["outcome"])]}


SENTENCES: dict[str, Sentence] = {
    "started": Sentence(lambda _detail: _("started the move"), "milestone"),
    "end_set": Sentence(lambda detail: _("set the end to %(ends_on)s") % detail, "calendar"),
    "carried_over": Sentence(lambda detail: _("had %(links)d links carried over") % detail, "link"),
    "assessed": Sentence(_assessed, "list-checks"),
    "closed": Sentence(lambda _detail: _("closed the move"), "flag"),
}
