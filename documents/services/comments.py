"""Comments on a revision that is on its way (D3, D4)."""

from django.db import transaction
from django.utils.translation import gettext as _

from documents.models import Revision
from documents.queries import may_read, relations, standing_on
from documents.rights import Can
from documents.states import AUTHOR, OWNER
from qms.core.errors import NotPermitted, RuleBroken
from qms.filing.models import Comment
from qms.filing.services import answer_comment, comment
from qms.organization.models import User


@transaction.atomic
def comment_on(*, revision_id: int, by: User, text: str, passage: str = "", blocking: bool = False) -> Comment:
    """Put a comment on an open revision; anybody who may read it may. Raises RuleBroken for one that is closed."""
    revision = Revision.objects.select_related("document").get(pk=revision_id)
    if not may_read(revision, by):
        raise NotPermitted(_("You may not do this here."))
    if not revision.is_open:
        raise RuleBroken(_("Comments belong to a revision that is on its way."), code="wrong_state")
    return comment(row=revision, text=text, by=by, passage=passage, blocking=blocking)


@transaction.atomic
def resolve_comment(*, revision_id: int, comment_id: int, by: User, answer: str) -> Comment:
    """Resolve a comment with an answer: its authors, the owner or Quality."""
    revision = Revision.objects.select_related("document").get(pk=revision_id)
    held = standing_on(revision.document, by) | relations(revision, by)
    if not held & {AUTHOR, OWNER, Can.MANAGE}:
        raise NotPermitted(_("The authors, the owner or Quality resolve comments."))
    return answer_comment(comment_id=comment_id, row=revision, answer=answer, by=by)
