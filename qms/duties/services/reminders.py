"""One run of reminders: climb, then write. Held when the clock has jumped."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from qms.core.errors import NotPermitted, RuleBroken
from qms.duties.models import ReminderClock
from qms.duties.queries.told import REMINDERS, due_for_a_step, local_day, reminder_clock, reminders_due
from qms.duties.rights import Can
from qms.duties.services.climbing import Climb
from qms.duties.services.sending import Sending
from qms.jobs.services import later, send_mail
from qms.jobs.states import MailKind
from qms.organization.models import User
from qms.organization.queries import may, people_with, setting
from qms.organization.queries.options import settings_read_once
from qms.trail.services import record

# Without a run for longer than JUMP, more duties than the setting `duties.sane_reminders` are not told of until a
# person has looked; longer than FAR, none are. A server that was off for a long weekend catches up by itself.
JUMP, FAR = timedelta(hours=48), timedelta(days=60)


@dataclass(frozen=True)
class Run:
    """What a run of reminders did: duties that took a rung, mails written, or held."""

    climbed: int = 0
    mails: int = 0
    held: bool = False


@settings_read_once()
def wake_reminders(at: datetime) -> None:
    """Put down a run of reminders when one would find something and none is under way; called each minute."""
    if not _held(at) and reminders_due(at):
        later(REMINDERS)


@settings_read_once()
def run_reminders(at: datetime | None = None, *, tell: Callable[[int], None] = lambda _done: None) -> Run:
    """Take the rungs that are due and write the mails that may go out now; both are claimed, so that any number of
    runs at once tells each person once. Missed days are caught up with one mail. Returns what it did; `tell` hears
    after each batch how much is done.
    """
    now = at or timezone.now()
    if _held(now) or _jumped(now):
        return Run(held=True)
    climbed, sending = Climb(now).run(tell), Sending(now, tell)
    return Run(climbed=climbed, mails=sending.at_once() + sending.digests())


@transaction.atomic
def release_reminders(*, by: User) -> None:
    """Let held reminders go on. Raises NotPermitted without the right, RuleBroken when none are held."""
    if not may(by, Can.RELEASE_REMINDERS):
        raise NotPermitted(_("Only Quality or IT lets reminders go on."))
    clock = ReminderClock.objects.select_for_update().first()
    if clock is None or clock.held_at is None:
        raise RuleBroken(_("Reminders are not held."))
    record("duties.reminders_released", clock, by=by, waiting=clock.waiting)
    clock.held_at, clock.held_from, clock.last_run_at = None, None, timezone.now()
    clock.save()


def _held(now: datetime) -> bool:
    """Return whether reminders are held. A clock that was put right again ends the hold by itself."""
    clock = reminder_clock()
    if clock is None or clock.held_at is None:
        return False
    if clock.held_from is not None and clock.held_from <= now < min(clock.held_at, clock.held_from + JUMP):
        held = ReminderClock.objects.filter(pk=clock.pk, held_at=clock.held_at)
        return not held.update(held_at=None, held_from=None, last_run_at=now)
    return True


@transaction.atomic
def _jumped(now: datetime) -> bool:
    """Note this run; hold reminders, and say so to those who may let them go on, when the clock made a leap."""
    clock, _made = ReminderClock.objects.select_for_update().get_or_create(pk=1, defaults={"last_run_at": now})
    away = now - clock.last_run_at
    waiting = due_for_a_step(local_day(now)).count() if away > JUMP else 0
    if away > JUMP and (waiting > int(setting("duties.sane_reminders")) or (away > FAR and waiting)):
        clock.held_at, clock.held_from, clock.waiting = now, clock.last_run_at, waiting
        clock.save()
        _ask(now, away, waiting)
        return True
    clock.last_run_at = max(now, clock.last_run_at)
    clock.save(update_fields=["last_run_at"])
    return False


def _ask(now: datetime, away: timedelta, waiting: int) -> None:
    for person in people_with(Can.RELEASE_REMINDERS):
        with translation.override(person.language):
            subject = _("Reminders are held")
            body = _(
                "Reminders last ran %(days)d days ago by this server's clock, and %(n)d duties would be reminded of "
                "at once. If the clock is right, let them go on here: %(url)s"
            ) % {"days": away.days, "n": waiting, "url": settings.BASE_URL + reverse("duties:reminders")}
        send_mail(
            to_person=person.pk,
            to_address=person.email,
            subject=subject,
            body=body,
            kind=MailKind.ESCALATION,
            slot=f"held {now:%Y-%m-%dT%H}",
        )
