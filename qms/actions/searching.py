"""Actions in the search: who sees which, and what is found in them."""

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qms.actions.models import Action
from qms.actions.queries import MODEL, visible_to
from qms.actions.states import State
from qms.core.seams.search import Searchable, SearchPassage, SearchSource
from qms.organization.models import User

_STANDING = {State.OPEN.value: 0, State.DONE.value: 1}


def _visible(person: User) -> QuerySet[Action, int]:
    return visible_to(person).values_list("pk", flat=True)


def _keys() -> Iterable[int]:
    return Action.objects.order_by("pk").values_list("pk", flat=True).iterator()


def load(keys: Sequence[int]) -> Iterable[SearchSource]:
    """Yield what search knows of some actions."""
    for action in Action.objects.filter(pk__in=keys):
        yield SearchSource(
            model=MODEL,
            key=action.pk,
            number=action.number,
            title=action.title,
            updated_at=action.verified_at or action.done_at or action.given_at,
            state=action.state,
            standing=_STANDING.get(action.state, 2),
            site_id=action.site_id,
            process_id=action.process_id,
            passages=[SearchPassage("", "\n".join(filter(None, (action.words, action.done_words))))],
        )


SEARCHABLES = {
    MODEL: Searchable(
        label=_("Action"),
        visible=_visible,
        keys=_keys,
        load=load,
        url=lambda key: reverse("actions:action", args=[key]),
        icon="clipboard-check",
    )
}
