"""What runs behind the pages."""

from datetime import datetime
from typing import Any

from qms.core.seams.after import Happening
from qms.core.seams.jobs import Progress
from qms.jobs.queries import jobs_about
from qms.jobs.services import later
from qms.search.services import reindex
from qms.standards.queries import all_shipped_is_loaded, edition_with
from qms.standards.queries.links import PROCESS
from qms.standards.reading import fingerprint
from qms.standards.searching import SEARCHABLES
from qms.standards.services import load_shipped
from qms.standards.services.evidence import evidence_changed
from qms.standards.services.suggestions import suggest_links

LOAD = "standards.load_shipped"


def look_for_shipped(at: datetime) -> None:
    """Have the catalogues that ship with this version loaded, once, when they are not yet."""
    shipment = ("standards.shipment", fingerprint()[:16])
    if not all_shipped_is_loaded() and not jobs_about(*shipment).exists():
        later(LOAD, subject=shipment)


def run_load(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Load what ships, and let it be found."""
    done = load_shipped()
    reindex(models=SEARCHABLES)
    return {"loaded": done}


def run_suggest(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Suggest links between the records and the clauses of an edition."""
    return {"suggested": sum(suggest_links(edition_with(arguments["edition"])))}


def after_process_changed(happening: Happening) -> None:
    """Let what is asked of a process follow whether it is in use, and where."""
    evidence_changed(PROCESS, [happening.subject_key])


def run_index(arguments: dict[str, Any], progress: Progress) -> None:
    """Let what was loaded be found."""
    reindex(models=SEARCHABLES)
