"""Everything actions plug in, on one page."""

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from qms.actions import tasks
from qms.actions.access import may_give, sees_register
from qms.actions.api import Actions
from qms.actions.queries import MODEL
from qms.actions.rights import CAN_WORDS, GRANTS
from qms.actions.searching import SEARCHABLES
from qms.actions.sentences import SENTENCES
from qms.actions.services import duty_moved
from qms.actions.services.moving import INDEX
from qms.actions.work import KINDS
from qms.core.seams.after import after
from qms.core.seams.api import Endpoint, endpoints
from qms.core.seams.history import sentences
from qms.core.seams.jobs import JobKind, job_kinds
from qms.core.seams.navigation import Place, navigation
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
    searchables.register(MODEL, SEARCHABLES[MODEL])
    job_kinds.register(INDEX, JobKind(words=_("Let an action be found"), run=tasks.run_index))
    endpoints.register("actions", Endpoint(Actions, "action"))
    starters.register("10.action", Starter(_("Add an action"), "list-plus", _address, may_give))
    navigation.register("32.actions", Place(_("Actions"), "actions:register", "list-checks", shown=sees_register))
    after.register("duties.moved", "actions", duty_moved)
    keep(SeparationRule.VERIFIER_IS_DOER, _("Verification of an action"))


def _address(model: str, key: str) -> str:
    return f"{reverse('actions:new')}?{urlencode({'from': f'{model}/{key}'})}"
