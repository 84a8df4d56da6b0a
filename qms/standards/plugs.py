"""Everything standards plug in, on one page."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from qms.core.seams.after import after
from qms.core.seams.api import Endpoint, endpoints
from qms.core.seams.demo import demo_parts
from qms.core.seams.evidence import evidence_sources
from qms.core.seams.history import sentences
from qms.core.seams.jobs import JobKind, job_kinds
from qms.core.seams.navigation import Place, navigation
from qms.core.seams.panels import Panel, document_panels, process_panels, record_panels
from qms.core.seams.search import searchables
from qms.core.seams.ticks import ticks
from qms.organization.models import User
from qms.organization.queries import may
from qms.organization.rights import describe, grant
from qms.standards import demo_loading, tasks
from qms.standards.access import link_panel
from qms.standards.api import Editions, Scopes
from qms.standards.packing import SOURCE
from qms.standards.rights import CAN_WORDS, GRANTS, Can
from qms.standards.searching import SEARCHABLES
from qms.standards.sentences import SENTENCES
from qms.standards.services.loading import INDEX
from qms.standards.services.suggestions import SUGGEST

LONG = timedelta(minutes=10)


def register() -> None:
    """Fill the seams; called once from `ready()`."""
    describe(CAN_WORDS)
    for role, rights in GRANTS.items():
        grant(role, rights)
    for verb, sentence in SENTENCES.items():
        sentences.register(f"standards.{verb}", sentence)
    for name, searchable in SEARCHABLES.items():
        searchables.register(name, searchable)
    job_kinds.register(tasks.LOAD, JobKind(words=_("Load the standards library"), run=tasks.run_load, lease=LONG))
    job_kinds.register(INDEX, JobKind(words=_("Let standards be found"), run=tasks.run_index, lease=LONG))
    ticks.register("standards.shipped", tasks.look_for_shipped)
    demo_parts.register("15.standards", demo_loading.PART)
    endpoints.register("editions", Endpoint(Editions, "edition"))
    endpoints.register("scopes", Endpoint(Scopes, "scope"))
    job_kinds.register(SUGGEST, JobKind(words=_("Suggest links to clauses"), run=tasks.run_suggest, lease=LONG))
    for panels in (document_panels, process_panels, record_panels):
        panels.register("50.clauses", Panel("standards/link_panel.html", link_panel))
    evidence_sources.register("clauses", SOURCE)
    navigation.register("41.evidence", EVIDENCE)
    after.register("organization.process_changed", "standards", tasks.after_process_changed)
    navigation.register("40.standards", Place(_("Standards"), "standards:library", "library", shown=_reads))


def _reads(person: User) -> bool:
    return may(person, Can.READ)


EVIDENCE = Place(_("Evidence status"), "standards:evidence_start", "list-checks", shown=_reads)
