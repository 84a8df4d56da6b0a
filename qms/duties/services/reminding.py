"""Reminding one person now of what they are late with: the digest they would get in the morning, asked for by hand."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.core.errors import NotPermitted, RuleBroken
from qms.duties.models import Digest
from qms.duties.queries import counts_of
from qms.duties.rights import Can
from qms.duties.services.sending import Sending
from qms.jobs.states import MailKind
from qms.organization.models import User
from qms.organization.queries import is_line_manager_of, may
from qms.organization.queries.options import settings_read_once
from qms.organization.states import Scope
from qms.trail.services import record


@settings_read_once()
@transaction.atomic
def remind_now(*, person: User, by: User) -> Digest:
    """Write somebody the mail of all that they owe, at once and at most once an hour; the mail log shows it.

    Raises NotPermitted to who is neither Quality there nor their line manager, RuleBroken where nothing is overdue,
    where they have no e-mail, where they were reminded within the hour, or where the mail cannot be written.
    """
    if not (may(by, Can.REASSIGN, Scope(site_id=person.site_id)) or is_line_manager_of(by, person)):
        raise NotPermitted(_("Only Quality and the line manager remind somebody."))
    _check(person)
    now = timezone.now()
    sending = Sending(now, lambda _done: None)
    slot = f"{now:%Y-%m-%dT%H} asked"
    digest, new = Digest.objects.get_or_create(
        recipient=person, kind=MailKind.DIGEST, slot=slot, defaults={"run": sending.run, "made_at": now}
    )
    if not new:
        raise RuleBroken(_("%(name)s was reminded within this hour.") % {"name": person.name}, code="reminded_already")
    sending.write([digest])
    digest.refresh_from_db(fields=["error"])
    if digest.error:
        raise RuleBroken(_("The mail could not be written: %(why)s") % {"why": digest.error}, code="not_written")
    record("duties.reminded", person, by=by)
    return digest


def _check(person: User) -> None:
    facts = {"name": person.name}
    if not person.is_active:
        raise RuleBroken(_("%(name)s has left.") % facts, code="person_left")
    if not person.email:
        raise RuleBroken(_("%(name)s has no e-mail: tell them yourself.") % facts, code="no_email")
    if not counts_of(person).overdue:
        raise RuleBroken(_("%(name)s owes nothing that is overdue.") % facts, code="nothing_overdue")
