"""Everything signatures plug in, on one page."""

from django.utils.translation import gettext_lazy as _

from qms.core.seams.history import Sentence, sentences
from qms.core.seams.navigation import Place
from qms.core.seams.tabs import rights_pages
from qms.core.seams.ticks import ticks
from qms.organization.queries import may
from qms.organization.rights import describe, grant
from qms.signatures import tasks
from qms.signatures.rights import CAN_WORDS, GRANTS, Can


def register() -> None:
    """Register rights, grants, the page of separation and words of the history; called once from `ready()`."""
    describe(CAN_WORDS)
    for role, rights in GRANTS.items():
        grant(role, rights)
    ticks.register("signatures.unused", tasks.tick)
    rights_pages.register(
        "20.separation",
        Place(
            _("Separation of duties"),
            "signatures:separation",
            "split",
            lambda person: may(person, Can.SEE_EXCEPTIONS),
        ),
    )
    sentences.register(
        "signatures.exception_granted",
        Sentence(lambda detail: str(_("granted the exception")), "signature", "approved"),
    )
    sentences.register(
        "signatures.exception_ended", Sentence(lambda detail: str(_("ended the exception")), "archive-x", "past")
    )
