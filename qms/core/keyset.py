"""Lists page by keyset: where a page ends is a key in the address, never a number of rows to skip."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import DataError
from django.db.models import Model, Q, QuerySet
from django.http import QueryDict

M = TypeVar("M", bound=Model)
T = TypeVar("T")

PAGE_SIZE = 50
LARGEST_KEY = 2**63 - 1


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list, and the keys of the page before it and after it; empty where there is none."""

    rows: list[T]
    before: str = ""
    after: str = ""


def page(
    rows: QuerySet[M], order: tuple[str, ...], *, after: str = "", before: str = "", size: int = PAGE_SIZE
) -> Page[M]:
    """Return one page of a queryset in an order whose last field is unique and whose fields are never null.

    Takes the order as for `order_by`, and the key that `Page.after` or `Page.before` gave. A key that says nothing
    (cut off, made up) is the first page.
    """
    backwards = bool(before)
    key = _read(before or after, order)
    if key is None:
        backwards = False
    way = _turned(order) if backwards else order
    try:
        found = list((rows.filter(_beyond(way, key)) if key else rows).order_by(*way)[: size + 1])
    except (ValidationError, ValueError, OverflowError, DataError):
        if key is None:
            raise
        # The key has the form of one, but not the types of these fields: somebody made it up.
        return page(rows, order, size=size)
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    earlier = more if backwards else key is not None
    later = more or backwards
    return Page(
        rows=found,
        before=_written(found[0], order) if found and earlier else "",
        after=_written(found[-1], order) if found and later else "",
    )


def is_key(text: str) -> bool:
    """Return whether a text can be the key of a row: decimal, and no larger than the largest."""
    return text.isascii() and text.isdecimal() and len(text) <= 19 and int(text) <= LARGEST_KEY


def by_key(field: str, text: str) -> Q:
    """Return the condition that a field is the key that an address gives; what can be no key is no row's."""
    return Q(**{field: int(text)}) if is_key(text) else Q(pk=None)


def addresses(query: QueryDict, page: Page[Any]) -> dict[str, str]:
    """Return the addresses of the pages before and after this one, all filters kept; empty where there is none."""
    return {"before_url": _address(query, before=page.before), "after_url": _address(query, after=page.after)}


def _address(query: QueryDict, **key: str) -> str:
    if not any(key.values()):
        return ""
    changed = query.copy()
    for name in ("before", "after"):
        changed.pop(name, None)
    changed.update(key)
    return f"?{changed.urlencode()}"


def _turned(order: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name[1:] if name.startswith("-") else f"-{name}" for name in order)


def _beyond(order: tuple[str, ...], key: list[Any]) -> Q:
    """Return the rows behind a key: a wide bound that the index answers, and the exact one beside it."""
    exact, equal = Q(), Q()
    for name, value in zip(order, key, strict=True):
        bare = name.removeprefix("-")
        exact |= equal & Q(**{f"{bare}__{'lt' if name.startswith('-') else 'gt'}": value})
        equal &= Q(**{bare: value})
    first = order[0].removeprefix("-")
    return Q(**{f"{first}__{'lte' if order[0].startswith('-') else 'gte'}": key[0]}) & exact


def _written(row: Model, order: tuple[str, ...]) -> str:
    values = [_plain(_value(row, name.removeprefix("-"))) for name in order]
    return urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode().rstrip("=")


def _value(row: Model, name: str) -> Any:
    value: Any = row
    for part in name.split("__"):
        value = getattr(value, part)
    return value


def _plain(value: Any) -> str | int:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if isinstance(value, int) else str(value)


def _read(text: str, order: tuple[str, ...]) -> list[Any] | None:
    if not text:
        return None
    try:
        values = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, Error, RecursionError):
        return None
    good = isinstance(values, list) and len(values) == len(order)
    return values if good and all(isinstance(each, str | int) for each in values) else None
