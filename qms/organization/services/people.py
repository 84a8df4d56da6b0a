"""People: made and changed by IT, deactivated and never deleted."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.core.actors import SYSTEM, Actor
from qms.core.errors import NotPermitted, RuleBroken
from qms.organization.models import Site, User
from qms.organization.queries import in_first_set_up, line_of, today
from qms.organization.rights import Can
from qms.organization.services.checks import locked, one_at_a_time, require, written
from qms.organization.services.lines import refuse_own_line, tell_of_manager
from qms.organization.services.mails import tell
from qms.organization.services.passwords import TEMPORARY_LIFE
from qms.organization.services.possession import touch
from qms.organization.services.roles import close_roles, refuse_last_holder
from qms.organization.services.sessions import end_sessions
from qms.organization.services.teams import close_memberships
from qms.organization.states import Touch

# What only IT changes, because it opens an account or closes one.
ACCOUNT_FIELDS = frozenset({"username", "name", "email", "personnel_number", "company", "joined_on", "ends_on"})
# What quality may change as well: a person's place in the organization.
PLACE_FIELDS = frozenset({"job_title", "site", "line_manager", "language", "time_zone"})


@transaction.atomic
def create_person(
    *,
    username: str,
    name: str,
    by: Actor,
    email: str = "",
    personnel_number: str | None = None,
    job_title: str = "",
    company: str = "",
    site: Site | None = None,
    line_manager: User | None = None,
    language: str = "en",
    time_zone: str = "",
    joined_on: date | None = None,
    ends_on: date | None = None,
    password: str | None = None,
    password_is_own: bool = False,
) -> User:
    """Make a person, and return them.

    Without a password nobody can sign in by one until IT sets a temporary one or sends a link. Only the system itself
    (the demo organization, a set-up) may say that a given password is the person's own. Raises NotPermitted without
    the right and RuleBroken for a user name or personnel number that is taken.
    """
    require(by, Can.ACCOUNTS)
    one_at_a_time()
    if password_is_own and by is not SYSTEM:
        raise NotPermitted(_("Only its owner makes a password their own."))
    person = User(
        username=clean_username(username),
        name=_filled(name),
        email=email.strip().lower(),
        personnel_number=(personnel_number or "").strip() or None,
        job_title=job_title.strip(),
        company=company.strip(),
        site=site,
        line_manager=line_manager,
        language=language,
        time_zone=time_zone,
        joined_on=joined_on or today(),
        ends_on=ends_on,
        password_is_own=password_is_own or password is None,
        password_ends_at=None if password_is_own or password is None else timezone.now() + TEMPORARY_LIFE,
    )
    refuse_own_line(by, line_manager)
    refuse_taken(person)
    refuse_dates(person)
    person.set_password(password)
    person.save()
    written("person_created", person, by=by, **_described(person, ACCOUNT_FIELDS | PLACE_FIELDS))
    if not password_is_own:
        touch(person, Touch.CREATED, by=by)
    return person


@transaction.atomic
def change_person(*, person_id: int, by: Actor, **changes: Any) -> User:
    """Change fields of a person and return them; the entry holds old and new, and nothing is written for no change.

    Raises NotPermitted for fields the actor may not change, RuleBroken for a name that is taken, an unknown line
    manager, or a line of managers that closes to a circle.
    """
    one_at_a_time()
    person = locked(person_id)
    before = _described(person, changes)
    _refuse_fields(by, set(changes))
    for field, value in changes.items():
        setattr(person, field, _clean(field, value))
    changed = {key: [before[key], now] for key, now in _described(person, changes).items() if before[key] != now}
    if not changed:
        return person
    refuse_taken(person)
    refuse_dates(person)
    _refuse_circle(person)
    if "line_manager" in changed:
        refuse_own_line(by, person.line_manager)
    person.save(update_fields=[*changed])
    written("person_changed", person, by=by, changed=changed)
    if "email" in changed:
        _change_address(person, changed["email"][0], by)
    if "line_manager" in changed and not in_first_set_up(person):
        tell_of_manager(person, changed["line_manager"][0], by=by)
    return person


@transaction.atomic
def deactivate_person(*, person_id: int, by: Actor, reason: str = "", left_on: date | None = None) -> User:
    """Close an account: sign-in, sessions, roles and teams end at once; the person and all they did stay.

    Raises NotPermitted without the right, RuleBroken when they have left already, when it is oneself, or when they
    are the last quality manager or the last administrator.
    """
    require(by, Can.ACCOUNTS)
    one_at_a_time()
    person = locked(person_id)
    if not person.is_active:
        raise RuleBroken(_("This account is closed already."))
    if by.person_id == person.pk:
        raise RuleBroken(_("Nobody closes their own account; somebody else does."))
    refuse_last_holder(person, everywhere=True)
    person.is_active, person.left_on = False, left_on or today()
    person.save(update_fields=["is_active", "left_on"])
    ended = end_sessions(person)
    teams, roles = close_memberships(person), close_roles(person, by=by)
    written(
        "person_left",
        person,
        by=by,
        reason=reason,
        left_on=person.left_on.isoformat(),
        sessions=ended,
        teams=teams,
        roles=roles,
    )
    return person


@transaction.atomic
def reactivate_person(*, person_id: int, by: Actor, reason: str = "") -> User:
    """Open a closed account again: same person, same id, but no password, no role and no team of before.

    Raises NotPermitted without the right and RuleBroken when the account is open.
    """
    require(by, Can.ACCOUNTS)
    person = locked(person_id)
    if person.is_active:
        raise RuleBroken(_("This account is open."))
    person.is_active, person.left_on, person.ends_on = True, None, None
    person.set_unusable_password()
    person.save(update_fields=["is_active", "left_on", "ends_on", "password"])
    written("person_returned", person, by=by, reason=reason)
    touch(person, Touch.RETURNED, by=by)
    return person


def end_due_accounts() -> int:
    """Close the accounts whose last day is past (people of other firms, auditors); return how many."""
    due = User.objects.filter(is_active=True, ends_on__lt=today()).order_by("pk").values_list("pk", flat=True)
    ended = 0
    for person_id in list(due):
        try:
            deactivate_person(person_id=person_id, by=SYSTEM, reason=_("The last day of the account has passed."))
        except RuleBroken:
            continue
        ended += 1
    return ended


def clean_username(username: str) -> str:
    """Return a user name as it is kept: small letters, no blanks; raise RuleBroken for one that cannot be typed."""
    cleaned = username.strip().lower()
    if not cleaned or len(cleaned) > 80 or not cleaned.isprintable() or any(sign.isspace() for sign in cleaned):
        raise RuleBroken(_("A user name is one word of at most 80 signs."), code="bad_username")
    return cleaned


def refuse_taken(person: User) -> None:
    """Raise RuleBroken when user name or personnel number belong to somebody else.

    A user name may not look like the e-mail address of another person either: the sign-in page takes both.
    """
    others = User.objects.exclude(pk=person.pk)
    if others.filter(username=person.username).exists():
        raise RuleBroken(_("The user name “%(name)s” is taken.") % {"name": person.username}, code="username_taken")
    if "@" in person.username and others.filter(email=person.username).exists():
        raise RuleBroken(_("This user name is the e-mail address of somebody else."), code="username_taken")
    if person.email and others.filter(username=person.email).exists():
        raise RuleBroken(_("This e-mail address is the user name of somebody else."), code="email_taken")
    number = person.personnel_number
    if number and others.filter(personnel_number=number).exists():
        raise RuleBroken(_("The personnel number %(number)s is taken.") % {"number": number}, code="number_taken")


def refuse_dates(person: User) -> None:
    """Raise RuleBroken for a last day before the first one."""
    if person.ends_on and person.ends_on < person.joined_on:
        raise RuleBroken(_("The last day lies before the first."), code="bad_dates")


def _refuse_fields(by: Actor, fields: set[str]) -> None:
    unknown = fields - ACCOUNT_FIELDS - PLACE_FIELDS
    if unknown:
        raise TypeError(f"a person has no {sorted(unknown)} to change")
    if fields & ACCOUNT_FIELDS:
        require(by, Can.ACCOUNTS)
    else:
        require(by, Can.ACCOUNTS, Can.CHANGE_STRUCTURE)


def _refuse_circle(person: User) -> None:
    if person.line_manager_id is None:
        return
    manager = User.objects.get(pk=person.line_manager_id)
    if manager.pk == person.pk or person.pk in {above.pk for above in line_of(manager)}:
        raise RuleBroken(_("This would make a circle of line managers."), code="circle")
    if not manager.is_active:
        raise RuleBroken(_("%(name)s has left and cannot be a line manager.") % {"name": manager.name})


def _change_address(person: User, old: str, by: Actor) -> None:
    """The old address hears that mail goes elsewhere from now on (ASVS 6.3.7): the touch keeps it for a fortnight."""
    touch(person, Touch.ADDRESS, by=by, old_address=old)
    if old:
        tell(person, _address_changed, address=old)


def _address_changed() -> tuple[str, str]:
    return (
        _("Your e-mail address was changed"),
        _(
            "The quality management system now writes to another address. If this is not right, tell your quality "
            "manager at once."
        ),
    )


def _clean(field: str, value: Any) -> Any:
    if field == "username":
        return clean_username(value)
    if field == "name":
        return _filled(value)
    if field == "email":
        return value.strip().lower()
    if field == "personnel_number":
        return (value or "").strip() or None
    return value.strip() if isinstance(value, str) else value


def _filled(name: str) -> str:
    cleaned = " ".join(name.split())
    if not cleaned or len(cleaned) > 120:
        raise RuleBroken(_("A person has a name of at most 120 signs."), code="bad_name")
    return cleaned


def _described(person: User, fields: Any) -> dict[str, Any]:
    return {field: _plain(getattr(person, field)) for field in sorted(fields)}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return value.pk if isinstance(value, Site | User) else value
