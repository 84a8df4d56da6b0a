"""Doors: load and permit in one function; what is hidden looks like what is missing."""

from typing import Any
from urllib.parse import quote

from django.http import Http404
from django.urls import reverse

from qms.actions.models import Action
from qms.actions.queries import RegisterFilter, actions_of, registered, rows_of, visible_to
from qms.actions.rights import Can
from qms.filing.models import Attachment
from qms.filing.queries import attachments_of
from qms.organization.models import Process, User
from qms.organization.queries import may

# The most that the sheet of a process shows.
FEW = 12


def action_for(person: User, key: int) -> Action:
    """Return an action that a person may see; raise Http404 otherwise."""
    found = (
        visible_to(person)
        .filter(pk=key)
        .select_related("owner", "verifier", "given_by", "done_by", "verified_by", "cancelled_by", "process", "site")
    )
    action = found.first()
    if action is None:
        raise Http404
    return action


def file_for(person: User, key: int, file: int) -> tuple[Action, Attachment]:
    """Return a file that shows what was done, with its action, to who may see that; raise Http404 otherwise."""
    action = action_for(person, key)
    found = attachments_of(action).filter(pk=file).first()
    if found is None:
        raise Http404
    return action, found


def may_give(person: User) -> bool:
    """Return whether a person may give actions."""
    return may(person, Can.GIVE)


def require_giving(person: User) -> None:
    """Raise Http404 unless a person may give actions."""
    if not may_give(person):
        raise Http404


def sees_register(person: User) -> bool:
    """Return whether a person is led to the register: who sees or gives actions of others."""
    return may(person, Can.SEE) or may(person, Can.GIVE)


def panel_of(viewer: User, model: str, key: object) -> dict[str, Any]:
    """Return what `actions/panel.html` is given of a record: the rows of its actions that the viewer sees, how many
    they do not see, and the way to add one for who may.
    """
    rows = rows_of(actions_of(model, key))
    seen = set(visible_to(viewer).filter(pk__in=[row.action.pk for row in rows]).values_list("pk", flat=True))
    shown = [row for row in rows if row.action.pk in seen]
    return {
        "rows": shown,
        "unseen": len(rows) - len(shown),
        "more_url": "",
        "add_url": address_from(model, str(key)) if may_give(viewer) else "",
    }


def panel_of_process(viewer: User, process: Process) -> dict[str, Any] | None:
    """Return what the sheet of a process shows of the actions in hand that belong to it; None for who sees none and
    gives none.
    """
    wanted = RegisterFilter(process=str(process.pk))
    rows = rows_of(registered(viewer, wanted).order_by("due_on", "pk")[:FEW])
    gives = may_give(viewer)
    if not rows and not gives:
        return None
    add = address_from("organization.process", str(process.pk)) if gives else ""
    return {
        "rows": rows,
        "unseen": 0,
        "more_url": f"{reverse('actions:register')}{wanted.address()}" if rows else "",
        "add_url": add,
    }


def address_from(model: str, key: str) -> str:
    """Return where an action is given that comes from a record."""
    return f"{reverse('actions:new')}?from={quote(f'{model}/{key}')}"
