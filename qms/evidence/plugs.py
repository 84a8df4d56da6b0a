"""Everything evidence packs plug in, on one page."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms.core.seams.api import Endpoint, endpoints
from qms.core.seams.history import Sentence, sentences
from qms.core.seams.jobs import JobKind, job_kinds
from qms.core.seams.navigation import Place, navigation
from qms.core.seams.panels import Panel, clause_panels
from qms.evidence import tasks
from qms.evidence.access import pack_of_clauses
from qms.evidence.api import Packs
from qms.evidence.rights import CAN_WORDS, GRANTS, Can
from qms.organization.models import User
from qms.organization.queries import may
from qms.organization.rights import describe, grant


def register() -> None:
    """Fill the seams; called once from `ready()`."""
    describe(CAN_WORDS)
    for role, rights in GRANTS.items():
        grant(role, rights)
    job_kinds.register(
        "evidence.build",
        JobKind(words=gettext_lazy("Build an evidence pack"), run=tasks.run_build, lease=timedelta(minutes=10)),
    )
    clause_panels.register("evidence", Panel("evidence/of_clauses.html", pack_of_clauses))
    endpoints.register("packs", Endpoint(Packs, "pack"))
    navigation.register(
        "80.evidence", Place(gettext_lazy("Evidence packs"), "evidence:packs", "package-check", shown=_exports)
    )
    sentences.register(
        "evidence.requested", Sentence(lambda _detail: _("asked for an evidence pack"), "package-check", "neutral")
    )
    sentences.register(
        "evidence.exported", Sentence(lambda _detail: _("took an evidence pack away"), "package-check", "effective")
    )


def _exports(person: User) -> bool:
    return may(person, Can.EXPORT)
