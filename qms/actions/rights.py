"""Rights around actions, and which role holds them. Who owns, verifies or gave one sees it without any."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qms.organization.states import Role


class Can(StrEnum):
    """What may be done with actions."""

    SEE = "actions.see"
    GIVE = "actions.give"
    MANAGE = "actions.manage"
    VERIFY = "actions.verify"
    EXPORT_PACK = "actions.export_pack"


CAN_WORDS: dict[StrEnum, Promise] = {
    Can.SEE: _("See the actions of others"),
    Can.GIVE: _("Give actions"),
    Can.MANAGE: _("Change, hand over and cancel actions of others"),
    Can.VERIFY: _("Verify actions and answer extensions for which nobody is named"),
    Can.EXPORT_PACK: _("Take actions away in an evidence pack"),
}

_GIVES = frozenset({Can.GIVE})
_SEES = frozenset({Can.SEE})

GRANTS: dict[Role, frozenset[StrEnum]] = {
    Role.QUALITY_MANAGER: frozenset(Can),
    Role.PROCESS_OWNER: _SEES | _GIVES | {Can.MANAGE, Can.EXPORT_PACK},
    Role.TOP_MANAGEMENT: _SEES | _GIVES,
    Role.INTERNAL_AUDITOR: _SEES | _GIVES | {Can.EXPORT_PACK},
    Role.EXTERNAL_AUDITOR: _SEES,
    Role.AUTHOR: _GIVES,
    Role.APPROVER: _GIVES,
    Role.SUPERVISOR: _GIVES,
}
