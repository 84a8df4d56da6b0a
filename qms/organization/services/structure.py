"""Sites with their working days, teams and processes: made, changed, put out of use, never deleted."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from qms.core.actors import Actor
from qms.core.errors import RuleBroken
from qms.organization.models import Holiday, Process, Site, Team, User
from qms.organization.queries import active_people, may
from qms.organization.rights import Can
from qms.organization.services.checks import require, written
from qms.organization.services.options import is_zone
from qms.organization.services.roles import end_role, grant_role
from qms.organization.services.teams import close_team, join_team, leave_team
from qms.organization.states import Role, Scope

M = TypeVar("M", Site, Team, Process)


@transaction.atomic
def create_site(*, code: str, name: str, by: Actor, time_zone: str = "UTC", working_days: str = "12345") -> Site:
    """Make a site, and return it. Raises RuleBroken for a code that is taken, an unknown zone or odd weekdays."""
    site = Site(code=code.strip(), name=name.strip(), time_zone=time_zone, working_days=working_days)
    return _create(site, by)


@transaction.atomic
def change_site(*, site_id: int, by: Actor, **changes: Any) -> Site:
    """Change code, name, time zone, working days, or whether a site is in use; return it."""
    return _change(Site, site_id, by, changes)


@transaction.atomic
def set_holidays(*, site_id: int, days: Mapping[date, str], since: date, by: Actor) -> int:
    """Make the holidays of a site from a day on exactly these; return how many changed. Past ones stay."""
    require(by, Can.CHANGE_STRUCTURE)
    site = _locked(Site, site_id)
    before = {row.day: row.name for row in site.holidays.filter(day__gte=since)}
    wanted = {day: name.strip()[:120] for day, name in days.items() if day >= since}
    if before == wanted:
        return 0
    site.holidays.filter(day__gte=since).exclude(day__in=wanted).delete()
    for day, name in wanted.items():
        Holiday.objects.update_or_create(site=site, day=day, defaults={"name": name})
    changed = {
        day.isoformat(): [before.get(day), wanted.get(day)]
        for day in sorted(before.keys() | wanted.keys())
        if before.get(day) != wanted.get(day)
    }
    written("holidays_changed", site, by=by, changed=changed)
    return len(changed)


@transaction.atomic
def create_team(*, name: str, by: Actor, site: Site | None = None, process: Process | None = None) -> Team:
    """Make a team, and return it. Raises RuleBroken for a name that is taken."""
    return _create(Team(name=name.strip(), site=site, process=process), by)


@transaction.atomic
def change_team(*, team_id: int, by: Actor, **changes: Any) -> Team:
    """Change name, site, process, or whether a team is in use; a team out of use has no members."""
    team = _change(Team, team_id, by, changes)
    if not team.is_active:
        close_team(team, by=by)
    return team


@transaction.atomic
def set_members(*, team_id: int, person_ids: Iterable[int], by: Actor) -> tuple[int, int]:
    """Make the members of a team exactly these; return how many joined and how many left."""
    team = _locked(Team, team_id)
    wanted = set(active_people().filter(pk__in=list(person_ids)).values_list("pk", flat=True))
    present = set(team.memberships.filter(valid_until__isnull=True).values_list("person_id", flat=True))
    for person_id in sorted(wanted - present):
        join_team(person_id=person_id, team_id=team.pk, by=by)
    for person_id in sorted(present - wanted):
        leave_team(person_id=person_id, team_id=team.pk, by=by)
    return len(wanted - present), len(present - wanted)


@transaction.atomic
def create_process(
    *, number: str, name: str, by: Actor, owner: User | None = None, site: Site | None = None
) -> Process:
    """Make a process, and return it; its owner holds the role of process owner for it (see `change_process`)."""
    process = _create(Process(number=number.strip(), name=name.strip(), owner=owner, site=site), by)
    _hand_over(process, None, by)
    return process


@transaction.atomic
def change_process(*, process_id: int, by: Actor, **changes: Any) -> Process:
    """Change number, name, owner, site, or whether a process is in use.

    A new owner is given the role of process owner for this process, and the owner before loses it; whoever names
    themselves owner is given no role by it: nobody gives a role to themselves.
    """
    before = _locked(Process, process_id).owner
    process = _change(Process, process_id, by, changes)
    _hand_over(process, before, by)
    return process


def _hand_over(process: Process, before: User | None, by: Actor) -> None:
    if process.owner_id == (before.pk if before else None):
        return
    own = Role.PROCESS_OWNER
    if before is not None:
        for held in before.assignments.filter(role=own, process=process, valid_until__isnull=True):
            end_role(assignment_id=held.pk, by=by, reason=_("The process has another owner."))
    if process.owner is None or process.owner_id == by.person_id:
        return
    scope = Scope(process_id=process.pk)
    already = process.owner.assignments.filter(role=own, process=process, valid_until__isnull=True).exists()
    if not already and (not isinstance(by, User) or may(by, Can.GRANT_ROLES, scope)):
        grant_role(person_id=process.owner.pk, role=own, process=process, by=by)


def _create(row: M, by: Actor) -> M:
    require(by, Can.CHANGE_STRUCTURE)
    _refuse(row)
    row.save()
    written(f"{row._meta.model_name}_created", row, by=by, **_described(row))
    return row


def _change(model: type[M], key: int, by: Actor, changes: Mapping[str, Any]) -> M:
    require(by, Can.CHANGE_STRUCTURE)
    row = _locked(model, key)
    before = _described(row)
    if not changes.keys() <= set(before):
        raise TypeError(f"no field of {model.__name__}: {sorted(changes.keys() - set(before))}")
    for field, value in changes.items():
        setattr(row, field, value.strip() if isinstance(value, str) else value)
    changed = {field: [before[field], now] for field, now in _described(row).items() if before[field] != now}
    if changed:
        _refuse(row)
        row.save(update_fields=list(changed))
        written(f"{model._meta.model_name}_changed", row, by=by, changed=changed)
    return row


def _locked(model: type[M], key: int) -> M:
    found: M | None = model._default_manager.select_for_update(of=("self",)).filter(pk=key).first()
    if found is None:
        raise RuleBroken(_("There is no such record."))
    return found


def _refuse(row: Site | Team | Process) -> None:
    """Raise RuleBroken for an empty or taken name, an unknown zone, or an owner who has left."""
    unique = {Site: "code", Team: "name", Process: "number"}[type(row)]
    value = getattr(row, unique)
    if not value or not row.name:
        raise RuleBroken(_("A name is missing."), code="name_missing")
    if type(row)._default_manager.filter(**{unique: value}).exclude(pk=row.pk).exists():
        raise RuleBroken(_("“%(value)s” is taken.") % {"value": value}, code="taken")
    if isinstance(row, Site) and not is_zone(row.time_zone):
        raise RuleBroken(_("There is no time zone “%(zone)s”.") % {"zone": row.time_zone}, code="bad_zone")
    if isinstance(row, Site) and not set(row.working_days) <= set("1234567"):
        raise RuleBroken(_("Working days are Monday to Sunday."), code="bad_days")
    if isinstance(row, Process) and row.owner is not None and not row.owner.is_active:
        raise RuleBroken(_("%(name)s has left and owns no process.") % {"name": row.owner.name}, code="owner_left")


def _described(row: Model) -> dict[str, Any]:
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    return {field.name: field.value_from_object(row) for field in fields}
