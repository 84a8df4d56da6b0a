"""The verbs of evidence packs."""

from qms.evidence.services.building import build
from qms.evidence.services.requesting import request_pack

__all__ = ["build", "request_pack"]
