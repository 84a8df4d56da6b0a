"""What the verbs of this room are called in a history, after the person's name."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from qms.core.seams.history import Sentence


def _plain(words: str, icon: str) -> Sentence:
    return Sentence(lambda _detail: _(words), icon)


SENTENCES: dict[str, Sentence] = {
    "edition_loaded": _plain(gettext_noop("loaded the edition"), "library"),
    "edition_changed": _plain(gettext_noop("brought the edition up to date"), "library"),
    "mapping_loaded": _plain(gettext_noop("loaded a mapping"), "columns-2"),
    "planned": _plain(gettext_noop("gave a file of requirements"), "upload"),
    "scope_confirmed": _plain(gettext_noop("confirmed the scope"), "square-dashed"),
    "dropped": _plain(gettext_noop("threw a file of requirements away"), "trash-2"),
}
