"""What can be found: each room says what of its records is searched, and who may see which."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from qms.core.seams.registry import Registry


@dataclass(frozen=True)
class SearchPassage:
    """A piece of a body with the place people know it by: a heading, or `page 3`."""

    locator: str
    text: str


@dataclass(frozen=True)
class SearchSource:
    """All that search knows of one record. `standing` orders equal matches: 0 in force, 1 in work, 2 history."""

    model: str
    key: int
    number: str
    title: str
    updated_at: datetime
    kind: str = ""
    state: str = ""
    standing: int = 0
    site_id: int | None = None
    process_id: int | None = None
    language: str = ""
    passages: Sequence[SearchPassage] = ()


@dataclass(frozen=True)
class Searchable:
    """One model in the index, registered under its name (`documents.document`).

    `visible` gives what a person may see as a one-column queryset of the model's own primary keys: it is narrowed to
    the best of what was found, or joined as a subquery to all of it;
    `keys` gives every key there is and `load` the sources of some of them, for the rebuilding of the index; `url` is
    the page of one key. `icon` is the mark beside a result.
    """

    label: str | Promise
    visible: Callable[[Any], QuerySet[Any, Any]]
    keys: Callable[[], Iterable[int]]
    load: Callable[[Sequence[int]], Iterable[SearchSource]]
    url: Callable[[int], str]
    icon: str = "file-text"


searchables: Registry[Searchable] = Registry("searchable models")
