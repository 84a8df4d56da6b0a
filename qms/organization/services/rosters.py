"""A file of people: kept as read, then applied row by row; a row that does not go through says why."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.core.canonical import dumps
from qms.core.errors import RuleBroken
from qms.jobs.services import later
from qms.organization.models import Process, RosterImport, Site, Team, User
from qms.organization.queries import outcomes_of, roles_given_by
from qms.organization.rights import Can
from qms.organization.roster import Change, Column, Kind, Outcome
from qms.organization.services.checks import require, written
from qms.organization.services.people import change_person, create_person
from qms.organization.services.roles import grant_role, tell_of_many
from qms.organization.services.structure import create_team
from qms.organization.services.teams import set_teams
from qms.organization.states import Role

MOST_ROWS = 20_000
JOB = "organization.import_people"
# As many rows as go through while somebody waits for the page.
AT_ONCE = 50
_FIELDS = frozenset(Column) - {Column.TEAMS, Column.ROLES, Column.LINE_MANAGER, Column.USERNAME}

Step = Callable[[int, int], None]


@transaction.atomic
def keep_roster(*, file_name: str, rows: Sequence[tuple[int, Mapping[Column, str]]], by: User) -> RosterImport:
    """Keep the rows of a file of people for the dry run; nothing else is written.

    Raises NotPermitted without a right to any of it, RuleBroken for a file without rows or with too many.
    """
    require(by, Can.ACCOUNTS, Can.CHANGE_STRUCTURE, Can.GRANT_ROLES)
    if not rows:
        raise RuleBroken(_("The file holds no rows of people."))
    if len(rows) > MOST_ROWS:
        raise RuleBroken(_("The file holds more than %(most)s rows: cut it in parts.") % {"most": MOST_ROWS})
    kept: list[Any] = [[number, {str(column): text for column, text in cells.items()}] for number, cells in rows]
    return RosterImport.objects.create(
        file_name=file_name[:255], rows=dumps(kept), uploaded_by=by, uploaded_at=timezone.now()
    )


@transaction.atomic
def ask_to_apply(*, roster_id: int, by: User) -> RosterImport:
    """Put the one run of a file of people down as a job. Raises RuleBroken when it was asked for already."""
    roster = RosterImport.objects.select_for_update().get(pk=roster_id, uploaded_by=by)
    if roster.applied_at is not None:
        raise RuleBroken(_("This file was imported already."))
    roster.applied_at = timezone.now()
    roster.save(update_fields=["applied_at"])
    later(JOB, by=by.pk, subject=("organization.rosterimport", roster.pk), roster=roster.pk)
    return roster


def apply_roster(*, roster: RosterImport, by: User, step: Step | None = None) -> dict[str, Any]:
    """Apply the rows of a file of people, each in a transaction of its own, and return what became of them.

    Safe to run again: what stands already is unchanged. Line managers come last, when everybody is there.
    """
    outcomes = outcomes_of(roster, by)
    wanted = [each for each in outcomes if each.kind in {Kind.NEW, Kind.CHANGED}]
    failed: dict[int, str] = {}
    try:
        _apply_all(wanted, by, failed, step)
    finally:
        _tell_of_roles(roster, by)
    return _sum_up(roster, outcomes, failed, by)


def _apply_all(wanted: list[Outcome], by: User, failed: dict[int, str], step: Step | None) -> None:
    for done, outcome in enumerate([*wanted, *wanted]):
        work = _apply_row if done < len(wanted) else _apply_manager
        if outcome.number not in failed:
            _try(work, outcome, by, failed)
        if step is not None:
            step(done + 1, 2 * len(wanted))


@transaction.atomic
def _tell_of_roles(roster: RosterImport, by: User) -> None:
    """Tell of the roles given so far, also when the run breaks off; another attempt tells again if it gave more."""
    given = roles_given_by(roster)
    tell_of_many(given, by=by, file_name=roster.file_name, slot=f"people_imported:{roster.pk}:{len(given)}")


def _try(work: Callable[[Outcome, User], None], outcome: Outcome, by: User, failed: dict[int, str]) -> None:
    try:
        with transaction.atomic():
            work(outcome, by)
    except RuleBroken as refusal:
        failed[outcome.number] = str(refusal)


def _apply_row(outcome: Outcome, by: User) -> None:
    changes = {change.column: change for change in outcome.changes}
    fields = {column.value: _typed(column, changes[column].new) for column in _FIELDS & changes.keys()}
    if outcome.kind == Kind.NEW:
        person = create_person(username=outcome.username, by=by, **fields)
    else:
        person = User.objects.get(username=outcome.username)
        if fields:
            person = change_person(person_id=person.pk, by=by, **fields)
    if Column.TEAMS in changes:
        set_teams(person_id=person.pk, team_ids=_team_ids(changes[Column.TEAMS], by), by=by)
    if Column.ROLES in changes:
        _give_roles(person, changes[Column.ROLES], by)


def _apply_manager(outcome: Outcome, by: User) -> None:
    for change in outcome.changes:
        if change.column == Column.LINE_MANAGER:
            person = User.objects.get(username=outcome.username)
            manager = User.objects.filter(username=change.new).first()
            change_person(person_id=person.pk, by=by, line_manager=manager)


def _typed(column: Column, text: str) -> Any:
    if column in {Column.JOINED_ON, Column.ENDS_ON}:
        return date.fromisoformat(text) if text else None
    if column == Column.SITE:
        return Site.objects.filter(code=text).first()
    return text


def _team_ids(change: Change, by: User) -> list[int]:
    names = [name for name in change.new.split("; ") if name]
    found = {team.name: team.pk for team in Team.objects.filter(name__in=names)}
    return [found.get(name) or create_team(name=name, by=by).pk for name in names]


def _give_roles(person: User, change: Change, by: User) -> None:
    for part in sorted(set(change.new.split("; ")) - set(change.old.split("; ")) - {""}):
        role, _at, where = part.partition("@")
        process = Process.objects.filter(number=where).first() if where else None
        site = Site.objects.filter(code=where).first() if where and process is None else None
        grant_role(person_id=person.pk, role=Role(role), by=by, site=site, process=process, told_later=True)


@transaction.atomic
def _sum_up(roster: RosterImport, outcomes: list[Outcome], failed: dict[int, str], by: User) -> dict[str, Any]:
    kinds = [each.kind for each in outcomes if each.number not in failed]
    summary: dict[str, Any] = {kind.value: kinds.count(kind) for kind in Kind}
    summary["failed"] = [[number, words] for number, words in sorted(failed.items())]
    RosterImport.objects.filter(pk=roster.pk).update(summary=dumps(summary))
    written("people_imported", roster, by=by, file=roster.file_name, **summary)
    return summary
