"""What the shell of every page shows: navigation, the person, what is due (docs/pages.md)."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from qms.core.seams.navigation import Place, navigation
from qms.core.seams.start import start_steps
from qms.duties.queries import open_count
from qms.home.queries import Beginning, beginning
from qms.organization.models import User
from qms.organization.queries import may, organization_zone, setting
from qms.organization.rights import Can


@dataclass(frozen=True)
class NavItem:
    """One entry of the rail."""

    label: str
    url: str
    icon: str
    current: bool
    count: int = 0
    short: str = ""


@dataclass(frozen=True)
class PersonChip:
    """Who is signed in, for the top bar."""

    name: str
    initials: str
    url: str
    key: int = 0


@dataclass(frozen=True)
class Shell:
    """The context that `templates/base.html` reads."""

    organization: str
    demo: bool
    theme: str
    nav: list[NavItem] = field(default_factory=list)
    settings_nav: list[NavItem] = field(default_factory=list)
    person: PersonChip | None = None
    due: int = 0
    palette_url: str = ""
    search_url: str = ""
    work_url: str = ""
    preferences_url: str = ""
    start_url: str = ""
    help_url: str = ""
    logo_url: str = ""
    shortcuts: bool = True
    sees_people: bool = False
    viewer: User | None = None

    @cached_property
    def today(self) -> date:
        """The organization's day, by which things are due; asked for once a page, when a page shows a due day."""
        return timezone.localdate(timezone=organization_zone())

    @cached_property
    def beginning(self) -> Beginning:
        """What the first page says to those who set the system up; asked for by the pages that show it alone."""
        return beginning(self.viewer) if self.viewer else Beginning([])


def context(request: HttpRequest) -> dict[str, Shell]:
    """Return the shell of one request; two queries for a person, none for a guest but the organization's name."""
    person = getattr(request, "user", None)
    if not isinstance(person, User):
        return {
            "shell": Shell(
                organization=setting("organization.name"), demo=settings.DEMO, theme="auto", logo_url=_logo()
            )
        }
    return {"shell": _of_person(request, person)}


def _of_person(request: HttpRequest, person: User) -> Shell:
    due = open_count(person)
    places = [place for place in navigation if place.shown(person)]
    here = _nearest(request.path, [_address(place.url_name) for place in places])
    return Shell(
        organization=setting("organization.name"),
        demo=settings.DEMO,
        theme=person.theme,
        shortcuts=person.shortcuts,
        sees_people=may(person, Can.SEE_PEOPLE),
        nav=[_item(place, here, due) for place in places if not place.settings],
        settings_nav=[_item(place, here, due) for place in places if place.settings],
        person=PersonChip(person.name, _initials(person.name), _address("organization:profile"), person.pk),
        due=due,
        palette_url=_address("home:palette"),
        search_url=_address("home:search"),
        work_url=_address("duties:my_work"),
        preferences_url=_address("organization:preferences"),
        start_url=_start(person),
        help_url=_address("home:help"),
        logo_url=_logo(),
        viewer=person,
    )


def _start(person: User) -> str:
    """Return where somebody in the demo begins with their own: the step they may take, else the page of all steps."""
    own = [step.url_name for step in start_steps if settings.DEMO and step.own and step.shown(person)]
    return _address(own[0] if own else "home:start")


def _nearest(path: str, urls: list[str]) -> str:
    """Return the place that a path lies below, the nearest of several: only one entry is the current one."""
    above = [url for url in urls if path == url or (url not in {"/", ""} and path.startswith(url))]
    return max(above, key=len, default="")


def _item(place: Place, here: str, due: int) -> NavItem:
    label, url = str(place.label), _address(place.url_name)
    count = due if place.counts_duties else 0
    return NavItem(label, url, place.icon, bool(url) and url == here, count, str(place.short or label))


def _logo() -> str:
    sha256 = setting("organization.logo", "")
    return reverse("organization:logo", args=[sha256]) if sha256 else ""


def _initials(name: str) -> str:
    parts = name.split()
    return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper()


def _address(url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""
