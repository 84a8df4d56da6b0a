"""A made-up organization of any size, for measuring."""

from datetime import UTC, datetime, timedelta
from random import Random

from django.contrib.auth.hashers import make_password
from django.db import transaction

from qms.core.actors import SYSTEM
from qms.core.seams.worlds import Tell, WorldPart, WorldSize
from qms.core.spout import spouts
from qms.organization.models import Process, RoleAssignment, Site, Team, TeamMembership, User
from qms.organization.services.options import change_setting
from qms.organization.services.structure import create_process, create_site, create_team
from qms.organization.states import Role
from qms.trail.services import Draft, Target, pour_entries

FOUNDED = datetime(2021, 1, 4, 8, tzinfo=UTC)
IN_A_TEAM = 40
GIVEN = "Ada Bela Cem Dora Eva Finn Gul Hana Ivo Jana Kofi Lea Mira Nils Omar Pia Quentin Rosa Sven Tove Uma Wen"
FAMILY = "Abel Baker Castro Dahl Eklund Faber Garcia Holm Ito Jansen Kaya Lund Moreau Novak Okoye Petrov Sato Tran"
HELD_BY_FEW = (Role.QUALITY_MANAGER, Role.QUALITY_MANAGER, Role.IT_ADMIN, Role.TOP_MANAGEMENT, Role.INTERNAL_AUDITOR)
EVERY = {20: Role.AUTHOR, 50: Role.APPROVER, 30: Role.SUPERVISOR}


@transaction.atomic
def build_world(size: WorldSize, random: Random, tell: Tell) -> None:
    """Make sites, processes with their owners, teams of forty, and people of whom each reads at one site."""
    change_setting(key="organization.name", value="Made-up world", by=SYSTEM)
    change_setting(key="organization.zone", value="Europe/Berlin", by=SYSTEM)
    sites = [create_site(code=f"S{n:02}", name=f"Site {n:02}", by=SYSTEM) for n in range(1, size.sites + 1)]
    people = _people(size.people, sites, random)
    tell(f"{len(people)} people at {len(sites)} sites")
    processes = [_process(n, people) for n in range(size.processes)]
    _roles(people, sites)
    _teams(people, sites, processes)


def _people(count: int, sites: list[Site], random: Random) -> list[int]:
    given, family, unusable = GIVEN.split(), FAMILY.split(), make_password(None)
    found: list[int] = []
    names = ("username", "name", "email", "site", "line_manager", "password", "job_title", "joined_on")
    with pour_entries() as write, spouts((User, *names)) as (users,):
        for n in range(count):
            name = f"{random.choice(given)} {random.choice(family)}"
            manager = found[n - n % IN_A_TEAM] if n % IN_A_TEAM else None
            site, username = _place(n, sites), f"person{n:06}"
            email = f"{username}@world.example"
            key = users.add(username, name, email, site.pk, manager, unusable, f"Task {n % 90}", FOUNDED.date())
            found.append(key)
            target = (Target("organization.user", str(key)),)
            write(Draft("organization.person_created", target, {"name": name, "username": username}), "system", FOUNDED)
    return found


def _process(n: int, people: list[int]) -> Process:
    """Three of four processes run at one site, that of their owner."""
    teams = max(1, len(people) // IN_A_TEAM)
    owner = User.objects.get(pk=people[(n % teams * IN_A_TEAM + 10 + n // teams) % len(people)])
    return create_process(
        number=f"P{n + 1:03}", name=f"Process {n + 1:03}", owner=owner, site=owner.site if n % 4 else None, by=SYSTEM
    )


def _place(n: int, sites: list[Site]) -> Site:
    """A team works at one site."""
    return sites[n // IN_A_TEAM % len(sites)]


def _roles(people: list[int], sites: list[Site]) -> None:
    with pour_entries() as write, spouts((RoleAssignment, "person", "role", "site", "valid_from")) as (roles,):
        for n, person in enumerate(people):
            site = _place(n, sites).pk
            given: list[tuple[Role, int | None]] = [
                (Role.READER, site),
                *((role, site) for every, role in EVERY.items() if n % every == every - 1),
            ]
            given += [(HELD_BY_FEW[n], None)] if n < len(HELD_BY_FEW) else []
            for role, place in given:
                key = roles.add(person, role.value, place, FOUNDED)
                targets = (Target("organization.user", str(person)), Target("organization.roleassignment", str(key)))
                detail = {"role": role.value, "site": place, "process": None, "where": ""}
                write(Draft("organization.role_granted", targets, detail), "system", FOUNDED)


def _teams(people: list[int], sites: list[Site], processes: list[Process]) -> None:
    joined = FOUNDED + timedelta(hours=1)
    with pour_entries() as write, spouts((TeamMembership, "team", "person", "valid_from")) as (memberships,):
        for n, person in enumerate(people):
            if n % IN_A_TEAM == 0:
                number = n // IN_A_TEAM
                team: Team = create_team(
                    name=f"Team {number + 1:04}",
                    site=_place(n, sites),
                    process=processes[number % len(processes)],
                    by=SYSTEM,
                )
            memberships.add(team.pk, person, joined)
            targets = (Target("organization.user", str(person)), Target("organization.team", str(team.pk)))
            write(Draft("organization.team_joined", targets, {"team": team.pk, "person": person}), "system", joined)


WORLD = WorldPart(build_world)
