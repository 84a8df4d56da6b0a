"""What people are told at once: about their account, and quality managers about roles (design 5)."""

from collections.abc import Callable

from django.utils import translation

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
