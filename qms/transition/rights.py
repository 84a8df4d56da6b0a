"""Rights around transitions, and which role holds them."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qms.organization.states import Role


class Can(StrEnum):
    """What may be done with transitions."""

    READ = "transition.read"
    RUN = "transition.run"
    ASSESS = "transition.assess"


CAN_WORDS: dict[StrEnum, Promise] = {
    Can.READ: _("Read the move to another edition"),
    Can.RUN: _("Start a move to another edition, set its end, close it"),
    Can.ASSESS: _("Assess what changes with another edition"),
}

_MORE: dict[Role, frozenset[StrEnum]] = {
    Role.QUALITY_MANAGER: frozenset(Can),
    Role.PROCESS_OWNER: frozenset({Can.READ, Can.ASSESS}),
    Role.INTERNAL_AUDITOR: frozenset({Can.READ, Can.ASSESS}),
}
GRANTS: dict[Role, frozenset[StrEnum]] = {
    role: _MORE.get(role, frozenset({Can.READ})) for role in Role if role is not Role.IT_ADMIN
}
