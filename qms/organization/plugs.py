"""Everything the organization plugs in, on one page."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from qms.core.seams.api import Endpoint, endpoints
from qms.core.seams.demo import demo_parts
from qms.core.seams.history import sentences
from qms.core.seams.jobs import JobKind, job_kinds
from qms.core.seams.navigation import Place, navigation
from qms.core.seams.start import start_steps
from qms.core.seams.tabs import rights_pages
from qms.core.seams.ticks import ticks
from qms.core.seams.worlds import world_parts
from qms.organization import demo_loading, tasks
from qms.organization.api import People
from qms.organization.models import User
from qms.organization.queries import may
from qms.organization.rights import CAN_WORDS, GRANTS, Can, describe, grant
from qms.organization.sentences import SENTENCES
from qms.organization.services.letting_in import LINKS
from qms.organization.services.passwords import RESET
from qms.organization.services.rosters import JOB
from qms.organization.services.world import WORLD
from qms.organization.setting_kinds import declare
from qms.organization.settings_of_ours import SECOND_FACTORS, SETTINGS
from qms.organization.starting import STEPS


def register() -> None:
    """Register rights, settings, words of the history, places, jobs and the tick; called once from `ready()`."""
    describe(CAN_WORDS)
    for role, rights in GRANTS.items():
        grant(role, rights)
    declare(SETTINGS)
    declare(SECOND_FACTORS)
    for verb, sentence in SENTENCES.items():
        sentences.register(verb, sentence)
    _places()
    job_kinds.register(JOB, JobKind(words=_("Import of people"), run=tasks.import_people))
    job_kinds.register(RESET, JobKind(words=_("Link to choose another password"), run=tasks.send_links))
    job_kinds.register(LINKS, JobKind(words=_("Links to those without a password"), run=tasks.let_people_in))
    ticks.register("organization.accounts", tasks.tick)
    endpoints.register("people", Endpoint(People, "person"))
    world_parts.register("10.organization", WORLD)
    demo_parts.register("10.organization", demo_loading.PART)
    for key, step in STEPS.items():
        start_steps.register(key, step)


def _places() -> None:
    people = Place(_("People"), "organization:people", "users", _with(Can.SEE_PEOPLE), settings=True)
    rights = Place(_("Rights"), "organization:rights", "shield-check", _with(Can.SEE_RIGHTS), settings=True)
    settings = Place(_("Settings"), "organization:settings", "settings", _with(Can.CHANGE_SETTINGS), settings=True)
    navigation.register("80.people", people)
    navigation.register("85.rights", rights)
    navigation.register("90.settings", settings)
    rights_pages.register("10.rights", rights)


def _with(right: Can) -> Callable[[User], bool]:
    return lambda person: may(person, right)
