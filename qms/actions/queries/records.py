"""Records of other rooms that an action comes from, waits for or is shown by: found, named, and led to."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Model

from qms.core.keyset import is_key
from qms.core.seams.origins import origins
from qms.core.seams.search import searchables
from qms.organization.models import User
from qms.search.queries import keys_numbered

LONGEST = 300


@dataclass(frozen=True)
class Named:
    """A record by model and key, and what it is called; what it was called stays with the action."""

    model: str
    key: str
    label: str

    @classmethod
    def of(cls, row: Model) -> "Named":
        """Return a row as a record that is named."""
        return cls(row._meta.label_lower, str(row.pk), str(row)[:LONGEST])


def named(person: User, model: str, key: str) -> Named | None:
    """Return a record that somebody sees with its name, or None: hidden looks like missing."""
    origin, searchable = origins.get(model), searchables.get(model)
    label: str | None = None
    if origin is not None:
        label = origin.name(person, key)
    elif searchable is not None and is_key(key) and searchable.visible(person).filter(pk=int(key)).exists():
        label = next((f"{each.number} {each.title}".strip() for each in searchable.load([int(key)])), None)
    return Named(model, key, label[:LONGEST]) if label else None


def address_of(person: User, model: str, key: str) -> str:
    """Return the page of a record that somebody sees; empty where there is none for them."""
    origin, searchable = origins.get(model), searchables.get(model)
    if origin is not None:
        return origin.url(key) if origin.name(person, key) else ""
    if searchable is None or not is_key(key) or not searchable.visible(person).filter(pk=int(key)).exists():
        return ""
    return searchable.url(int(key))


def record_numbered(person: User, text: str, *, models: Collection[str] | None = None) -> Named | None:
    """Return the record whose number somebody typed, as far as they see it; of some models, or of all known."""
    return _told_by_its_room(person, text, models) or _found_by_search(person, text, models)


def _told_by_its_room(person: User, text: str, models: Collection[str] | None) -> Named | None:
    for model, origin in origins.items():
        if origin.numbered is not None and (models is None or model in models):
            key = origin.numbered(person, text)
            if key is not None:
                return named(person, model, key)
    return None


def _found_by_search(person: User, text: str, models: Collection[str] | None) -> Named | None:
    for model, searchable in searchables.items():
        if models is None or model in models:
            keys = [int(key) for key in keys_numbered(model, text)[:2]]
            seen = searchable.visible(person).filter(pk__in=keys).first() if keys else None
            if seen is not None:
                return named(person, model, str(seen))
    return None
