"""Everything processes plug in, on one page."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms.core.seams.demo import demo_parts
from qms.core.seams.evidence_status import status_sources
from qms.core.seams.history import Sentence, sentences
from qms.core.seams.navigation import Place, navigation
from qms.core.seams.origins import Origin, origins
from qms.organization.models import User
from qms.organization.queries import may
from qms.organization.rights import describe, grant
from qms.processes import demo_loading
from qms.processes.access import address_of, name_of
from qms.processes.offered import OFFERED
from qms.processes.rights import CAN_WORDS, GRANTS, Can
from qms.standards.queries.links import PROCESS


def register() -> None:
    """Fill the seams; called once from `ready()`."""
    describe(CAN_WORDS)
    for role, rights in GRANTS.items():
        grant(role, rights)
    demo_parts.register("40.processes", demo_loading.PART)
    origins.register("organization.process", Origin(name_of, address_of))
    navigation.register("35.processes", Place(gettext_lazy("Processes"), "processes:register", "workflow", shown=_sees))
    status_sources.register(PROCESS, OFFERED)
    sentences.register(
        "processes.described",
        Sentence(lambda _detail: _("said anew what the process takes, gives and needs"), "pencil-line"),
    )


def _described(_detail: dict[str, Any]) -> str:
    return _("said anew what the process is for, takes, gives and needs")


def _sees(person: User) -> bool:
    return may(person, Can.SEE)
