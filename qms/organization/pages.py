"""What the list of people shows above itself: filters as links in the address. Presentation only."""

from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qms.organization.models import User
from qms.organization.queries import PeopleFilter, active_sites, active_teams, may, names_of_people
from qms.organization.rights import Can
from qms.organization.states import ROLE_WORDS, Role


def wanted_people(request: HttpRequest) -> PeopleFilter:
    """Return the filter that the address of the list of people holds."""
    given = request.GET
    state = given.get("state", "active")
    return PeopleFilter(
        words=given.get("q", "").strip()[:80],
        site=given.get("site", ""),
        team=given.get("team", ""),
        role=given.get("role", "") if given.get("role") in set(Role) else "",
        manager=given.get("manager", ""),
        state=state if state in {"active", "left", "all"} else "active",
    )


def filters_of(request: HttpRequest, wanted: PeopleFilter) -> list[dict[str, Any]]:
    """Return the chips above the list of people."""
    sites = {str(site.pk): site.name for site in active_sites()}
    teams: dict[str, str] = {str(team.pk): team.name for team in active_teams()}
    roles = {role.value: str(words) for role, words in ROLE_WORDS.items()}
    states = {"left": _("have left"), "all": _("here and gone")}
    state = "" if wanted.state == "active" else wanted.state
    found = [
        chip(request.GET, "q", _("Words"), wanted.words, {wanted.words: wanted.words} if wanted.words else {}),
        chip(request.GET, "site", _("Site"), wanted.site, sites),
        chip(request.GET, "team", _("Team"), wanted.team, teams),
        chip(request.GET, "role", _("Role"), wanted.role, roles),
        chip(request.GET, "manager", _("Line manager"), wanted.manager, names_of_people([wanted.manager])),
        chip(request.GET, "state", _("State"), state, states),
    ]
    return [each for each in found if each.get("value") or each.get("options")]


def chip(query: QueryDict, name: str, label: str, value: str, choices: dict[str, str]) -> dict[str, Any]:
    """Return one filter: what it is set to and the address without it, or the addresses it could be set to."""
    if value:
        return {"label": label, "value": choices.get(value, _("unknown")), "remove_url": _address(query, name, "")}
    return {
        "label": label,
        "options": [{"label": words, "url": _address(query, name, key)} for key, words in choices.items()],
    }


def summary_of(wanted: PeopleFilter, number: int) -> str:
    """Return the first line of the list of people: how many, and of what."""
    words = {
        "active": ngettext("%(number)d person is here.", "%(number)d people are here.", number),
        "left": ngettext("%(number)d person has left.", "%(number)d people have left.", number),
        "all": ngettext("%(number)d person, here or gone.", "%(number)d people, here or gone.", number),
    }
    return words[wanted.state] % {"number": number}


def structure_tabs(viewer: User, current: str) -> list[dict[str, Any]]:
    """Return the tabs of the parts of the organization."""
    pages = {"people": _("People"), "teams": _("Teams"), "sites": _("Sites")}
    if not may(viewer, Can.SEE_PEOPLE):
        del pages["people"]
    return [
        {"label": label, "url": reverse(f"organization:{name}"), "current": name == current}
        for name, label in pages.items()
    ]


def _address(query: QueryDict, name: str, value: str) -> str:
    changed = query.copy()
    for gone in ("after", "before", name):
        changed.pop(gone, None)
    if value:
        changed[name] = value
    return f"?{changed.urlencode()}"
