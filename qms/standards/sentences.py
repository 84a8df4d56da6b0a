"""What the verbs of this room are called in a history, after the person's name."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from qms.core.seams.history import Sentence


def _plain(words: str, icon: str) -> Sentence:
    return Sentence(lambda _detail: _(words), icon)


def _clauses(detail: dict[str, Any]) -> dict[str, str]:
    return {"clauses": ", ".join(detail.get("clauses", []))}


SENTENCES: dict[str, Sentence] = {
    "edition_loaded": _plain(gettext_noop("loaded the edition"), "library"),
    "edition_changed": _plain(gettext_noop("brought the edition up to date"), "library"),
    "mapping_loaded": _plain(gettext_noop("loaded a mapping"), "columns-2"),
    "planned": _plain(gettext_noop("gave a file of requirements"), "upload"),
    "scope_confirmed": _plain(gettext_noop("confirmed the scope"), "square-dashed"),
    "scope_written": _plain(gettext_noop("had the scope written as a document"), "file-text"),
    "linked": Sentence(lambda detail: _("linked to %(clauses)s") % _clauses(detail), "link"),
    "unlinked": Sentence(lambda detail: _("took the link to %(clauses)s away") % _clauses(detail), "unlink"),
    "dismissed": Sentence(lambda detail: _("said that %(clauses)s is not shown here") % _clauses(detail), "unlink"),
    "suggestions_asked": _plain(gettext_noop("asked for links to be suggested"), "wand-sparkles"),
    "expected": _plain(gettext_noop("said which evidence is expected"), "list-checks"),
    "judged": _plain(gettext_noop("judged of the clause"), "scale"),
    "dropped": _plain(gettext_noop("threw a file of requirements away"), "trash-2"),
}
