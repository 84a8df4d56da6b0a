"""Everything duties plug in, on one page."""

from django.utils.translation import gettext_lazy as _

from qms.core.seams.after import after
from qms.core.seams.api import Endpoint, endpoints
from qms.core.seams.history import sentences
from qms.core.seams.jobs import JobKind, job_kinds
from qms.core.seams.navigation import Place, navigation
from qms.core.seams.panels import Panel, person_panels
from qms.core.seams.ticks import ticks
from qms.duties.access import panel_of
from qms.duties.api import Duties
from qms.duties.queries.told import REMINDERS
from qms.duties.rights import CAN_WORDS, GRANTS, Can
from qms.duties.sentences import SENTENCES
from qms.duties.services import person_left, take_calendar_back, wake_reminders
from qms.duties.settings_of_ours import SETTINGS
from qms.duties.tasks import remind
from qms.organization.queries import may
from qms.organization.rights import describe, grant
from qms.organization.setting_kinds import declare


def register() -> None:
    """Register rights, settings, places, tick, job, and what a leaver leaves behind; called once from `ready()`."""
    describe(CAN_WORDS)
    for role, rights in GRANTS.items():
        grant(role, rights)
    declare(SETTINGS)
    for verb, sentence in SENTENCES.items():
        sentences.register(verb, sentence)
    navigation.register(
        "10.work", Place(_("My work"), "duties:my_work", "inbox", lambda _person: True, counts_duties=True)
    )
    navigation.register(
        "87.reminders",
        Place(
            _("Reminders"), "duties:reminders", "bell", lambda person: may(person, Can.RELEASE_REMINDERS), settings=True
        ),
    )
    person_panels.register("duties", Panel("duties/panel.html", panel_of))
    endpoints.register("duties", Endpoint(Duties, "duty"))
    ticks.register(REMINDERS, wake_reminders)
    job_kinds.register(REMINDERS, JobKind(_("Reminders"), remind))
    after.register("organization.person_left", "duties", person_left)
    for verb in ("organization.person_left", "organization.sign_in_renewed"):
        after.register(verb, "duties.calendar", take_calendar_back)
