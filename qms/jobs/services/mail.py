"""Outgoing mail: put down with what it tells, claimed, then sent. A crash makes a digest doubtful, never double, and
anything else late, never lost."""

import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from functools import partial
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.validators import MaxLengthValidator, validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.core.errors import RuleBroken
from qms.core.ids import uuid7
from qms.jobs import queries
from qms.jobs.models import OutgoingMail
from qms.jobs.services.bell import ring
from qms.jobs.states import (
    FORGOTTEN_ONCE_SENT,
    MAIL_LEASE,
    MAX_MAIL_ATTEMPTS,
    POLICIES,
    MailKind,
    MailState,
    Policy,
    back_off,
)

_BATCH = 500
_LONGEST_ADDRESS = 254
_BATCH_SECONDS = 30


class _NotReached(Exception):
    """The server did not answer before anything was handed over: certainly not sent."""


class _TurnedDown(Exception):
    """The server answered: not this mail, neither now nor later."""


class _NotNow(Exception):
    """The server answered: not now."""


class _Doubtful(Exception):
    """The connection broke while the mail was handed over."""


class _Line:
    """A connection to the mail server, opened when first needed and again after it broke."""

    def __init__(self) -> None:
        self._server: BaseEmailBackend | None = None

    def opened(self) -> BaseEmailBackend:
        try:
            self._server = self._server or get_connection()
            self._server.open()
        except (OSError, ImproperlyConfigured) as error:
            raise _NotReached(str(error)) from error
        return self._server

    def hang_up(self) -> None:
        with suppress(OSError):
            if self._server:
                self._server.close()


def send_mail(
    *,
    to_person: int,
    to_address: str,
    subject: str,
    body: str,
    kind: MailKind,
    slot: str = "",
    not_before: datetime | None = None,
) -> OutgoingMail:
    """Put a mail down in the caller's transaction; it goes out after the commit, a digest with the next tick.

    `slot` (a day, a duty's step) makes it idempotent: a second mail of this kind to this person for the same slot is
    the first one. A newer digest takes the place of one that still waits. Who has no address, or none that is one,
    gets no mail and the log says so. Raises RuleBroken for line breaks in address or subject.
    """
    fields = _fields(to_address, subject, body, kind, not_before)
    mail, created = OutgoingMail.objects.get_or_create(
        to_person=to_person, kind=kind, slot=slot or fields["message_id"], defaults=fields
    )
    if created and kind == MailKind.DIGEST:
        _replace_older_digests([mail])
    elif created and mail.state == MailState.QUEUED and mail.not_before <= mail.created_at:
        transaction.on_commit(partial(ring, "jobs.mail", mail_id=mail.pk))
    return mail


def compose_digest(*, to_person: int, to_address: str, subject: str, body: str, slot: str) -> OutgoingMail:
    """Return a digest that is not put down yet, for `send_digests`. Raises RuleBroken as `send_mail` does."""
    fields = _fields(to_address, subject, body, MailKind.DIGEST, None)
    return OutgoingMail(to_person=to_person, kind=MailKind.DIGEST, slot=slot, **fields)


def send_digests(mails: list[OutgoingMail]) -> None:
    """Put many composed digests down in the caller's transaction with three statements, else like `send_mail`."""
    OutgoingMail.objects.bulk_create(mails, ignore_conflicts=True)
    _replace_older_digests(OutgoingMail.objects.filter(message_id__in=[mail.message_id for mail in mails]))


def _fields(to_address: str, subject: str, body: str, kind: MailKind, not_before: datetime | None) -> dict[str, Any]:
    now = timezone.now()
    state, error = _deliverable(_one_line(to_address))
    return {
        "message_id": f"<{uuid7()}@{urlsplit(settings.BASE_URL).hostname}>",
        "to_address": to_address[:_LONGEST_ADDRESS],
        "subject": _one_line(subject)[:250],
        "body": _with_footer(body),
        "policy": POLICIES[kind],
        "state": state,
        "last_error": error,
        "not_before": not_before or now,
        "created_at": now,
    }


def _one_line(value: str) -> str:
    if not value.isprintable():
        raise RuleBroken(_("An address and a subject of a mail are one line of printable characters."))
    return value


def _deliverable(address: str) -> tuple[MailState, str]:
    if not address:
        return MailState.SET_ASIDE, _("This person has no e-mail address.")
    try:
        validate_email(address)
        MaxLengthValidator(_LONGEST_ADDRESS)(address)
    except ValidationError:
        return MailState.FAILED, _("This is not an e-mail address.")
    return MailState.QUEUED, ""


def _with_footer(body: str) -> str:
    footer = _("Sent by the quality management system at %(address)s") % {"address": settings.BASE_URL}
    return f"{body.replace(chr(0), '').rstrip()}\n\n-- \n{footer}\n"


def _replace_older_digests(newest: Iterable[OutgoingMail]) -> None:
    """After days without a mail server each person gets one digest, not one for each day."""
    rows = list(newest)
    people = [mail.to_person for mail in rows]
    waiting = OutgoingMail.objects.filter(to_person__in=people, kind=MailKind.DIGEST, state=MailState.QUEUED)
    older = waiting.filter(pk__lt=min((mail.pk for mail in rows), default=0))
    older.update(state=MailState.SET_ASIDE, last_error=_("A later digest took its place."))


def deliver(mail_id: int) -> None:
    """Send one mail, if it is due and nobody else is sending it."""
    line = _Line()
    try:
        _deliver(mail_id, line)
    finally:
        line.hang_up()


def deliver_due() -> None:
    """Send what is due over one connection, for at most half a minute; stop when the server cannot be reached.

    Mail whose sender was lost comes first: digests become doubtful, everything else goes out again under its old
    Message-ID.
    """
    now = timezone.now()
    _recover(now)
    end = time.monotonic() + _BATCH_SECONDS
    line = _Line()
    try:
        for mail_id in list(queries.mail_due(now).values_list("pk", flat=True)[:_BATCH]):
            if not _deliver(mail_id, line) or time.monotonic() > end:
                break
    finally:
        line.hang_up()


def _recover(now: datetime) -> None:
    words = _("The sender was lost between sending and noting it.")
    lost = queries.mail_lost(now)
    once = lost.filter(policy=Policy.AT_MOST_ONCE)
    once.update(state=MailState.IN_DOUBT, lease_until=None, last_error=words)
    lost.update(state=MailState.QUEUED, lease_until=None, not_before=now, last_error=words)


def _deliver(mail_id: int, line: _Line) -> bool:
    """Claim, then send, then mark; return False when the server cannot be reached."""
    mail = _claim(mail_id)
    if mail is None:
        return True
    try:
        _hand_over(mail, line)
    except _NotReached as error:
        _postpone(mail, str(error))
        return False
    except (_TurnedDown, _NotNow, _Doubtful) as error:
        line.hang_up()
        _not_sent(mail, error)
    else:
        _handed_over(mail)
    return True


def _handed_over(mail: OutgoingMail) -> None:
    kept = queries.mail_stays_here()
    outcome = {"state": MailState.KEPT} if kept else {"state": MailState.SENT, "sent_at": timezone.now()}
    _mark(mail, last_error="", **outcome, **_forgotten(mail))


def _claim(mail_id: int) -> OutgoingMail | None:
    mail = queries.mail_with_id(mail_id)
    if mail is None:
        return None
    now = timezone.now()
    claimed = queries.mail_due(now).filter(pk=mail_id, attempts=mail.attempts)
    if not claimed.update(state=MailState.SENDING, attempts=mail.attempts + 1, lease_until=now + MAIL_LEASE):
        return None
    mail.attempts += 1
    return mail


def _hand_over(mail: OutgoingMail, line: _Line) -> None:
    message = _message(mail)
    server = line.opened()
    try:
        server.send_messages([message])
    except SMTPRecipientsRefused as error:
        raise _by_code(*error.recipients[mail.to_address]) from error
    except SMTPDataError as error:
        raise _by_code(error.smtp_code, error.smtp_error) from error
    except SMTPSenderRefused as error:
        raise _NotNow(str(error)) from error
    except OSError as error:
        raise _Doubtful(str(error)) from error


def _message(mail: OutgoingMail) -> EmailMessage:
    """Return the mail for the wire. What cannot be written as a mail is turned down here, before the server."""
    message = EmailMessage(
        mail.subject,
        mail.body,
        to=[mail.to_address],
        headers={"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"},
    )
    try:
        message.message().as_bytes()
    except ValueError as error:
        raise _TurnedDown(str(error)) from error
    return message


def _by_code(code: int, words: bytes | str) -> Exception:
    told = f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"
    return _TurnedDown(told) if code >= 500 else _NotNow(told)


def _not_sent(mail: OutgoingMail, error: Exception) -> None:
    if isinstance(error, _TurnedDown):
        _mark(mail, state=MailState.FAILED, last_error=str(error))
    elif isinstance(error, _Doubtful) and mail.policy == Policy.AT_MOST_ONCE:
        _mark(mail, state=MailState.IN_DOUBT, last_error=str(error))
    else:
        _postpone(mail, str(error))


def _postpone(mail: OutgoingMail, words: str) -> None:
    if mail.attempts >= MAX_MAIL_ATTEMPTS:
        _mark(mail, state=MailState.FAILED, last_error=words)
    else:
        next_time = timezone.now() + back_off(mail.attempts)
        _mark(mail, state=MailState.QUEUED, last_error=words, not_before=next_time)


def _forgotten(mail: OutgoingMail) -> dict[str, str]:
    return {"body": ""} if mail.kind in FORGOTTEN_ONCE_SENT else {}


def _mark(mail: OutgoingMail, **fields: Any) -> None:
    ours = OutgoingMail.objects.filter(pk=mail.pk, state=MailState.SENDING, attempts=mail.attempts)
    ours.update(lease_until=None, **fields)


def retry_mail(*, mail_id: int, by: int) -> None:
    """Send a mail that failed, was set aside or is in doubt once more. Raises RuleBroken for any other."""
    stuck = OutgoingMail.objects.filter(
        pk=mail_id, state__in=[MailState.FAILED, MailState.IN_DOUBT, MailState.SET_ASIDE]
    ).exclude(to_address="")
    if not stuck.update(state=MailState.QUEUED, attempts=0, not_before=timezone.now(), handled_by=by):
        raise RuleBroken(_("Only mail that failed, is in doubt or was set aside can be sent again."))
    transaction.on_commit(partial(ring, "jobs.mail", mail_id=mail_id))


def set_mail_aside(*, mail_id: int, by: int) -> None:
    """Decide that a mail is not to go out any more. Raises RuleBroken when it is out or on its way."""
    waiting = OutgoingMail.objects.filter(
        pk=mail_id, state__in=[MailState.QUEUED, MailState.FAILED, MailState.IN_DOUBT]
    )
    if not waiting.update(state=MailState.SET_ASIDE, handled_by=by):
        raise RuleBroken(_("Only mail that waits, failed or is in doubt can be set aside."))
