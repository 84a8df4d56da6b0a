"""Everything transitions plug in, on one page."""

from django.urls import reverse
from django.utils.translation import gettext_lazy

from qms.core.seams.demo import demo_parts
from qms.core.seams.history import sentences
from qms.core.seams.navigation import Place, navigation
from qms.core.seams.origins import Origin, origins
from qms.organization.models import User
from qms.organization.queries import may
from qms.organization.rights import describe, grant
from qms.transition import demo_loading
from qms.transition.access import line_name
from qms.transition.queries import LINE
from qms.transition.rights import CAN_WORDS, GRANTS, Can
from qms.transition.sentences import SENTENCES


def register() -> None:
    """Fill the seams; called once from `ready()`."""
    describe(CAN_WORDS)
    for role, rights in GRANTS.items():
        grant(role, rights)
    for verb, sentence in SENTENCES.items():
        sentences.register(f"transition.{verb}", sentence)
    demo_parts.register("60.transition", demo_loading.PART)
    origins.register(LINE, Origin(line_name, lambda key: reverse("transition:line", args=[int(key)])))
    navigation.register("42.transition", Place(gettext_lazy("Transition"), "transition:all", "milestone", shown=_reads))


def _reads(person: User) -> bool:
    return may(person, Can.READ)
