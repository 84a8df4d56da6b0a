"""What people are told at once: about their account, and quality managers about roles (design 5)."""

from collections.abc import Callable

from django.db import transaction
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from qms.jobs.services import send_mail
from qms.jobs.states import MailKind
from qms.organization.models import User

Text = Callable[[], tuple[str, str]]


def tell(person: User, text: Text, *, address: str = "", slot: str = "") -> None:
    """Send a person a security mail in their own language. `text` gives subject and body when asked."""
    with translation.override(person.language):
        subject, body = text()
    send_mail(
        to_person=person.pk,
        to_address=address or person.email,
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
_NOT_YOU = gettext_lazy("If it was not you, tell your IT at once.")


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
        return str(subject), f"{body} {_NOT_YOU}"

    tell(person, text)
