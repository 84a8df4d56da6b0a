"""What whoever has the shell of the server does to a sign-in: recorded as the system's act, and signing nothing.

A command acts for nobody by name, so that nothing it does counts as confirmed by a person (21 CFR 11.100(b), 11.300).
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from qms.core.actors import SYSTEM
from qms.core.errors import RuleBroken
from qms.organization.models import User
from qms.organization.queries import awaits_confirmation, confirmers_of, is_alone
from qms.organization.services.passwords import set_password
from qms.organization.services.possession import confirm_alone


@dataclass(frozen=True)
class SetOnServer:
    """The temporary password, whether the sign-in still waits, who may confirm it, and whether nobody ever could."""

    person: User
    password: str
    waits: bool
    confirmers: list[User]
    alone: bool


@transaction.atomic
def set_password_on_server(*, username: str, how: str = "") -> SetOnServer:
    """Give a person a temporary password by a command; with `how`, confirm who is alone in the same breath.

    Raises RuleBroken for a user name that nobody has, somebody who has left, and a confirmation where other people
    can confirm or where a person touched the sign-in; then nothing changes.
    """
    person = User.objects.filter(username=username.strip().lower()).first()
    if person is None:
        raise RuleBroken(_("Nobody here has this user name."), code="no_such_person")
    password = set_password(person_id=person.pk, by=SYSTEM)
    if how:
        confirm_alone(person=person, how=how)
    waits = awaits_confirmation(person)
    return SetOnServer(person, password, waits, confirmers_of(person) if waits else [], is_alone(person))
