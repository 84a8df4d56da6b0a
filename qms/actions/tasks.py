"""What runs behind the pages of this room."""

from typing import Any

from qms.actions.searching import load
from qms.core.seams.jobs import Progress
from qms.search.services import index


def run_index(arguments: dict[str, Any], _progress: Progress) -> None:
    """Bring the search up to date with an action."""
    for source in load([arguments["action"]]):
        index(source)
