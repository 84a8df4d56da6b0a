"""Short ways for the tests of this room."""

import json

from django.urls import reverse
from django.utils import timezone

from qms.core.errors import NotPermitted
from qms.core.seams.after import after
from qms.organization.models import User
from qms.organization.queries import waiting_for
from qms.signatures.services import refuse_borrowed
from qms.trail.models import Entry


def url(name, *args) -> str:
    """Return the address of one of this room's pages."""
    return reverse(f"organization:{name}", args=args)


def verbs(row=None) -> list[str]:
    """Return the verbs of the entries about a row (of all entries without one), oldest first."""
    found = Entry.objects.order_by("pk")
    if row is not None:
        found = found.filter(targets__model=row._meta.label_lower, targets__key=str(row.pk))
    return [entry.verb.removeprefix("organization.") for entry in found]


def last_detail() -> dict:
    """Return the detail of the newest entry."""
    return json.loads(Entry.objects.order_by("pk").last().detail.text)


def signs(person) -> bool:
    """Return whether a person's sign-in signs, now."""
    try:
        refuse_borrowed(User.objects.get(pk=person.pk))
    except NotPermitted:
        return False
    return True


def came(*people) -> None:
    """Let people have signed in just now."""
    User.objects.filter(pk__in=[each.pk for each in people]).update(last_login=timezone.now())


def waiting(by) -> list[User]:
    """Return whom somebody may confirm now."""
    return [each.person for each in waiting_for(by)]


class Heard:
    """What the rooms above were told."""

    def __init__(self) -> None:
        self.happenings = []

    def __call__(self, happening) -> None:
        self.happenings.append(happening)

    @property
    def verbs(self) -> list[str]:
        """Return the verbs heard, in order."""
        return [happening.verb for happening in self.happenings]


def listen(monkeypatch, *names: str) -> Heard:
    """Hear some happenings for the length of one test."""
    heard = Heard()
    for name in names:
        handlers = {**after._handlers.get(name, {}), "zz.test": heard}
        monkeypatch.setitem(after._handlers, name, handlers)
    return heard
