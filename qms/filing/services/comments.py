"""Comments on records, and their answers."""

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.core.errors import RuleBroken
from qms.filing.models import Comment
from qms.organization.models import User
from qms.trail.services import record


@transaction.atomic
def comment(*, row: Model, text: str, by: User, passage: str = "", blocking: bool = False) -> Comment:
    """Put a comment on a record; a blocking one holds the record until it is resolved. Raises RuleBroken when empty."""
    if not text.strip():
        raise RuleBroken(_("A comment needs words."))
    made = Comment.objects.create(
        subject_model=row._meta.label_lower,
        subject_key=str(row.pk),
        passage=passage[:200],
        text=text,
        blocking=blocking,
        made_at=timezone.now(),
        made_by=by,
    )
    record("filing.commented", row, made, by=by, text=text, passage=passage, blocking=blocking)
    return made


@transaction.atomic
def answer_comment(*, comment_id: int, row: Model, answer: str, by: User) -> Comment:
    """Resolve a comment with an answer. Raises RuleBroken without words, and for one resolved or of another record."""
    if not answer.strip():
        raise RuleBroken(_("A comment is resolved with an answer in words."))
    comments = Comment.objects.filter(pk=comment_id, subject_model=row._meta.label_lower, subject_key=str(row.pk))
    found = comments.select_for_update(of=("self",)).first()
    if found is None:
        raise RuleBroken(_("There is no such comment here."), code="no_such_comment")
    if found.resolved_at is not None:
        raise RuleBroken(_("This comment is resolved already."))
    found.answer, found.resolved_at, found.resolved_by = answer, timezone.now(), by
    found.save(update_fields=["answer", "resolved_at", "resolved_by"])
    record("filing.comment_resolved", row, found, by=by, answer=answer)
    return found
