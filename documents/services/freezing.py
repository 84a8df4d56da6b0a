"""Freezing what is signed and acknowledged."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from documents.models import Body, Content, Revision
from documents.queries.pictures import pictures_shown
from qms.core.canonical import dumps, sha256
from qms.filing.services.files import store_bytes


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
