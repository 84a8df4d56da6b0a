"""What the front rooms ask of the others."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Exists
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from qms.core.seams.figures import Figure, figures
from qms.core.seams.navigation import navigation
from qms.core.seams.search import searchables
from qms.core.seams.start import StartStep, start_steps
from qms.home.words import HELP_PAGES
from qms.jobs.queries import mail_stays_here
from qms.organization.models import User
from qms.organization.queries import may, setting
from qms.organization.queries.people import suggestions
from qms.organization.rights import Can
from qms.organization.settings_of_ours import FIRST_STEPS_SET_ASIDE
from qms.search.queries import Hit, search, search_meant, search_some, suggest

MOST_PEOPLE = 4
MOST_HELP = 3


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
    if not text.strip():
        return [*places, Found("", str(_("Help")), "", reverse("home:help"), "circle-question-mark")]
    return [*places[:5], *_help(text), *(_found(hit) for hit in suggest(person, text)), *_people(person, text)]


def _help(text: str) -> list[Found]:
    """Return the pages of the help that a text may mean: by their title or what they answer, or all for "help"."""
    wanted, kind = text.strip().casefold(), str(_("Help"))
    whole = [Found("", kind, "", reverse("home:help"), "circle-question-mark")] if wanted in kind.casefold() else []
    fitting = [each for each in HELP_PAGES if wanted in f"{each.title} {each.words}".casefold()]
    pages = [
        Found("", str(each.title), kind, reverse("home:help_page", args=[each.slug]), each.icon)
        for each in fitting[:MOST_HELP]
    ]
    return [*whole, *pages]


@dataclass(frozen=True)
class Results:
    """What a search found: whether every word is held, and what was meant where something else was looked for."""

    found: list[Found]
    every: bool = True
    meant: str = ""


def results(person: User, text: str, *, after: str = "") -> Results:
    """Return what a text finds among everything a person may see, the best first.

    Where nothing holds every word, what the mistyped ones may have meant is looked for, and then what holds most.
    """
    found = search(person, text, after=after)
    if found or after:
        return Results([*([] if after else _people(person, text)), *map(_found, found)])
    people = _people(person, text)
    meant, found = search_meant(person, text)
    if found:
        return Results([*people, *map(_found, found)], meant=meant)
    some = search_some(person, text)
    return Results([*people, *map(_found, some)], every=not some)


def _people(person: User, text: str) -> list[Found]:
    """Return a few people whom a text may mean, for who may see the list of people."""
    if not may(person, Can.SEE_PEOPLE):
        return []
    return [
        Found("", each.name, str(_("Person")), each.get_absolute_url(), "user-round")
        for each in suggestions(text)[:MOST_PEOPLE]
    ]


def figures_for(person: User) -> list[Figure]:
    """Return the figures of all rooms that a person is shown on the front page."""
    return [figure for source in figures for figure in source(person)]


@dataclass(frozen=True)
class Shown:
    """A first step as pages show it; without an address for those who may not take it."""

    step: StartStep
    url: str
    done: bool


@dataclass(frozen=True)
class Beginning:
    """What the first page of somebody who sets the system up says besides the work: the steps left to them, whether
    they may set these aside, and that mail reaches nobody.
    """

    steps: list[Shown]
    may_set_aside: bool = False
    mail_kept: bool = False


def may_begin(person: User) -> bool:
    """Return whether somebody sets the system up; in the demo everybody looks at how that is done."""
    return settings.DEMO or may(person, Can.CHANGE_SETTINGS) or may(person, Can.ACCOUNTS)


def first_steps(person: User) -> list[Shown]:
    """Return all first steps in their order; in the demo none is ever done."""
    steps = list(start_steps)
    done = [False] * len(steps) if settings.DEMO else _done(person, steps)
    return [
        Shown(step, reverse(step.url_name) if step.shown(person) else "", each)
        for step, each in zip(steps, done, strict=True)
    ]


def _done(person: User, steps: list[StartStep]) -> list[bool]:
    """Return which steps are done: one query for all of them."""
    there = [Exists(step.done()) for step in steps]
    return list(User.objects.filter(pk=person.pk).values_list(*there).get()) if there else []


def beginning(person: User) -> Beginning:
    """Return what is left of the beginning for a person; nothing in the demo, where nobody begins."""
    if settings.DEMO:
        return Beginning([])
    aside = setting(FIRST_STEPS_SET_ASIDE) or not may_begin(person)
    mine = [step for step in start_steps if not aside and step.shown(person)]
    left = [step for step, done in zip(mine, _done(person, mine), strict=True) if not done]
    steps = [Shown(step, reverse(step.url_name), False) for step in left]
    mail_kept = mail_stays_here() and may(person, Can.SEE_MAIL)
    return Beginning(steps, may(person, Can.CHANGE_SETTINGS), mail_kept)


def _found(hit: Hit) -> Found:
    searchable = searchables[hit.model]
    return Found(
        number=hit.number,
        label=hit.title,
        kind=str(searchable.label),
        url=searchable.url(hit.key),
        icon=searchable.icon,
        segments=hit.snippet,
        locator=hit.locator,
    )


def _address(url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""
