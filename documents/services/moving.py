"""The one call that moves a revision along its table, and the spans of its states."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model
from django.utils import timezone

from documents.models import Revision, RevisionSpan
from documents.queries import revision_facts
from documents.queries.searching import DOCUMENT
from documents.services.freezing import content_hash
from documents.states import REVISION, RevisionFacts, State
from qms.core.actors import Actor
from qms.filing.services.move import Moved, move
from qms.signatures.models import SigningProof
from qms.standards.services.evidence import evidence_changed

MovedRevision = Moved[Revision, RevisionFacts]
Effect = Callable[[MovedRevision], dict[str, Any] | None]


def revision_move(
    revision_id: int,
    verb: str,
    *,
    by: Actor,
    effect: Effect | None = None,
    prepare: Callable[[Revision], None] | None = None,
    proof: SigningProof | None = None,
    reason: str = "",
    seen_state: str | None = None,
    told: Callable[[Revision, RevisionFacts], RevisionFacts] | None = None,
) -> Revision:
    """Move a revision along an edge of its table; closes the span of its old state and opens the new one's.

    What that means for the evidence of clauses is written with it.

    `told` adds to the facts what only the verb knows: whom it names, what was accepted.
    """

    def facts(revision: Revision, actor: Actor) -> RevisionFacts:
        known = revision_facts(revision, actor)
        return told(revision, known) if told else known

    def with_span(moved: MovedRevision) -> dict[str, Any]:
        if moved.before != moved.row.state:
            change_span(moved.row)
            _thaw(moved.row)
        detail = (effect(moved) if effect else None) or {}
        # Where a revision is superseded another comes into force: what that means is written with that one.
        if State.EFFECTIVE in {moved.before, moved.row.state} and moved.row.state != State.SUPERSEDED:
            evidence_changed(DOCUMENT, [moved.row.document_id])
        return detail

    return move(
        lifecycle=REVISION,
        rows=Revision.objects.select_related("document__type__profile", "document__owner", "author", "content", "base"),
        key=revision_id,
        verb=verb,
        by=by,
        facts=facts,
        content_hash=content_hash,
        prepare=prepare,
        effect=with_span,
        proof=proof,
        reason=reason,
        seen_state=seen_state,
        also=_document,
    )


def _thaw(revision: Revision) -> None:
    """A draft has no content: what was frozen stays with its round, and what is written from now on is not that."""
    if revision.state == State.DRAFT:
        revision.content = None
        revision.save(update_fields=["content"])


def change_span(revision: Revision) -> None:
    """Close the span of the state before and open the one of the state now."""
    now = timezone.now()
    RevisionSpan.objects.filter(revision=revision, valid_until__isnull=True).update(valid_until=now)
    RevisionSpan.objects.create(revision=revision, state=revision.state, valid_from=now)


def _document(revision: Revision) -> tuple[Model, ...]:
    return (revision.document,)
