"""move(): the one function that runs a transition (docs/architecture.md, “How anything changes”)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from qms.core.actors import Actor
from qms.core.errors import NotPermitted, RuleBroken, Stale
from qms.core.lifecycle import Edge, Facts, Lifecycle
from qms.core.seams.after import Happening, after
from qms.filing.models import Stateful
from qms.organization.models import User
from qms.signatures.models import Signature, SigningProof
from qms.signatures.services import sign
from qms.signatures.states import Meaning
from qms.trail.services import record

F = TypeVar("F", bound=Facts)
R = TypeVar("R", bound=Stateful)


@dataclass(frozen=True)
class Moved(Generic[R, F]):
    """What an effect is told: the locked row in its new state, where it came from, and the signature if any."""

    row: R
    before: str
    edge: Edge[F]
    facts: F
    by: Actor
    reason: str
    signature: Signature | None


@transaction.atomic
def move(
    *,
    lifecycle: Lifecycle[F],
    rows: QuerySet[R],
    key: int,
    verb: str,
    by: Actor,
    facts: Callable[[R, Actor], F],
    content_hash: Callable[[R], str] | None = None,
    prepare: Callable[[R], None] | None = None,
    effect: Callable[[Moved[R, F]], dict[str, Any] | None] | None = None,
    proof: SigningProof | None = None,
    reason: str = "",
    seen_state: str | None = None,
    also: Callable[[R], tuple[Model, ...]] | None = None,
) -> R:
    """Move one row along one edge, whole or not at all; return the row in its new state.

    Locks the row, re-reads its state, checks the right for this edge and its guards, prepares (what must stand before
    the row may be in its new state), signs if the edge signs, moves, runs the effect (duties, spans, neighbours) and
    writes one entry. Raises RuleBroken, NotPermitted or Stale
    (when `seen_state` is no longer the state); then nothing has changed.
    """
    row = rows.select_for_update(of=("self",)).get(pk=key)
    before = row.state
    if seen_state is not None and seen_state != before:
        raise Stale(_("This has changed since you opened it. Look at it again; nothing was done."))
    known = facts(row, by)
    edge = lifecycle.check(verb, before, known, reason=reason, system=by.person_id is None)
    if prepare is not None:
        prepare(row)
    signature = _signature(row, edge, by, proof, content_hash)
    if edge.to != before:
        row.state = edge.to
        row.save(update_fields=["state"])
    moved = Moved(row=row, before=before, edge=edge, facts=known, by=by, reason=reason, signature=signature)
    detail = {"from": before, "to": edge.to, "reason": reason, **((effect(moved) if effect else None) or {})}
    if signature is not None:
        detail["signature"] = str(signature.uid)
    name = f"{row._meta.app_label}.{verb}"
    signed = (signature,) if signature is not None else ()
    record(name, row, *(also(row) if also else ()), *signed, by=by, **detail)
    after.run(Happening(name, row._meta.label_lower, str(row.pk), by, detail))
    return row


def _signature(
    row: R, edge: Edge[F], by: Actor, proof: SigningProof | None, content_hash: Callable[[R], str] | None
) -> Signature | None:
    if not edge.meaning or by.person_id is None:
        return None
    if not isinstance(by, User) or by.acting_key:
        raise NotPermitted(_("A signature is given by a person, not by a token."))
    if content_hash is None:
        raise RuleBroken(_("There is nothing frozen to sign."), code="nothing_to_sign")
    return sign(row=row, content_hash=content_hash(row), meaning=Meaning(edge.meaning), by=by, proof=proof)
