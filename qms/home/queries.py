"""What the front rooms ask of the others."""

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

from qms.core.seams.figures import Figure, figures
from qms.core.seams.navigation import navigation
from qms.core.seams.search import searchables
from qms.organization.models import User
from qms.search.queries import Hit, search, suggest


@dataclass(frozen=True)
class Found:
    """One result as pages show it."""

    number: str
    label: str
    kind: str
    url: str
    icon: str
    segments: tuple[Any, ...] = ()
    locator: str = ""


def palette_items(person: User, text: str) -> list[Found]:
    """Return what the palette offers: places that fit, then records by number and title."""
    places = [
        Found("", str(place.label), "", url, place.icon)
        for place in navigation
        if place.shown(person) and text.casefold() in str(place.label).casefold() and (url := _address(place.url_name))
    ]
    return [*places[:5], *(_found(hit) for hit in suggest(person, text))] if text.strip() else places


def results(person: User, text: str, *, after: str = "") -> list[Found]:
    """Return what a text finds among everything a person may see, the best first."""
    return [_found(hit) for hit in search(person, text, after=after)]


def figures_for(person: User) -> list[Figure]:
    """Return the figures of all rooms that a person is shown on the front page."""
    return [figure for source in figures for figure in source(person)]


def _found(hit: Hit) -> Found:
    searchable = searchables[hit.model]
    return Found(
        number=hit.number,
        label=hit.title,
        kind=str(searchable.label),
        url=searchable.url(hit.key),
        icon="file-text",
        segments=hit.snippet,
        locator=hit.locator,
    )


def _address(url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""
