"""The texts that are signed where it is not a frozen content: the list of an adoption, and why somebody is excused."""

from collections.abc import Iterable, Sequence
from typing import Any

from documents.models import Revision
from qms.core.canonical import dumps


def adoption_text(revisions: Sequence[Revision]) -> str:
    """Return what Quality signs: each revision of the batch with its content, number and label as found (D0)."""
    return dumps({"v": 1, "adopted": [_found(each) for each in sorted(revisions, key=lambda each: each.pk)]})


def excusal_text(person: int, content: str | None, reason: str) -> str:
    """Return what is signed when somebody is excused: whom, from the content of which hash, and why."""
    return dumps({"v": 1, "excused": person, "content": content, "reason": reason.strip()})


def adopted_at_once(adoption: int) -> Iterable[Revision]:
    """Return the revisions that one signature adopted, with what was signed of each."""
    revisions = Revision.objects.filter(adoption=adoption).select_related("document", "content")
    return revisions.defer("content__text", "reason", "change_list")


def _found(revision: Revision) -> dict[str, Any]:
    return {
        "revision": revision.pk,
        "number": revision.document.number,
        "label": revision.label,
        "content": revision.content.sha256 if revision.content else None,
        "effective_on": str(revision.origin_effective_on) if revision.origin_effective_on else None,
        "approvers": revision.origin_approvers,
        **({"typed_by": revision.origin_typed_by_id} if revision.origin_typed_by_id else {}),
    }
