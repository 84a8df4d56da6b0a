"""What stands here, as a file of people would say it."""

import json
from collections import defaultdict
from zoneinfo import available_timezones

from django.conf import settings

from qms.organization.models import Process, RoleAssignment, RosterImport, Site, Team, TeamMembership, User
from qms.organization.queries.spans import held
from qms.organization.queries.standing import may
from qms.organization.rights import Can
from qms.organization.roster import Column, Held, Known, Outcome, Powers, Row, plan


def rows_in(roster: RosterImport) -> list[Row]:
    """Return the rows of a file of people as they were read."""
    kept: list[tuple[int, dict[str, str]]] = json.loads(roster.rows)
    return [Row(number, {Column(column): text for column, text in cells.items()}) for number, cells in kept]


def outcomes_of(roster: RosterImport, by: User) -> list[Outcome]:
    """Return what each row would change now, if this person imports it; six queries for any number of rows."""
    return plan(rows_in(roster), known(), powers_of(by))


def roles_given_by(roster: RosterImport) -> list[RoleAssignment]:
    """Return the roles that an import gave to the people of its file, in all its attempts, by name."""
    names = {row.cells.get(Column.USERNAME, "").strip().lower() for row in rows_in(roster)}
    since = roster.applied_at or roster.uploaded_at
    given = RoleAssignment.objects.filter(granted_by=roster.uploaded_by_id, valid_from__gte=since)
    rows = given.select_related("person", "site", "process").order_by("person__name", "pk")
    return [each for each in rows if each.person.username in names]


def powers_of(person: User) -> Powers:
    """Return what a person may import."""
    return Powers(
        username=person.username,
        accounts=may(person, Can.ACCOUNTS),
        structure=may(person, Can.CHANGE_STRUCTURE),
        roles=may(person, Can.GRANT_ROLES),
    )


def known() -> Known:
    """Return everybody with their fields as texts, and the names of sites, teams and processes."""
    sites, processes = list(Site.objects.all()), list(Process.objects.all())
    return Known(
        people=_people(),
        sites={name.casefold(): site.code for site in sites for name in (site.name, site.code)},
        teams={name.casefold(): name for name in Team.objects.values_list("name", flat=True)},
        processes={process.number.casefold(): process.number for process in processes},
        languages=frozenset(dict(settings.LANGUAGES)),
        zones=frozenset(available_timezones()),
    )


def _people() -> dict[str, Held]:
    teams: dict[int, set[str]] = defaultdict(set)
    for person_id, name in TeamMembership.objects.filter(held()).values_list("person_id", "team__name"):
        teams[person_id].add(name)
    roles: dict[int, set[str]] = defaultdict(set)
    rows = RoleAssignment.objects.filter(held()).values_list("person_id", "role", "site__code", "process__number")
    for person_id, role, site, process in rows:
        where = process or site
        roles[person_id].add(f"{role}@{where}" if where else role)
    everybody = User.objects.select_related("site", "line_manager")
    return {person.username: _held(person, teams[person.pk], roles[person.pk]) for person in everybody}


def _held(person: User, teams: set[str], roles: set[str]) -> Held:
    return Held(
        {
            Column.NAME: person.name,
            Column.EMAIL: person.email,
            Column.PERSONNEL_NUMBER: person.personnel_number or "",
            Column.JOB_TITLE: person.job_title,
            Column.COMPANY: person.company,
            Column.SITE: person.site.code if person.site else "",
            Column.LINE_MANAGER: person.line_manager.username if person.line_manager else "",
            Column.LANGUAGE: person.language,
            Column.TIME_ZONE: person.time_zone,
            Column.JOINED_ON: person.joined_on.isoformat(),
            Column.ENDS_ON: person.ends_on.isoformat() if person.ends_on else "",
            Column.TEAMS: "; ".join(sorted(teams)),
            Column.ROLES: "; ".join(sorted(roles)),
        },
        person.is_active,
    )


def roster_with_id(key: int) -> RosterImport:
    """Return an import of people with who uploaded it; raise DoesNotExist when there is none."""
    return RosterImport.objects.select_related("uploaded_by").get(pk=key)
