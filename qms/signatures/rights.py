"""Who may set a rule of separation aside."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qms.organization.states import Role


class Can(StrEnum):
    """What may be done with exceptions to separation."""

    GRANT_EXCEPTION = "signatures.grant_exception"
    SEE_EXCEPTIONS = "signatures.see_exceptions"


CAN_WORDS: dict[StrEnum, Promise] = {
    Can.GRANT_EXCEPTION: _("Grant an exception to separation of duties"),
    Can.SEE_EXCEPTIONS: _("See exceptions to separation of duties"),
}

GRANTS: dict[Role, frozenset[StrEnum]] = {
    Role.TOP_MANAGEMENT: frozenset({Can.GRANT_EXCEPTION, Can.SEE_EXCEPTIONS}),
    Role.QUALITY_MANAGER: frozenset({Can.SEE_EXCEPTIONS}),
    Role.INTERNAL_AUDITOR: frozenset({Can.SEE_EXCEPTIONS}),
    Role.EXTERNAL_AUDITOR: frozenset({Can.SEE_EXCEPTIONS}),
}
