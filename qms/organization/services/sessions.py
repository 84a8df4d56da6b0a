"""Ending sessions: one's own others, and everything of somebody who leaves (ASVS 7.4.2, 8.3.2)."""

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.core.actors import Actor
from qms.core.errors import RuleBroken
from qms.organization.models import User
from qms.organization.rights import Can
from qms.organization.services.checks import locked, require, written
from qms.organization.services.mails import TAKEN_BACK, tell

# How the rooms above hear that an account is taken back: tokens and secret addresses of before end.
RENEWED = "sign_in_renewed"


def end_sessions(person: User, *, keep: str | None = None) -> int:
    """End the sessions of a person on the server, but for one to keep; return how many. Inside a transaction."""
    ended = 0
    for session in UserSession.objects.filter(user=person).exclude(session_key=keep or ""):
        session.end()
        ended += 1
    return ended


def forget_ended_sessions() -> int:
    """Remove what is left of sessions that have ended by themselves; return how many. No entry: nothing happened."""
    now = timezone.now()
    removed, _each = Session.objects.filter(expire_date__lt=now).delete()
    UserSession.objects.filter(created_at__lt=now - settings.SESSION_ABSOLUTE - timedelta(hours=1)).delete()
    return removed


@transaction.atomic
def end_other_sessions(*, person: User, session_key: str) -> int:
    """End all sessions of a person but the one they act in; return how many."""
    ended = end_sessions(person, keep=session_key)
    written("sessions_ended", person, by=person, told_as=RENEWED, number=ended)
    tell(person, _were_ended)
    return ended


@transaction.atomic
def end_session(*, person: User, session_id: int) -> None:
    """End one session of one's own. Raises RuleBroken when there is no such session."""
    session = UserSession.objects.filter(user=person, pk=session_id).first()
    if session is None:
        raise RuleBroken(_("This session has ended already."))
    session.end()
    written("sessions_ended", person, by=person, number=1)


@transaction.atomic
def end_sessions_of(*, person_id: int, by: Actor) -> int:
    """End every session of a person, for a lost phone or a forgotten computer; return how many. IT only."""
    require(by, Can.ACCOUNTS)
    person = locked(person_id)
    ended = end_sessions(person)
    written("sessions_ended", person, by=by, told_as=RENEWED, number=ended)
    tell(person, _were_ended)
    return ended


def _were_ended() -> tuple[str, str]:
    return (
        _("Your sessions were ended"),
        _("Your sessions were ended wherever you were signed in.") + f" {TAKEN_BACK}",
    )
