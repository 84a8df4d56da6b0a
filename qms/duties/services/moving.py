"""Giving a duty to somebody else."""

from datetime import datetime

from django.apps import apps
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.core.errors import NotPermitted, RuleBroken
from qms.core.seams.after import Happening, after
from qms.core.seams.work import work_kinds
from qms.duties.ladder import Owed, take_steps
from qms.duties.models import Duty
from qms.duties.queries import calendars, ladder
from qms.duties.rights import Can
from qms.duties.services.notices import tell
from qms.duties.services.owing import wanted_at_once
from qms.duties.states import Outcome
from qms.jobs.states import MailKind
from qms.organization.models import User
from qms.organization.queries import may, today
from qms.organization.queries.options import settings_read_once
from qms.organization.states import Scope
from qms.trail.services import Draft, Target, record_many


@settings_read_once()
@transaction.atomic
def move_duty(*, duty_id: int, to: User, reason: str, by: User) -> Duty:
    """Give an open duty to another person with a reason: it closes as moved, and another opens with the same due day.

    Writes one entry and tells `after` "duties.moved" about the subject, with `old` and `new` duty, `from`, `to` and
    `kind`: a room points its own row at the new duty there, or refuses by raising RuleBroken. The new person is told
    with the next digest; the ladder goes on where it stood. Raises NotPermitted and RuleBroken; then nothing changed.
    """
    old = _locked(duty_id)
    _check(old, to, reason, by)
    now = timezone.now()
    old.closed_at, old.outcome, old.next_step_on = now, Outcome.MOVED, None
    old.save(update_fields=["closed_at", "outcome", "next_step_on"])
    new = _open(old, to, by, now)
    old.moved_to = new
    old.save(update_fields=["moved_to"])
    tell([new], MailKind.APPROVAL if wanted_at_once(new.kind, new.due_on) else MailKind.DIGEST)
    detail = {
        "kind": old.kind,
        "old": old.pk,
        "new": new.pk,
        "from": old.person_id,
        "to": to.pk,
        "reason": reason.strip(),
    }
    subject = Target(old.subject_model, old.subject_key)
    targets = (subject, Target("duties.duty", str(old.pk)), Target("duties.duty", str(new.pk)))
    record_many([Draft("duties.moved", targets, detail)], by=by)
    after.run(Happening("duties.moved", old.subject_model, old.subject_key, by, detail))
    return new


def _locked(duty_id: int) -> Duty:
    """Lock the record and then the duty on it, as every transition of a record does: two who go the same way meet at
    its beginning, and neither holds what the other waits for.
    """
    found = Duty.objects.get(pk=duty_id)
    room, _dot, name = found.subject_model.partition(".")
    subject = apps.all_models[room].get(name)
    if subject is not None:
        subject._base_manager.select_for_update(of=("self",)).filter(pk=found.subject_key).first()
    return Duty.objects.select_for_update(of=("self",)).select_related("person").get(pk=duty_id)


def _check(old: Duty, to: User, reason: str, by: User) -> None:
    scope = Scope(site_id=old.person.site_id)
    if not may(by, Can.REASSIGN, scope):
        raise NotPermitted(_("Only Quality gives a duty to somebody else."))
    if old.closed_at is not None:
        raise RuleBroken(_("This duty is closed already."), code="wrong_state")
    known = work_kinds.get(old.kind)
    if known is None or not known.delegable:
        instead = known.instead if known is not None else None
        words = instead or _("This can only be done by the person who owes it.")
        raise RuleBroken(str(words), code="not_delegable")
    if not reason.strip():
        raise RuleBroken(_("Please give a reason."), code="reason_missing")
    _check_person(old, to)
    problem = known.may_take(old.subject_key, old.person_id, to.pk) if known.may_take else ""
    if problem:
        raise RuleBroken(problem, code="person_unfit")


def _check_person(old: Duty, to: User) -> None:
    if not to.is_active:
        raise RuleBroken(_("%(name)s has left.") % {"name": to.name}, code="person_left")
    same = Duty.objects.filter(
        person=to,
        kind=old.kind,
        subject_model=old.subject_model,
        subject_key=old.subject_key,
        closed_at__isnull=True,
    )
    if same.exists():
        raise RuleBroken(_("%(name)s owes this already.") % {"name": to.name}, code="owes_already")


def _open(old: Duty, to: User, by: User, now: datetime) -> Duty:
    """Open the duty for its new person. Rungs that have passed are not climbed a second time (K4: no reset trick)."""
    taken = take_steps(Owed(old.counts_from, old.step, old.rested_until), today(), ladder(), calendars()[to.site_id])
    return Duty.objects.create(
        person=to,
        kind=old.kind,
        subject_model=old.subject_model,
        subject_key=old.subject_key,
        asked_by=by,
        opened_at=now,
        due_on=old.due_on,
        counts_from=old.counts_from,
        next_step_on=taken.next_on,
        step=taken.step,
    )
