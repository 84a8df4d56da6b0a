"""What people are told at once: about their account, and quality managers about roles."""

from collections.abc import Callable

from django.db import transaction
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms.jobs.services import send_mail
from qms.jobs.states import MailKind
from qms.organization.models import User
from qms.organization.queries import old_addresses

Text = Callable[[], tuple[str, str]]


def tell(person: User, text: Text, *, address: str = "", slot: str = "", also: Text | None = None) -> None:
    """Send a person a security mail in their own language. `text` gives subject and body when asked.

    For a fortnight it goes to an address that somebody else has taken from them as well; what holds a link has other
    words for it in `also`.
    """
    _send(person, text, address or person.email, slot)
    for number, old in enumerate(old_addresses(person)):
        if old != address:
            _send(person, also or text, old, slot and f"{slot}:old{number}")


def _send(person: User, text: Text, address: str, slot: str) -> None:
    with translation.override(person.language):
        subject, body = text()
    send_mail(
        to_person=person.pk,
        to_address=address,
        subject=subject,
        body=body,
        kind=MailKind.SECURITY,
        slot=slot,
    )


# What a person is told of their own account, by the library's name for it.
ACCOUNT_MAILS: dict[str, tuple[Promise, Promise]] = {
    "password_reset_key": (
        gettext_lazy("Choose another password"),
        gettext_lazy(
            "Somebody, you most likely, asked for another password for you. Choose it here, within three days:\n\n"
            "%(address)s\n\nIf it was not you, do nothing: your password stays as it is."
        ),
    ),
    "password_changed": (gettext_lazy("Your password was changed"), gettext_lazy("Your password was changed.")),
    "password_set": (gettext_lazy("Your password was set"), gettext_lazy("A password was set for your account.")),
    "password_reset": (
        gettext_lazy("Your password was changed"),
        gettext_lazy("Your password was changed through the link that was sent to you."),
    ),
    "totp_activated": (
        gettext_lazy("An authenticator app was added"),
        gettext_lazy("From now on your sign-in asks for a code of your authenticator app."),
    ),
    "totp_deactivated": (
        gettext_lazy("The authenticator app was removed"),
        gettext_lazy("Your sign-in no longer asks for a code of an authenticator app."),
    ),
    "recovery_codes_generated": (
        gettext_lazy("New recovery codes were made"),
        gettext_lazy("New recovery codes were made for your account; the ones before no longer work."),
    ),
    "webauthn_added": (gettext_lazy("A passkey was added"), gettext_lazy("A passkey was added to your account.")),
    "webauthn_removed": (
        gettext_lazy("A passkey was removed"),
        gettext_lazy("A passkey was removed from your account."),
    ),
}
_NOT_YOU = gettext_lazy("If it was not you, tell your quality manager at once.")
TAKEN_BACK = gettext_lazy("API tokens and calendar addresses of before open nothing any more; you can make new ones.")
_TAKES_BACK = frozenset({"password_changed", "password_set", "password_reset", "totp_deactivated", "webauthn_removed"})


@transaction.atomic
def tell_of_account(person: User, about: str, *, address: str = "") -> None:
    """Tell a person what happened to their account, or send them the link they asked for.

    `about` is the library's name of the event; one that no page of ours leads to says nothing.
    """
    if about not in ACCOUNT_MAILS:
        return

    def text() -> tuple[str, str]:
        subject, body = ACCOUNT_MAILS[about]
        if address:
            return str(subject), str(body) % {"address": address}
        more = (TAKEN_BACK, _NOT_YOU) if about in _TAKES_BACK else (_NOT_YOU,)
        return str(subject), " ".join(str(each) for each in (body, *more))

    tell(person, text, also=link_went_elsewhere if address else None)


def link_went_elsewhere() -> tuple[str, str]:
    """Say at an address that was changed not long ago that a link went to the new one."""
    return (
        _("A link to choose a password was sent"),
        _(
            "A link to choose a password for your account was sent to another address, to which yours was changed not "
            "long ago. If this is not right, tell your quality manager at once."
        ),
    )
