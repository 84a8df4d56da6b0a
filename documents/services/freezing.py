"""Freezing what is signed, keeping the span of each state, and the one call that moves a revision."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Model
from django.utils import timezone

from documents.models import Body, Content, Revision, RevisionSpan
from documents.queries import revision_facts
from documents.queries.pictures import pictures_shown
from documents.states import REVISION, RevisionFacts
from qms.core.actors import Actor
from qms.core.canonical import dumps, sha256
from qms.filing.services.files import store_bytes
from qms.filing.services.move import Moved, move
from qms.organization.models import User
from qms.signatures.models import SigningProof

Effect = Callable[[Moved[Revision, RevisionFacts]], dict[str, Any] | None]


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
    reviewers: Sequence[User] = (),
    approvers_problem: Callable[[Revision], str] | None = None,
    references_accepted: bool = False,
) -> Revision:
    """Move a revision along an edge of its table; closes the span of its old state and opens the new one's."""

    def facts(revision: Revision, actor: Actor) -> RevisionFacts:
        problem = approvers_problem(revision) if approvers_problem else ""
        return revision_facts(
            revision, actor, reviewers=reviewers, approvers_problem=problem, references_accepted=references_accepted
        )

    def with_span(moved: Moved[Revision, RevisionFacts]) -> dict[str, Any]:
        if moved.before != moved.row.state:
            change_span(moved.row)
        return (effect(moved) if effect else None) or {}

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


def freeze(revision: Revision) -> None:
    """Freeze a revision: bodies into the file store, hashes into one canonical text, whose hash is then signed."""
    bodies = list(revision.bodies.select_related("source", "rendition").order_by("-governing", "language"))
    for body in bodies:
        if body.is_markdown:
            body.source = store_bytes(body.markdown.encode("utf-8"))
            body.save(update_fields=["source"])
    text = dumps(canonical_content(revision, bodies))
    content = Content(revision=revision, text=text, sha256=sha256(text), frozen_at=timezone.now())
    content.save()
    revision.content = content
    revision.save(update_fields=["content"])


def canonical_content(revision: Revision, bodies: Sequence[Body]) -> dict[str, Any]:
    """Return what is frozen: number, title, type, reason and the hashes of every body."""
    return {
        "v": 1,
        "document": revision.document_id,
        "number": revision.document.number,
        "title": revision.title,
        "type": revision.document.type.code,
        "reason": revision.reason,
        "changes": revision.change_list,
        "bodies": [
            {
                "language": body.language,
                "governing": body.governing,
                "media_type": body.media_type,
                "name": body.source_name,
                "source": body.source.sha256 if body.source else None,
                "rendition": body.rendition.sha256 if body.rendition else None,
                **_pictures(body),
            }
            for body in bodies
        ],
    }


def _pictures(body: Body) -> dict[str, Any]:
    """The pictures that a text shows, by their hashes; a text without any says nothing of them."""
    shown = [{"name": each.name, "sha256": each.file.sha256} for each in pictures_shown(body)]
    return {"pictures": shown} if shown else {}


def content_hash(revision: Revision) -> str:
    """Return the hash that is signed for a revision; freezing came before."""
    assert revision.content is not None
    return revision.content.sha256


def change_span(revision: Revision) -> None:
    """Close the span of the state before and open the one of the state now."""
    now = timezone.now()
    RevisionSpan.objects.filter(revision=revision, valid_until__isnull=True).update(valid_until=now)
    RevisionSpan.objects.create(revision=revision, state=revision.state, valid_from=now)


def _document(revision: Revision) -> tuple[Model, ...]:
    return (revision.document,)
