"""The organization's part of the demo: who founded it, who came and went, told from demo/organization.yaml."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from qms.core.actors import SYSTEM, Actor
from qms.core.seams.demo import Days, DemoPart, Scene
from qms.organization import services
from qms.organization.models import Process, Site, Team, User
from qms.organization.services.demo import choose_same_password
from qms.organization.states import Role

PASSWORD = "gauge-blocks-and-rings"
LOGINS, PASSWORD_KEY = "demo.logins", "demo.password"
# How the quality manager made sure that everybody has their own sign-in.
MET = "In person, on their first day"
EIGHT = 8 * 60  # minutes after midnight: the day on which everything is set up begins
JOIN, LEAVE, CHANGE = 7 * 60, 7 * 60 + 30, 7 * 60 + 45


@cache
def told() -> dict[str, Any]:
    """Return the demo organization as it is written."""
    text = (Path(__file__).parent / "demo" / "organization.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def zone() -> ZoneInfo:
    """Return the zone of the demo organization."""
    return ZoneInfo(told()["organization"]["zone"])


def person(username: str) -> User:
    """Return one of the people, as they stand now."""
    return User.objects.get(username=username)


def site(code: str | None) -> Site | None:
    """Return a site by its code; none for what belongs to the whole organization."""
    return Site.objects.get(code=code) if code else None


def process(number: str | None) -> Process | None:
    """Return a process by its number."""
    return Process.objects.get(number=number) if number else None


def team(code: str) -> Team:
    """Return a team by its code in the data."""
    return Team.objects.get(name=next(each["name"] for each in told()["teams"] if each["code"] == code))


def scenes(days: Days) -> Iterator[Scene]:
    """Yield how the organization was set up, and then who came, was given a role later, and left."""
    begin = told()["system"]["set_up"]
    setting_up = (_found, _take_in_the_first, _take_in_the_others, _name_processes, _give_roles, _make_teams)
    for number, act in enumerate(setting_up):
        yield Scene(days.at(begin, EIGHT + 10 * number), partial(act, days))
    later = [each for who in told()["people"] for each in _of_person(who, days)]
    yield from sorted(later, key=lambda scene: scene.at)


def _of_person(who: dict[str, Any], days: Days) -> Iterator[Scene]:
    if not _was_there(who):
        yield Scene(days.at(who["joined"], JOIN), partial(_join, who, days))
    for role in who["roles"]:
        if role.get("from", who["joined"]) > max(who["joined"], told()["system"]["set_up"]):
            yield Scene(days.at(role["from"], CHANGE), partial(_grant, who, role, days))
    if "left" in who:
        yield Scene(days.at(who["left"], LEAVE), partial(_leave, who, days))


def _found(days: Days) -> None:
    """What the system knows before it knows a person: name, zone, sites, and who may come in with one click."""
    about = told()["organization"]
    logins = [[each["username"], each["role"], each["says"]] for each in told()["logins"]]
    for key, value in {
        "organization.name": about["name"],
        "organization.zone": about["zone"],
        LOGINS: logins,
        PASSWORD_KEY: PASSWORD,
    }.items():
        services.change_setting(key=key, value=value, by=SYSTEM)
    for each in told()["sites"]:
        made = services.create_site(
            code=each["code"],
            name=each["name"],
            time_zone=each["zone"],
            working_days=each["working_days"],
            by=SYSTEM,
        )
        holidays = _holidays(each["holidays"], days)
        services.set_holidays(site_id=made.pk, days=holidays, since=min(holidays), by=SYSTEM)


def _take_in_the_first(days: Days) -> None:
    first = told()["system"]
    _create(_who(first["first_it_admin"]), days, by=SYSTEM)
    services.grant_role(person_id=person(first["first_it_admin"]).pk, role=Role.IT_ADMIN, by=SYSTEM)


def _take_in_the_others(days: Days) -> None:
    """IT opens the accounts, line managers first, and names the first quality manager."""
    first, waiting = told()["system"], [who for who in told()["people"] if _was_there(who)]
    there: set[str | None] = {None}
    while waiting:
        ready = [who for who in waiting if who["manager"] in there]
        for who in ready:
            if who["username"] != first["first_it_admin"]:
                _create(who, days, by=person(first["first_it_admin"]))
        there |= {who["username"] for who in ready}
        waiting = [who for who in waiting if who not in ready]
    boss = _who(first["first_it_admin"])["manager"]
    services.change_person(
        person_id=person(first["first_it_admin"]).pk, line_manager=person(boss), by=person(first["first_it_admin"])
    )
    choose_same_password(people=User.objects.order_by("pk"), password=PASSWORD)
    services.name_first_quality_manager(
        person_id=person(first["first_quality_manager"]).pk, by=person(first["first_it_admin"])
    )
    others = User.objects.order_by("pk").values_list("pk", flat=True)
    services.confirm_possession(person_ids=others, how=MET, by=person(first["first_quality_manager"]))


def _name_processes(_days: Days) -> None:
    """Owners are given their role by it. Nobody gives one to themselves, so those of the first wait for a second."""
    _create_processes([each for each in told()["processes"] if each["owner"] != _first()], by=person(_first()))


def _give_roles(days: Days) -> None:
    """The first quality manager gives all roles, the one of the second last; the second gives the first theirs."""
    second = next(who for who in told()["people"] if _is_second(who))
    for who in told()["people"]:
        if who["username"] != _first() and _was_there(who):
            _grant_at_first(who, days)
    services.grant_role(person_id=person(second["username"]).pk, role=Role.QUALITY_MANAGER, by=person(_first()))
    by = person(second["username"])
    services.grant_role(person_id=person(_first()).pk, role=Role.READER, by=by)
    _create_processes([each for each in told()["processes"] if each["owner"] == _first()], by=by)


def _make_teams(_days: Days) -> None:
    by = person(_first())
    for each in told()["teams"]:
        made = services.create_team(name=each["name"], site=site(each["site"]), process=process(each["process"]), by=by)
        members = [name for name in each["members"] if _was_there(_who(name))]
        people = User.objects.filter(username__in=members).values_list("pk", flat=True)
        services.set_members(team_id=made.pk, person_ids=people, by=by)


def _join(who: dict[str, Any], days: Days) -> None:
    _create(who, days, by=person(told()["system"]["first_it_admin"]))
    choose_same_password(people=[person(who["username"])], password=PASSWORD)
    services.confirm_possession(person_ids=[person(who["username"]).pk], how=MET, by=person(_first()))
    _grant_at_first(who, days)
    for each in told()["teams"]:
        if who["username"] in each["members"]:
            new = person(who["username"])
            services.join_team(person_id=new.pk, team_id=team(each["code"]).pk, by=person(_first()))


def _leave(who: dict[str, Any], days: Days) -> None:
    services.deactivate_person(
        person_id=person(who["username"]).pk,
        left_on=days.day(who["left"]),
        by=person(told()["system"]["first_it_admin"]),
    )


def _create(who: dict[str, Any], days: Days, *, by: Actor) -> User:
    manager = User.objects.filter(username=who["manager"]).first()
    return services.create_person(
        username=who["username"],
        name=who["full_name"],
        email=who.get("email") or "",
        personnel_number=who.get("personnel_number"),
        job_title=who["job_title"],
        company=who.get("company", ""),
        site=site(who["site"]),
        line_manager=manager,
        language=who["language"],
        joined_on=days.day(who["joined"]),
        ends_on=days.day(who["until"]) if "until" in who else None,
        by=by,
    )


def _create_processes(wanted: list[dict[str, Any]], *, by: Actor) -> None:
    for each in wanted:
        services.create_process(
            number=each["number"], name=each["name"], owner=person(each["owner"]), site=site(each["site"]), by=by
        )


def _grant_at_first(who: dict[str, Any], days: Days) -> None:
    """Give the roles that somebody holds from their beginning, but for those that other steps give."""
    begin = max(who["joined"], told()["system"]["set_up"])
    for role in who["roles"]:
        by_itself = role["role"] in {Role.PROCESS_OWNER, Role.IT_ADMIN, Role.QUALITY_MANAGER}
        if not by_itself and role.get("from", begin) == begin:
            _grant(who, role, days)


def _grant(who: dict[str, Any], role: dict[str, Any], days: Days) -> None:
    where = role["scope"] if isinstance(role["scope"], dict) else {}
    services.grant_role(
        person_id=person(who["username"]).pk,
        role=Role(role["role"]),
        site=site(where.get("site")),
        process=process(where.get("process")),
        valid_until=days.at(role["until"] + 1) if "until" in role else None,
        by=person(_first()),
    )


def _who(username: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in told()["people"] if each["username"] == username)
    return found


def _first() -> str:
    username: str = told()["system"]["granted_by"]
    return username


def _is_second(who: dict[str, Any]) -> bool:
    managers = [each for each in who["roles"] if each["role"] == Role.QUALITY_MANAGER]
    return bool(managers) and who["username"] != _first()


def _was_there(who: dict[str, Any]) -> bool:
    there: bool = who["joined"] <= told()["system"]["set_up"]
    return there


def _holidays(rule: dict[str, Any], days: Days) -> dict[date, str]:
    """Return the holidays of the years that the demo touches; `easter` counts days from Easter Sunday."""
    years = range(days.day(told()["system"]["set_up"]).year, days.loaded.year + 2)
    fixed = {date.fromisoformat(f"{year}-{each}") for year in years for each in rule["fixed"]}
    moving = {_easter(year) + timedelta(days=each) for year in years for each in rule["easter"]}
    return dict.fromkeys(sorted(fixed | moving), "")


def _easter(year: int) -> date:
    """Return Easter Sunday in the Gregorian calendar (Meeus, Astronomical Algorithms, chapter 8)."""
    century, rest = divmod(year, 100)
    golden = year % 19
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


PART = DemoPart(scenes=scenes)
