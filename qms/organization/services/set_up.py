"""The first day: the organization's name, its first person, and the first quality manager."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from qms.core.actors import SYSTEM
from qms.core.errors import RuleBroken
from qms.organization.models import User
from qms.organization.services.checks import one_at_a_time
from qms.organization.services.options import change_setting
from qms.organization.services.passwords import temporary_password
from qms.organization.services.people import create_person
from qms.organization.services.roles import grant_role, name_first_quality_manager
from qms.organization.states import Role


@dataclass(frozen=True)
class FirstPerson:
    """Who was made at the set-up, and the temporary password that is shown once."""

    person: User
    password: str


@transaction.atomic
def set_up(
    *, organization: str, zone: str, username: str, name: str, email: str = "", quality_manager: bool = True
) -> FirstPerson:
    """Make the first person, who administers the accounts and, if wanted, is the first quality manager.

    The one place where one person gets both roles from the system itself; every entry says so. Raises RuleBroken
    when there are people already.
    """
    one_at_a_time()
    if User.objects.exists():
        raise RuleBroken(_("This system is set up already."), code="set_up_already")
    change_setting(key="organization.name", value=organization, by=SYSTEM)
    change_setting(key="organization.zone", value=zone, by=SYSTEM)
    password = temporary_password()
    person = create_person(username=username, name=name, email=email, time_zone=zone, password=password, by=SYSTEM)
    grant_role(person_id=person.pk, role=Role.IT_ADMIN, by=SYSTEM)
    if quality_manager:
        name_first_quality_manager(person_id=person.pk, by=SYSTEM)
    return FirstPerson(person, password)
