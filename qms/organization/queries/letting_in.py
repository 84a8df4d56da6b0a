"""Who cannot sign in yet because they have no password, and what each of them needs."""

from dataclasses import dataclass
from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import QuerySet
from django.utils import timezone

from qms.organization.models import CredentialTouch, User
from qms.organization.states import Touch


@dataclass(frozen=True)
class WithoutPassword:
    """People without a password: who is to get a link, whose link still holds, and who has no address for one."""

    to_send: list[User]
    sent: list[User]
    no_address: list[User]

    @property
    def number(self) -> int:
        """Return how many they are."""
        return len(self.to_send) + len(self.sent) + len(self.no_address)


def without_password() -> WithoutPassword:
    """Return who is here and has no password, by name; two queries for any number."""
    people, held = list(_people()), _with_link()
    found = WithoutPassword([], [], [])
    for person in people:
        kind = found.no_address if not person.email else found.sent if person.pk in held else found.to_send
        kind.append(person)
    return found


def _people() -> QuerySet[User]:
    """Return those with no way in: no password, no passkey, and no link to the single sign-on."""
    keys = Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).values("user_id")
    nobody_in = User.objects.filter(is_active=True, password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return nobody_in.filter(external_identity__isnull=True).exclude(pk__in=keys).order_by("name", "pk")


def _with_link() -> set[int]:
    """Return who was sent a link that still holds: it ends with its time, and when the address changes."""
    since = timezone.now() - timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    rows = CredentialTouch.objects.filter(touched_at__gt=since, what__in=[Touch.LINK, Touch.ADDRESS, Touch.RETURNED])
    last = dict(rows.order_by("pk").values_list("person_id", "what"))
    return {person_id for person_id, what in last.items() if what == Touch.LINK}
