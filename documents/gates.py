"""What an action can wait for here: a document that has a new revision in force, or one revision (row T2)."""

from datetime import datetime

from django.utils.translation import gettext as _

from documents.models import Document, Revision
from documents.states import State
from qms.core.keyset import is_key
from qms.core.seams.gates import Gate

_WAS_IN_FORCE = [State.EFFECTIVE, State.SUPERSEDED, State.OBSOLETE]


def new_revision_problem(key: str, since: datetime) -> str:
    """Return why a document has no new revision in force since an instant; empty once one took effect after it."""
    document = Document.objects.filter(pk=key).first() if is_key(key) else None
    if document is None:
        return _("The document that this waits for is gone.")
    if document.revisions.filter(effective_at__gte=since).exists():
        return ""
    return _("No new revision of %(number)s is in force yet.") % {"number": document.number}


def revision_problem(key: str, _since: datetime) -> str:
    """Return why a revision is not in force; empty once it is or was."""
    revision = Revision.objects.filter(pk=key).select_related("document").first() if is_key(key) else None
    if revision is None:
        return _("The revision that this waits for is gone.")
    if revision.state in _WAS_IN_FORCE:
        return ""
    told = {"label": revision.label, "number": revision.document.number, "state": revision.state_words}
    return _("Revision %(label)s of %(number)s is not in force yet: %(state)s.") % told


GATES = {"documents.document": Gate(new_revision_problem), "documents.revision": Gate(revision_problem)}
