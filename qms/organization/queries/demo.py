"""The one-click sign-ins of the demo organization."""

from dataclasses import dataclass

from django.conf import settings

from qms.organization.models import User
from qms.organization.queries.options import setting
from qms.organization.states import ROLE_WORDS, Role


@dataclass(frozen=True)
class DemoLogin:
    """One person of the demo organization: who they are, what they are, and what there is to see as them."""

    username: str
    name: str
    words: str
    says: str = ""


def demo_logins() -> list[DemoLogin]:
    """Return whom the sign-in page offers in one click; nobody outside demo mode."""
    return loaded_logins() if settings.DEMO else []


def loaded_logins() -> list[DemoLogin]:
    """Return the people of the demo organization who are offered where one is loaded.

    The demo data keeps them in the setting `demo.logins` as a list of [user name, role, what there is to see].
    """
    offered: list[list[str]] = setting("demo.logins", [])
    people = User.objects.filter(is_active=True, username__in=[username for username, *_rest in offered])
    names = {person.username: person.name for person in people}
    return [
        DemoLogin(username, names[username], str(ROLE_WORDS[Role(role)]), says)
        for username, role, says in offered
        if username in names
    ]


def demo_password() -> str:
    """Return the password that everybody of the demo organization has; nothing where none is loaded."""
    password: str = setting("demo.password", "")
    return password
