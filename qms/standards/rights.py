"""Rights around standards, and which role holds them."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qms.organization.states import Role


class Can(StrEnum):
    """What may be done with standards and what applies of them."""

    READ = "standards.read"
    LOAD = "standards.load"
    SCOPE = "standards.scope"


CAN_WORDS: dict[StrEnum, Promise] = {
    Can.READ: _("Read the standards library and the glossary"),
    Can.LOAD: _("Add standards and requirements of one's own"),
    Can.SCOPE: _("Say what the management system covers"),
}

GRANTS: dict[Role, frozenset[StrEnum]] = {
    role: frozenset(Can) if role is Role.QUALITY_MANAGER else frozenset({Can.READ})
    for role in Role
    if role is not Role.IT_ADMIN
}
