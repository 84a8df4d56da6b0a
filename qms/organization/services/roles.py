"""Roles: quality roles from a quality manager, the IT role from IT, to oneself from nobody."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qms.core.actors import Actor
from qms.core.canonical import instant
from qms.core.errors import NotPermitted, RuleBroken
from qms.organization.models import Process, RoleAssignment, Site, User
from qms.organization.queries import awaits_confirmation, held, holders_of, other_quality_managers
from qms.organization.rights import Can
from qms.organization.services.checks import locked, named, one_at_a_time, require, written
from qms.organization.services.mails import tell
from qms.organization.services.possession import confirm_by_naming
from qms.organization.states import ROLE_WORDS, Role, Scope

# The roles without which nobody could give the others.
NEEDED = frozenset({Role.QUALITY_MANAGER, Role.IT_ADMIN})
# As many roles stand in one mail.
MOST_LISTED = 500


@transaction.atomic
def grant_role(
    *,
    person_id: int,
    role: Role,
    by: Actor,
    site: Site | None = None,
    process: Process | None = None,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
    told_later: bool = False,
) -> RoleAssignment:
    """Give a person a role for the whole organization, a site or a process, and return the assignment.

    The other quality managers are told by mail, of many at once by `tell_of_many` (`told_later`). Raises NotPermitted
    for a role the actor may not give, while their own sign-in waits to be confirmed, and for oneself; RuleBroken for
    somebody who has left, a role held already, wrong dates, or a guest without an end.
    """
    _refuse_giver(by, role, Scope(site.pk if site else None, process.pk if process else None))
    one_at_a_time()
    person = locked(person_id)
    if by.person_id == person.pk:
        raise NotPermitted(_("Nobody gives a role to themselves."), code="own_role")
    if not person.is_active:
        raise RuleBroken(_("%(name)s has left and holds no role.") % {"name": person.name})
    start = valid_from or timezone.now()
    _refuse_dates(role, start, valid_until)
    _refuse_twice(person, role, site, process)
    span = {"site": site, "process": process, "valid_from": start, "valid_until": valid_until}
    assignment = _give(person, role, by, **span)
    if not told_later:
        _tell_of("role_granted", assignment, by)
    return assignment


@transaction.atomic
def end_role(*, assignment_id: int, by: Actor, reason: str = "") -> RoleAssignment:
    """End a role now; the row stays and says until when and by whom.

    Raises NotPermitted for a role the actor may not give, RuleBroken when it has ended or is the last of its kind.
    """
    one_at_a_time()
    assignment = RoleAssignment.objects.select_for_update(of=("self",)).filter(pk=assignment_id).first()
    if assignment is None:
        raise RuleBroken(_("There is no such role assignment."))
    _refuse_giver(by, Role(assignment.role), Scope(assignment.site_id, assignment.process_id))
    now = timezone.now()
    if assignment.valid_until is not None and assignment.valid_until <= now:
        raise RuleBroken(_("This role has ended already."))
    _refuse_last(assignment)
    assignment.valid_until, assignment.ended_by_id = max(now, assignment.valid_from), by.person_id
    assignment.save(update_fields=["valid_until", "ended_by"])
    _write("role_ended", assignment, by, reason=reason)
    _tell_of("role_ended", assignment, by)
    return assignment


@transaction.atomic
def name_first_quality_manager(*, person_id: int, by: Actor) -> RoleAssignment:
    """Name the first quality manager when the system is set up; all others are named by a quality manager.

    Raises RuleBroken when there has ever been one, NotPermitted without the right to accounts and for oneself.
    """
    require(by, Can.ACCOUNTS)
    one_at_a_time()
    person = locked(person_id)
    if RoleAssignment.objects.filter(role=Role.QUALITY_MANAGER).exists():
        raise RuleBroken(_("There is a quality manager already, who names the others."), code="already_named")
    if by.person_id == person.pk:
        raise NotPermitted(_("Nobody gives a role to themselves."), code="own_role")
    written("first_quality_manager_named", person, by=by, name=person.name)
    confirm_by_naming(person)
    span = {"site": None, "process": None, "valid_from": timezone.now(), "valid_until": None}
    return _give(person, Role.QUALITY_MANAGER, by, **span)


def tell_of_many(given: Sequence[RoleAssignment], *, by: Actor, file_name: str, slot: str) -> None:
    """Tell each quality manager in one mail of the roles that an import gave, but for their own.

    Belongs inside a transaction; with the same slot nobody is told twice.
    """
    for manager in other_quality_managers([by.person_id]):
        others = [each for each in given if each.person_id != manager.pk]
        if others:
            tell(manager, partial(_many_mail, others, by, file_name), slot=slot)


def close_roles(person: User, *, by: Actor) -> int:
    """End every role of a person who leaves, those still to come as well; return how many.

    Belongs inside the transaction of the leaving, whose entry names the number.
    """
    now = timezone.now()
    still = person.assignments.exclude(valid_until__lte=now)
    begun = still.filter(valid_from__lte=now).update(valid_until=now, ended_by=by.person_id)
    coming = list(still.filter(valid_from__gt=now))
    for assignment in coming:
        assignment.valid_until, assignment.ended_by_id = assignment.valid_from, by.person_id
    RoleAssignment.objects.bulk_update(coming, ["valid_until", "ended_by"])
    person.assignments_held = None
    return begun + len(coming)


def refuse_last_holder(person: User, *, everywhere: bool) -> None:
    """Raise RuleBroken when a person is the only one left who could give roles or open accounts."""
    for role in NEEDED:
        mine = person.assignments.filter(held(), role=role, site__isnull=True, process__isnull=True)
        if everywhere and mine.exists() and not _others_hold(role, person):
            raise RuleBroken(
                _("%(name)s is the last one with the role “%(role)s”. Give it to somebody else first.")
                % {"name": person.name, "role": ROLE_WORDS[role]},
                code="last_of_role",
            )


def _others_hold(role: Role, person: User) -> bool:
    unscoped = RoleAssignment.objects.filter(held(), role=role, site__isnull=True, process__isnull=True)
    return holders_of(role).filter(pk__in=unscoped.values("person_id")).exclude(pk=person.pk).exists()


def _refuse_last(assignment: RoleAssignment) -> None:
    role = Role(assignment.role)
    if role not in NEEDED or assignment.site_id or assignment.process_id:
        return
    same = assignment.person.assignments.filter(held(), role=role, site__isnull=True, process__isnull=True)
    only_one = same.filter(pk=assignment.pk).exists() and not same.exclude(pk=assignment.pk).exists()
    if only_one and not _others_hold(role, assignment.person):
        raise RuleBroken(
            _("This is the last “%(role)s”. Give the role to somebody else first.") % {"role": ROLE_WORDS[role]},
            code="last_of_role",
        )


def _refuse_giver(by: Actor, role: Role, scope: Scope) -> None:
    require(by, Can.ACCOUNTS if role == Role.IT_ADMIN else Can.GRANT_ROLES, scope=scope)
    if role != Role.IT_ADMIN and isinstance(by, User) and awaits_confirmation(by):
        raise NotPermitted(
            _("Somebody else changed how you sign in. Until that is confirmed, you give and end no roles."),
            code="sign_in_not_confirmed",
        )


def _refuse_dates(role: Role, start: datetime, until: datetime | None) -> None:
    if until is not None and until <= max(start, timezone.now()):
        raise RuleBroken(_("A role ends after it begins, on a day still to come."), code="bad_dates")
    if role == Role.EXTERNAL_AUDITOR and until is None:
        raise RuleBroken(_("An external auditor is a guest: say when the role ends."), code="end_missing")


def _refuse_twice(person: User, role: Role, site: Site | None, process: Process | None) -> None:
    same = person.assignments.filter(role=role, site=site, process=process).exclude(valid_until__lte=timezone.now())
    if same.exists():
        raise RuleBroken(_("%(name)s holds this role already.") % {"name": person.name}, code="held_already")


def _give(person: User, role: Role, by: Actor, **span: Any) -> RoleAssignment:
    assignment = RoleAssignment.objects.create(person=person, role=role, granted_by_id=by.person_id, **span)
    person.assignments_held = None
    _write("role_granted", assignment, by)
    return assignment


def _write(verb: str, assignment: RoleAssignment, by: Actor, **detail: Any) -> None:
    """Write the entry, and tell the rooms above."""
    person = assignment.person
    detail = {
        "role": assignment.role,
        "site": assignment.site_id,
        "process": assignment.process_id,
        "where": assignment.where,
        "from": instant(assignment.valid_from),
        "until": instant(assignment.valid_until) if assignment.valid_until else None,
        **detail,
    }
    written(verb, person, assignment, by=by, told_as="role_changed", **detail)


def _tell_of(verb: str, assignment: RoleAssignment, by: Actor) -> None:
    """Mail the quality managers who did not do it themselves."""
    for manager in other_quality_managers([by.person_id, assignment.person_id]):
        tell(manager, lambda: _role_mail(verb, assignment, by), slot=f"{verb}:{assignment.pk}")


def _role_mail(verb: str, assignment: RoleAssignment, by: Actor) -> tuple[str, str]:
    words = {"person": assignment.person.name, "role": str(ROLE_WORDS[Role(assignment.role)]), "by": named(by)}
    if verb == "role_granted":
        return (
            _("%(person)s was given the role “%(role)s”") % words,
            _("%(by)s gave %(person)s the role “%(role)s”. Every quality manager is told of every change.") % words,
        )
    return (
        _("The role “%(role)s” of %(person)s has ended") % words,
        _("%(by)s ended the role “%(role)s” of %(person)s. Every quality manager is told of every change.") % words,
    )


def _many_mail(given: Sequence[RoleAssignment], by: Actor, file_name: str) -> tuple[str, str]:
    more = len(given) - MOST_LISTED
    words = {"number": len(given), "by": named(by), "file": file_name, "more": more}
    lines = [_line(each) for each in given[:MOST_LISTED]]
    if more > 0:
        lines.append(_("and %(more)s more, each in the history of the person") % words)
    return (
        ngettext(
            "%(number)s role was given by an import of people",
            "%(number)s roles were given by an import of people",
            len(given),
        )
        % words,
        _("%(by)s imported people from the file %(file)s and gave these roles:") % words
        + "\n\n"
        + "\n".join(lines)
        + "\n\n"
        + _("Every quality manager is told of every change."),
    )


def _line(given: RoleAssignment) -> str:
    where = f" ({given.where})" if given.where else ""
    return f"{given.person.name}: {ROLE_WORDS[Role(given.role)]}{where}"
