"""What the verbs of this room are called in a history."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qms.core.seams.history import Sentence


def _with(words: Promise, name: str, icon: str) -> Sentence:
    def sentence(detail: dict[str, Any]) -> str:
        return str(words) % {name: detail.get(name, "")}

    return Sentence(sentence, icon)


SENTENCES: dict[str, Sentence] = {
    "filing.attached": _with(_("attached “%(name)s”"), "name", "paperclip"),
    "filing.detached": _with(_("took “%(name)s” off"), "name", "paperclip"),
    "filing.commented": _with(_("commented: “%(text)s”"), "text", "message-square"),
    "filing.comment_resolved": _with(_("resolved a comment: “%(answer)s”"), "answer", "message-square-text"),
    "filing.linked": Sentence(lambda detail: str(_("linked it to another record")), "link"),
    "filing.unlinked": Sentence(lambda detail: str(_("took a link to another record away")), "unlink"),
}
