"""What the pages of duties show around their lists: tabs, and filters as links in the address. Presentation only."""

from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from qms.core.seams.work import work_kinds
from qms.duties.queries import Wanted, is_manager, may_see_all
from qms.duties.queries.others import name_of_person, name_of_team, names_of_sites
from qms.organization.models import User


def tabs_of(viewer: User, current: str) -> list[dict[str, Any]]:
    """Return the tabs a person is shown above their work."""
    tabs = [("mine", _("Mine"), "my_work", True), ("people", _("My people"), "my_people", is_manager(viewer))]
    see_all = may_see_all(viewer)
    tabs += [("everyone", _("Everybody"), "everyone", see_all), ("overdue", _("Who is late"), "overdue", see_all)]
    tabs.append(("calendar", _("Calendar"), "calendar", True))
    return [
        {"label": label, "url": reverse(f"duties:{name}"), "current": key == current}
        for key, label, name, shown in tabs
        if shown
    ]


def filters_of(query: QueryDict, wish: Wanted) -> list[dict[str, Any]]:
    """Return the chips above the list of everybody's duties."""
    whens: dict[str, str | Promise] = {"coming": _("not yet due"), "undated": _("without a day")}
    when = "" if wish.when == "late" else wish.when
    kinds = {key: kind.words for key, kind in work_kinds.items()}
    sites = {str(key): name for key, name in names_of_sites().items()}
    chips = [
        _chip(query, "when", _("When"), when, whens),
        _chip(query, "kind", _("What"), wish.kind, kinds),
        _chip(query, "site", _("Site"), wish.site, sites),
    ]
    if wish.person:
        chips.append(_chip(query, "person", _("Person"), wish.person, {wish.person: name_of_person(wish.person)}))
    if wish.team:
        chips.append(_chip(query, "team", _("Team"), wish.team, {wish.team: name_of_team(wish.team)}))
    return chips


def _chip(
    query: QueryDict, name: str, label: str, value: str, choices: dict[str, str] | dict[str, Promise] | dict[str, Any]
) -> dict[str, Any]:
    if value:
        return {"label": label, "value": choices.get(value, _("unknown")), "remove_url": _address(query, name, "")}
    return {
        "label": label,
        "options": [{"label": words, "url": _address(query, name, key)} for key, words in choices.items()],
    }


def _address(query: QueryDict, name: str, value: str) -> str:
    changed = query.copy()
    for gone in ("after", "before", name):
        changed.pop(gone, None)
    if value:
        changed[name] = value
    return f"?{changed.urlencode()}"
