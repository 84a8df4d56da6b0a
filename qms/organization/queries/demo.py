"""The one-click sign-ins of the demo organization."""

from dataclasses import dataclass

from django.conf import settings

from qms.organization.models import User
from qms.organization.queries.options import setting


@dataclass(frozen=True)
class DemoLogin:
    """One person of the demo organization, and what they are there to show."""

    username: str
    name: str
    words: str


def demo_logins() -> list[DemoLogin]:
    """Return whom the sign-in page offers in one click; nobody outside demo mode (issue line 18).

    The demo data keeps them in the setting `demo.logins` as a list of [user name, words].
    """
    if not settings.DEMO:
        return []
    offered: list[list[str]] = setting("demo.logins", [])
    people = User.objects.filter(is_active=True, username__in=[username for username, _words in offered])
    names = {person.username: person.name for person in people}
    return [DemoLogin(username, names[username], words) for username, words in offered if username in names]
