"""Doors to packs."""

from typing import Any

from django.http import Http404

from qms.evidence.models import Pack
from qms.evidence.queries import still_within, visible_to
from qms.evidence.rights import Can
from qms.organization.models import User
from qms.organization.queries import may
from qms.standards.models import Clause, Edition
from qms.standards.states import EditionState


def pack_for(person: User, key: int) -> Pack:
    """Return a pack a person may see; raise Http404 otherwise.

    What it holds is asked for again: a pack of one's own that reaches further than one's right does today is gone.
    """
    found = visible_to(person).filter(pk=key).first()
    if found is None or not (may(person, Can.SEE_ALL) or still_within(found, person)):
        raise Http404
    return found


def require_export(person: User) -> None:
    """Raise Http404 unless a person may export packs at all."""
    if not may(person, Can.EXPORT):
        raise Http404


def pack_of_clauses(viewer: User, subject: Clause | Edition) -> dict[str, Any] | None:
    """Return what a pack of a clause, or of all clauses of an edition, is asked for with; None for who exports nothing
    and for an edition that is withdrawn.
    """
    edition = subject.edition if isinstance(subject, Clause) else subject
    if not may(viewer, Can.EXPORT) or edition.state == EditionState.WITHDRAWN:
        return None
    return {"edition": edition.pk, "clauses": subject.number if isinstance(subject, Clause) else ""}
