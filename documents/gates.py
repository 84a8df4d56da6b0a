"""What an action asks of this room: the document it comes from, and what it waits for (docs/lifecycles.md, row T2)."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from documents.models import Document, Revision
from documents.queries import visible_to
from documents.states import State
from qms.core.keyset import is_key
from qms.core.seams.gates import Gate
from qms.core.seams.origins import Origin
from qms.organization.models import User

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


def name_of(person: User, key: str) -> str | None:
    """Return number and title of a document that somebody sees, None for others."""
    found = visible_to(person).filter(pk=int(key)).first() if is_key(key) else None
    return str(found) if found else None


def key_numbered(person: User, number: str) -> str | None:
    """Return the key of the document with a number, whatever its case, as far as somebody sees it."""
    found = visible_to(person).filter(number__iexact=number).values_list("pk", flat=True).first()
    return str(found) if found else None


ORIGIN = Origin(name_of, lambda key: reverse("documents:document", args=[key]), key_numbered)
