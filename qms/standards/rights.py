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
    LINK = "standards.link"
    EXPECT = "standards.expect"
    JUDGE = "standards.judge"


CAN_WORDS: dict[StrEnum, Promise] = {
    Can.READ: _("Read the standards library and the glossary"),
    Can.LOAD: _("Add standards and requirements of one's own"),
    Can.SCOPE: _("Say what the management system covers"),
    Can.LINK: _("Link records to clauses, as far as one may change the records"),
    Can.EXPECT: _("Say which evidence a clause expects"),
    Can.JUDGE: _("Judge of a clause, signed, beside its evidence status"),
}

_MORE: dict[Role, frozenset[StrEnum]] = {
    Role.QUALITY_MANAGER: frozenset(Can),
    Role.PROCESS_OWNER: frozenset({Can.READ, Can.LINK}),
    Role.AUTHOR: frozenset({Can.READ, Can.LINK}),
    Role.INTERNAL_AUDITOR: frozenset({Can.READ, Can.JUDGE}),
}

GRANTS: dict[Role, frozenset[StrEnum]] = {
    role: _MORE.get(role, frozenset({Can.READ})) for role in Role if role is not Role.IT_ADMIN
}
