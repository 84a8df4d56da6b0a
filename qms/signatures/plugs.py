"""Everything signatures plug in, on one page."""

from qms.organization.rights import describe, grant
from qms.signatures.rights import CAN_WORDS, GRANTS


def register() -> None:
    """Register rights and grants; called once from `ready()`."""
    describe(CAN_WORDS)
    for role, rights in GRANTS.items():
        grant(role, rights)
