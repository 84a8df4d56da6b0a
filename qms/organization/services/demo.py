"""What only the demo organization needs."""

from collections.abc import Iterable
from functools import cache

from django.contrib.auth.hashers import make_password
from django.db import transaction

from qms.organization.models import User
from qms.organization.services.checks import written


@transaction.atomic
def choose_same_password(*, people: Iterable[User], password: str) -> None:
    """Let made-up people each choose the same password. It is hashed once: thirty good hashes take half a minute."""
    for person in people:
        person.password, person.password_is_own = _hashed(password), True
        person.save(update_fields=["password", "password_is_own"])
        written("password_chosen", person, by=person)


@cache
def _hashed(password: str) -> str:
    return make_password(password)
