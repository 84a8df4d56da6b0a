"""What the tick does for this room."""

from datetime import datetime

from qms.signatures.services import forget_unused


def tick(now: datetime) -> None:
    """Forget challenges and proofs that nobody has used."""
    forget_unused()
