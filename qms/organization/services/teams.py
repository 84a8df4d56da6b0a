"""Who belongs to which team: spans, closed and opened."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.core.actors import Actor
from qms.core.errors import RuleBroken
from qms.organization.models import Team, TeamMembership, User
from qms.organization.queries import held
from qms.organization.rights import Can
from qms.organization.services.checks import locked, require, written


@transaction.atomic
def join_team(*, person_id: int, team_id: int, by: Actor) -> TeamMembership:
    """Put a person into a team from now on, and return the membership; one that is open already is returned as it is.

    Raises NotPermitted without the right and RuleBroken for a team no longer in use or somebody who has left.
    """
    require(by, Can.CHANGE_STRUCTURE)
    person, team = locked(person_id), _team(team_id)
    if not person.is_active:
        raise RuleBroken(_("%(name)s has left and joins no team.") % {"name": person.name})
    if not team.is_active:
        raise RuleBroken(_("The team %(name)s is no longer in use.") % {"name": team.name})
    open_one = TeamMembership.objects.filter(person=person, team=team, valid_until__isnull=True).first()
    if open_one is not None:
        return open_one
    membership = TeamMembership.objects.create(person=person, team=team, valid_from=timezone.now())
    written("team_joined", person, team, by=by, told_as="membership_changed", **_who_and_where(person, team))
    return membership


@transaction.atomic
def leave_team(*, person_id: int, team_id: int, by: Actor) -> bool:
    """Take a person out of a team from now on; return False when they were not in it."""
    require(by, Can.CHANGE_STRUCTURE)
    person, team = locked(person_id), _team(team_id)
    open_ones = TeamMembership.objects.filter(person=person, team=team, valid_until__isnull=True)
    if not open_ones.update(valid_until=timezone.now()):
        return False
    written("team_left", person, team, by=by, told_as="membership_changed", **_who_and_where(person, team))
    return True


@transaction.atomic
def set_teams(*, person_id: int, team_ids: Iterable[int], by: Actor) -> tuple[list[int], list[int]]:
    """Make a person's teams exactly these; return the ids of teams joined and of teams left."""
    wanted = set(team_ids)
    present = set(
        TeamMembership.objects.filter(held(), person_id=person_id, valid_until__isnull=True).values_list(
            "team_id", flat=True
        )
    )
    joined, left = sorted(wanted - present), sorted(present - wanted)
    for team_id in joined:
        join_team(person_id=person_id, team_id=team_id, by=by)
    for team_id in left:
        leave_team(person_id=person_id, team_id=team_id, by=by)
    return joined, left


def close_memberships(person: User, *, at: datetime | None = None) -> int:
    """End every membership of a person who leaves; return how many. Inside the transaction of the leaving."""
    return person.memberships.filter(valid_until__isnull=True).update(valid_until=at or timezone.now())


def close_team(team: Team, *, by: Actor) -> int:
    """End every membership of a team that is no longer used; return how many. Inside the caller's transaction."""
    people = list(team.memberships.filter(valid_until__isnull=True).values_list("person_id", flat=True))
    for person_id in people:
        leave_team(person_id=person_id, team_id=team.pk, by=by)
    return len(people)


def _who_and_where(person: User, team: Team) -> dict[str, int | str]:
    return {"team": team.pk, "person": person.pk, "name": person.name, "team_name": team.name}


def _team(team_id: int) -> Team:
    found = Team.objects.filter(pk=team_id).first()
    if found is None:
        raise RuleBroken(_("There is no such team."))
    return found
