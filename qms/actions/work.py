"""What this room's duties are called, where a person goes to do them, and who can take one over."""

from collections.abc import Iterable

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qms.actions.models import Action
from qms.actions.queries import open_extension
from qms.core.seams.work import WorkItem, WorkKind
from qms.organization.models import User


def _items(keys: Iterable[str]) -> dict[str, WorkItem]:
    """Lead to the page of an action, where each verb stands beside what it is about."""
    found = Action.objects.filter(pk__in=[int(key) for key in keys])
    return {str(each.pk): WorkItem(each.number, each.title, each.get_absolute_url()) for each in found}


def owners_of_processes(keys: Iterable[str]) -> dict[str, int]:
    """Return the process owner whom the ladder tells at its third step, by action."""
    found = Action.objects.filter(pk__in=[int(key) for key in keys], process__owner__isnull=False)
    return {str(pk): owner for pk, owner in found.values_list("pk", "process__owner")}


def _may_own(key: str, _old: int, new: int) -> str:
    if Action.objects.get(pk=key).verifier_id != new:
        return ""
    return gettext("%(name)s verifies this; name somebody else for that first.") % {"name": _name(new)}


def _may_verify(key: str, _old: int, new: int) -> str:
    action = Action.objects.get(pk=key)
    if new not in {action.owner_id, action.done_by_id}:
        return ""
    return gettext("%(name)s owns this; somebody else verifies it.") % {"name": _name(new)}


def _may_answer(key: str, _old: int, new: int) -> str:
    asked = open_extension(Action.objects.get(pk=key))
    if asked is None or asked.asked_by_id != new:
        return ""
    return gettext("%(name)s asked for this; somebody else answers it.") % {"name": _name(new)}


def _name(person: int) -> str:
    return User.objects.get(pk=person).name


KINDS: dict[str, WorkKind] = {
    "do": WorkKind(words=_("Do an action"), describe=_items, owners_of=owners_of_processes, may_take=_may_own),
    "verify": WorkKind(
        words=_("Verify an action"), describe=_items, owners_of=owners_of_processes, may_take=_may_verify
    ),
    "answer_extension": WorkKind(
        words=_("Answer a request for more time"),
        describe=_items,
        owners_of=owners_of_processes,
        may_take=_may_answer,
    ),
}
