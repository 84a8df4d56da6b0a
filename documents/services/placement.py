"""What belongs to the document and not to a revision: owner, process, site, parent, review date."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.models import Document, Placement
from documents.queries import due_for_review, standing_on
from documents.queries.searching import DOCUMENT
from documents.rights import Can
from documents.services.behind import behind
from documents.services.following import follow_review_anew
from documents.services.periodic import ask_owners
from documents.services.release import REVIEW_DUTY
from documents.states import OWNER
from qms.core.errors import NotPermitted, RuleBroken
from qms.duties.services import close_on
from qms.duties.states import Outcome
from qms.organization.models import User
from qms.standards.services.evidence import evidence_changed
from qms.trail.services import record

PLACED = ("owner", "process", "site")
CHANGEABLE = {*PLACED, "parent", "next_review_on", "review_months"}


@transaction.atomic
def change_document(*, document_id: int, by: User, reason: str = "", **changes: Any) -> Document:
    """Change owner, process, site, parent, next review or interval of a document: an entry, never a revision.

    Raises NotPermitted to strangers, RuleBroken for an owner who has left or a circle of parents.
    """
    if not set(changes) <= CHANGEABLE:
        raise TypeError(f"cannot change {sorted(set(changes) - CHANGEABLE)}")
    document = Document.objects.select_for_update(of=("self",)).select_related("type").get(pk=document_id)
    if not standing_on(document, by) & {Can.MANAGE, OWNER}:
        raise NotPermitted(_("You may not change this document."))
    _check(document, changes)
    before = {name: _shown(getattr(document, name)) for name in changes}
    for name, value in changes.items():
        setattr(document, name, value)
    document.save(update_fields=list(changes))
    if set(changes) & set(PLACED):
        _place_anew(document)
    if {"owner", "next_review_on"} & set(changes):
        _renew_review(document)
    if "owner" in changes:
        follow_review_anew(document)
    if {"process", "site", "next_review_on"} & set(changes):
        evidence_changed(DOCUMENT, [document.pk])
    after = {name: _shown(getattr(document, name)) for name in changes}
    record("documents.document_changed", document, by=by, before=before, after=after, reason=reason)
    behind("recompute_audience", document, document=document.pk)
    behind("index", document, document=document.pk)
    return document


def _check(document: Document, changes: dict[str, Any]) -> None:
    owner = changes.get("owner")
    if owner is not None and not owner.is_active:
        raise RuleBroken(_("%(name)s has left.") % {"name": owner.name})
    parent = changes.get("parent")
    seen = {document.pk}
    while parent is not None:
        if parent.pk in seen:
            raise RuleBroken(_("A document cannot be below itself."))
        seen.add(parent.pk)
        parent = parent.parent


def _place_anew(document: Document) -> None:
    now = timezone.now()
    Placement.objects.filter(document=document, valid_until__isnull=True).update(valid_until=now)
    Placement.objects.create(
        document=document,
        title=document.title,
        owner=document.owner,
        process=document.process,
        site=document.site,
        valid_from=now,
    )


def _renew_review(document: Document) -> None:
    """Whoever owes the periodic review owes it as the document says now: another person, another day, or not yet."""
    if close_on(document, Outcome.MOVED, kinds=[REVIEW_DUTY]):
        ask_owners(due_for_review().filter(pk=document.pk))


def _shown(value: Any) -> int | str | None:
    if value is None or isinstance(value, int | str):
        return value
    return getattr(value, "pk", None) or str(value)
