"""Who sees the processes, and who says what each takes and gives."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qms.organization.states import Role


class Can(StrEnum):
    """What may be done with the description of a process."""

    SEE = "processes.see"
    DESCRIBE = "processes.describe"


CAN_WORDS: dict[StrEnum, Promise] = {
    Can.SEE: _("See the map of processes and their turtle sheets"),
    Can.DESCRIBE: _("Say what a process takes, gives and needs"),
}

GRANTS: dict[Role, frozenset[StrEnum]] = {
    **{role: frozenset({Can.SEE}) for role in Role if role is not Role.IT_ADMIN},
    Role.PROCESS_OWNER: frozenset(Can),
    Role.QUALITY_MANAGER: frozenset(Can),
}
