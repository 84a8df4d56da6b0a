"""What runs behind the page."""

from typing import Any

from qms.core.seams.jobs import Progress
from qms.evidence.services import build


def run_build(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Build the pack of a request."""
    pack = build(pack_id=arguments["pack"], progress=progress)
    return {"files": pack.files, "missing": pack.missing}
