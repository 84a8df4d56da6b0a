"""Everything actions plug in, on one page."""

from django.utils.translation import gettext_lazy as _

from qms.actions import demo_loading, tasks
from qms.actions.access import address_from, may_give, panel_of_process, sees_register
from qms.actions.api import Actions
from qms.actions.packing import SOURCE
from qms.actions.queries import MODEL
from qms.actions.rights import CAN_WORDS, GRANTS
from qms.actions.searching import SEARCHABLES
from qms.actions.sentences import SENTENCES
from qms.actions.services import duty_moved
from qms.actions.services.moving import INDEX
from qms.actions.work import KINDS
from qms.core.seams.after import after
from qms.core.seams.api import Endpoint, endpoints
from qms.core.seams.demo import demo_parts
from qms.core.seams.evidence import evidence_sources
from qms.core.seams.history import sentences
from qms.core.seams.jobs import JobKind, job_kinds
from qms.core.seams.navigation import Place, navigation
from qms.core.seams.panels import Panel, process_panels
from qms.core.seams.search import searchables
from qms.core.seams.starters import Starter, starters
from qms.core.seams.work import work_kinds
from qms.organization.rights import describe, grant
from qms.signatures.states import SeparationRule, keep


def register() -> None:
    """Fill the seams; called once from `ready()`."""
    describe(CAN_WORDS)
    for role, rights in GRANTS.items():
        grant(role, rights)
    for verb, sentence in SENTENCES.items():
        sentences.register(f"actions.{verb}", sentence)
    for name, kind in KINDS.items():
        work_kinds.register(f"actions.{name}", kind)
    evidence_sources.register("actions", SOURCE)
    demo_parts.register("30.actions", demo_loading.PART)
    searchables.register(MODEL, SEARCHABLES[MODEL])
    job_kinds.register(INDEX, JobKind(words=_("Let an action be found"), run=tasks.run_index))
    endpoints.register("actions", Endpoint(Actions, "action"))
    starters.register("10.action", Starter(_("Add an action"), "list-plus", address_from, may_give))
    process_panels.register("50.actions", Panel("actions/panel.html", panel_of_process))
    navigation.register("32.actions", Place(_("Actions"), "actions:register", "clipboard-check", shown=sees_register))
    after.register("duties.moved", "actions", duty_moved)
    keep(SeparationRule.VERIFIER_IS_DOER, _("Verification of an action"))
