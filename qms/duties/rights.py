"""Who may see and move what other people owe (one's own duties need no right)."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qms.organization.states import Role


class Can(StrEnum):
    """What may be done with the duties of others. A line manager sees those of their own people without a right."""

    SEE_ALL = "duties.see_all"
    REASSIGN = "duties.reassign"
    RELEASE_REMINDERS = "duties.release_reminders"


CAN_WORDS: dict[StrEnum, Promise] = {
    Can.SEE_ALL: _("See what everybody owes"),
    Can.REASSIGN: _("Give an open duty to somebody else; is told of escalations"),
    Can.RELEASE_REMINDERS: _("Let reminders go on after the clock has jumped"),
}

GRANTS: dict[Role, frozenset[StrEnum]] = {
    Role.QUALITY_MANAGER: frozenset(Can),
    Role.IT_ADMIN: frozenset({Can.RELEASE_REMINDERS}),
}
