"""Everything the API plugs in, on one page."""

from django.utils.translation import gettext as _

from qms.api import services
from qms.core.seams.after import after
from qms.core.seams.history import Sentence, sentences


def register() -> None:
    """Register words of the history and when tokens end; called once from `ready()`."""
    sentences.register(
        "api.token_made", Sentence(lambda detail: _("made the API token “%(name)s”") % {"name": detail["name"]}, "key")
    )
    sentences.register(
        "api.token_revoked",
        Sentence(lambda detail: _("ended the API token “%(name)s”") % {"name": detail["name"]}, "key", "past"),
    )
    for verb in ("organization.person_left", "organization.sign_in_renewed"):
        after.register(verb, "api", services.take_back)
