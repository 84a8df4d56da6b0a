"""Everything the organization plugs in, on one page."""

from qms.organization.rights import CAN_WORDS, GRANTS, describe, grant


def register() -> None:
    """Register rights and grants; called once from `ready()`."""
    describe(CAN_WORDS)
    for role, rights in GRANTS.items():
        grant(role, rights)
