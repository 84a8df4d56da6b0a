"""Everything processes plug in, on one page."""

from django.utils.translation import gettext_lazy as _

from qms.core.seams.after import after
from qms.core.seams.api import Endpoint, endpoints
from qms.core.seams.demo import demo_parts
from qms.core.seams.evidence_status import status_sources
from qms.core.seams.history import Sentence, sentences
from qms.core.seams.navigation import Place, navigation
from qms.core.seams.origins import Origin, origins
from qms.core.seams.search import searchables
from qms.organization.models import User
from qms.organization.queries import may
from qms.organization.rights import describe, grant
from qms.processes import demo_loading
from qms.processes.access import address_of, name_of
from qms.processes.api import Processes
from qms.processes.offered import OFFERED
from qms.processes.rights import CAN_WORDS, GRANTS, Can
from qms.processes.searching import PROCESS, SEARCHABLE
from qms.processes.services import index_after
from qms.processes.words import told


def register() -> None:
    """Fill the seams; called once from `ready()`."""
    describe(CAN_WORDS)
    for role, rights in GRANTS.items():
        grant(role, rights)
    demo_parts.register("40.processes", demo_loading.PART)
    origins.register(PROCESS, Origin(name_of, address_of))
    status_sources.register(PROCESS, OFFERED)
    navigation.register("35.processes", Place(_("Processes"), "processes:register", "workflow", shown=_sees))
    sentences.register("processes.described", Sentence(told, "pencil-line"))
    endpoints.register("processes", Endpoint(Processes, "process"))
    searchables.register(PROCESS, SEARCHABLE)
    for verb in ("organization.process_created", "organization.process_changed"):
        after.register(verb, "processes.index", index_after)


def _sees(person: User) -> bool:
    return may(person, Can.SEE)
