"""What every verb of this room asks before it writes."""

from enum import StrEnum
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from qms.core.actors import Actor
from qms.core.errors import NotPermitted, RuleBroken
from qms.core.seams.after import Happening, after
from qms.organization.models import User
from qms.organization.queries import may
from qms.organization.states import Scope
from qms.trail.models import Entry
from qms.trail.services import record


def require(by: Actor, *rights: StrEnum, scope: Scope | None = None) -> None:
    """Raise NotPermitted unless the actor is the system itself or a person who holds one of these rights."""
    if by.person_id is None:
        return
    if isinstance(by, User) and any(may(by, right, scope) for right in rights):
        return
    raise NotPermitted(_("You may not do this."))


def one_at_a_time() -> None:
    """Hold the lock under which roles and lines of management change, so that two changes see each other.

    SQLite has one writer anyway; on PostgreSQL the first person's row is the lock.
    """
    User.objects.select_for_update().order_by("pk").values_list("pk", flat=True).first()


def locked(person_id: int) -> User:
    """Return a person with the row locked; raise RuleBroken when there is no such person."""
    found = User.objects.select_for_update(of=("self",)).filter(pk=person_id).first()
    if found is None:
        raise RuleBroken(_("There is no such person."), code="no_such_person")
    return found


def written(verb: str, *rows: Model, by: Actor, told_as: str = "", **detail: Any) -> Entry:
    """Write the entry of a verb of this room, then tell the rooms above, in the same transaction.

    `told_as` is the name under which they hear of it where several verbs come to the same for them.
    """
    entry = record(f"organization.{verb}", *rows, by=by, **detail)
    subject = rows[0]
    happening = f"organization.{told_as or verb}"
    after.run(Happening(happening, subject._meta.label_lower, str(subject.pk), by, {"verb": verb, **detail}))
    return entry


def named(by: Actor) -> str:
    """Return who acts as a mail names them."""
    return by.name if isinstance(by, User) else str(_("the system"))
