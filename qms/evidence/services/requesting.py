"""Asking for a pack."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.core.canonical import dumps
from qms.core.errors import NotPermitted, RuleBroken
from qms.core.seams.evidence import Selection
from qms.evidence.models import Pack
from qms.evidence.queries import how_many, selection_text
from qms.evidence.rights import Can
from qms.jobs.services import later
from qms.organization.models import User
from qms.organization.queries import may
from qms.trail.services import record


@transaction.atomic
def request_pack(
    *, selection: Selection, words: str, recipient: str, purpose: str, by: User, in_background: bool = True
) -> Pack:
    """Ask for a pack of what a person may see: for whom and why is part of it and of the trail.

    Raises NotPermitted without the right, RuleBroken without recipient or purpose, and where nothing would be in it.
    """
    if not may(by, Can.EXPORT):
        raise NotPermitted(_("You may not export evidence."))
    if not recipient.strip() or not purpose.strip():
        raise RuleBroken(_("Say for whom the evidence is, and why it is taken."))
    if not how_many(selection, by):
        words = _("No record that you may take away fits. A pack with nothing in it is not built.")
        raise RuleBroken(words, code="empty")
    pack = Pack.objects.create(
        selection=dumps(selection_text(selection)),
        words=words,
        recipient=recipient.strip(),
        purpose=purpose.strip(),
        requested_at=timezone.now(),
        requested_by=by,
    )
    record("evidence.requested", pack, by=by, recipient=pack.recipient, purpose=pack.purpose, selection=words)
    if in_background:
        later("evidence.build", by=by.pk, subject=("evidence.pack", pack.pk), pack=pack.pk)
    return pack
