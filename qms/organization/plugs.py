"""Everything the organization plugs in, on one page."""

from qms.organization.rights import CAN_WORDS, GRANTS, describe, grant
from qms.organization.setting_kinds import declare
from qms.organization.settings_of_ours import SETTINGS


def register() -> None:
    """Register rights, grants and settings; called once from `ready()`."""
    describe(CAN_WORDS)
    for role, rights in GRANTS.items():
        grant(role, rights)
    declare(SETTINGS)
