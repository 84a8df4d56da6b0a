"""Who may take evidence away. What may be in it is each room's own right."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qms.organization.states import Role


class Can(StrEnum):
    """What may be done with evidence packs."""

    EXPORT = "evidence.export"
    SEE_ALL = "evidence.see_all"


CAN_WORDS: dict[StrEnum, Promise] = {
    Can.EXPORT: _("Ask for evidence packs"),
    Can.SEE_ALL: _("See every evidence pack that was exported"),
}

GRANTS: dict[Role, frozenset[StrEnum]] = {
    Role.QUALITY_MANAGER: frozenset(Can),
    Role.PROCESS_OWNER: frozenset({Can.EXPORT}),
    Role.INTERNAL_AUDITOR: frozenset({Can.EXPORT}),
}
