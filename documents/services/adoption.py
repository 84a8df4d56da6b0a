"""Adopting migrated revisions: one signed act of Quality puts a batch in force as it was found (D0)."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.models import Adoption, Revision
from documents.queries.signed import adoption_text
from documents.rights import Can
from documents.services.behind import behind
from documents.services.moving import MovedRevision, revision_move
from documents.services.release import in_force, supersede_current
from documents.states import State
from qms.core.canonical import sha256
from qms.core.errors import NotPermitted, RuleBroken
from qms.organization.models import User
from qms.organization.queries import may
from qms.signatures.models import SigningProof
from qms.signatures.services import sign
from qms.signatures.states import Meaning
from qms.trail.services import record


def adoption_hash(revisions: Sequence[Revision]) -> str:
    """Return the hash of what Quality signs: each revision of the batch with its content, number and label as found."""
    return sha256(adoption_text(revisions))


@transaction.atomic
def adopt(
    *,
    revisions: Sequence[Revision],
    by: User,
    proof: SigningProof | None,
    with_duties: bool = False,
) -> Adoption:
    """Put a batch of migrated revisions in force, keeping number, label, date and approvers as found (D0).

    Opens no acknowledgement duties unless `with_duties`. Raises NotPermitted without the right, RuleBroken for an
    empty batch or a revision that is not migrated; then none is adopted.
    """
    if not may(by, Can.ADOPT):
        raise NotPermitted(_("Only Quality adopts migrated revisions."))
    if not revisions:
        raise RuleBroken(_("Choose what to adopt."))
    wanted = sorted({revision.pk for revision in revisions})
    rows = list(
        Revision.objects.select_for_update(of=("self",))
        .select_related("document", "content")
        .filter(pk__in=wanted)
        .order_by("pk")
    )
    adoption = Adoption.objects.create(
        origin=", ".join(sorted({row.origin for row in rows}))[:120],
        content_hash=adoption_hash(rows),
        adopted_at=timezone.now(),
        adopted_by=by,
    )
    adoption.signature = sign(
        row=adoption, content_hash=adoption.content_hash, meaning=Meaning.ADOPTED, by=by, proof=proof
    )
    adoption.save(update_fields=["signature"])
    record("documents.adopted_batch", adoption, adoption.signature, by=by, revisions=wanted)
    for row in rows:
        _adopt_one(row.pk, adoption, by, together=len(rows), with_duties=with_duties)
    return adoption


def _adopt_one(revision_id: int, adoption: Adoption, by: User, *, together: int, with_duties: bool) -> None:
    def prepare(revision: Revision) -> None:
        if revision.state == State.MIGRATED:
            supersede_current(revision.document, except_for=revision)
        revision.effective_at, revision.adoption = adoption.adopted_at, adoption
        revision.save(update_fields=["effective_at", "adoption"])

    def effect(moved: MovedRevision) -> dict[str, Any]:
        in_force(moved.row, at=adoption.adopted_at)
        if with_duties:
            behind("open_reading_duties", moved.row, revision=moved.row.pk)
        return {"adoption": adoption.pk, "together": together}

    revision_move(revision_id, "adopt", by=by, prepare=prepare, effect=effect)
