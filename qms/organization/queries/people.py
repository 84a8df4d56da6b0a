"""Questions about people: the list, teams, reports, sessions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Prefetch, Q, QuerySet
from fido2.webauthn import AttestedCredentialData

from qms.core.keyset import Page, page
from qms.organization.models import RoleAssignment, Site, Team, TeamMembership, User
from qms.organization.queries.options import setting
from qms.organization.queries.spans import held
from qms.organization.queries.standing import assignments, holders_of
from qms.organization.settings_of_ours import second_factor_key
from qms.organization.states import Role

ORDER = ("name", "pk")
FEW = 3
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@dataclass(frozen=True)
class PeopleFilter:
    """What the list of people is narrowed to: words in name, user name or e-mail, and choices by key."""

    words: str = ""
    site: str = ""
    team: str = ""
    role: str = ""
    manager: str = ""
    state: str = "active"


def person_with_id(key: int) -> User | None:
    """Return a person by key, whether or not they are still here; None for an unknown key."""
    return User.objects.filter(pk=key).first()


def person_named(username: str) -> User | None:
    """Return an active person by user name, or None."""
    return User.objects.filter(username=username, is_active=True).first()


def person_typed(typed: str) -> User | None:
    """Return whom somebody means who types a user name or an e-mail address to sign in; None for nobody.

    Of several people with one address it means the first who is here, as the lock after wrong passwords takes it.
    """
    words = typed.strip().lower()[:254]
    named = User.objects.filter(username=words).first()
    if named is not None or "@" not in words:
        return named
    return User.objects.filter(email__iexact=words).order_by("-is_active", "pk").first()


def people_at(address: str) -> list[User]:
    """Return the people who are here and have an e-mail address."""
    return list(User.objects.filter(email__iexact=address.strip(), is_active=True).order_by("pk"))


def people_page(wanted: PeopleFilter, *, after: str = "", before: str = "") -> Page[User]:
    """Return one page of the list of people, with site, line manager, teams and roles that hold now."""
    now = held()
    rows = (
        filtered_people(wanted)
        .select_related("site", "line_manager")
        .prefetch_related(
            Prefetch(
                "assignments",
                queryset=RoleAssignment.objects.filter(now).select_related("site", "process").order_by("role", "pk"),
                to_attr="roles_now",
            ),
            Prefetch(
                "memberships",
                queryset=TeamMembership.objects.filter(now).select_related("team").order_by("team__name"),
                to_attr="teams_now",
            ),
        )
    )
    return page(rows, ORDER, after=after, before=before)


def filtered_people(wanted: PeopleFilter) -> QuerySet[User]:
    """Return the people a filter leaves; an unknown key leaves nobody."""
    rows = User.objects.all()
    if wanted.state != "all":
        rows = rows.filter(is_active=wanted.state != "left")
    if wanted.words:
        words = wanted.words
        rows = rows.filter(Q(name__icontains=words) | Q(username__icontains=words) | Q(email__icontains=words))
    for name, key in (("site_id", wanted.site), ("line_manager_id", wanted.manager)):
        if key:
            rows = rows.filter(**{name: _number(key)})
    if wanted.team:
        inside = TeamMembership.objects.filter(held(), team_id=_number(wanted.team))
        rows = rows.filter(pk__in=inside.values("person_id"))
    if wanted.role:
        rows = rows.filter(pk__in=RoleAssignment.objects.filter(held(), role=wanted.role).values("person_id"))
    return rows


def members(teams: Iterable[int], *, at: datetime | None = None) -> QuerySet[User]:
    """Return the active people who belong to any of these teams."""
    inside = TeamMembership.objects.filter(held(at), team__in=list(teams)).values("person_id")
    return User.objects.filter(is_active=True, pk__in=inside)


def memberships_of(person: User) -> QuerySet[TeamMembership]:
    """Return every membership a person has had, the latest first."""
    return person.memberships.select_related("team__site", "team__process").order_by("-valid_from", "-pk")


def teams_of(person: User) -> QuerySet[Team]:
    """Return the teams a person belongs to now, by name."""
    return Team.objects.filter(pk__in=person.memberships.filter(held()).values("team_id")).order_by("name")


def reports_of(manager: User) -> QuerySet[User]:
    """Return the active people whose line manager somebody is, by name."""
    return User.objects.filter(line_manager=manager, is_active=True).order_by(*ORDER)


def is_line_manager_of(manager: User, person: User) -> bool:
    """Return whether somebody leads a person and may see how they stand."""
    return person.line_manager_id == manager.pk and leads(manager)


def leads(manager: User) -> bool:
    """Return whether somebody may see what their people owe: not who holds the IT role alone."""
    return {each.role for each in assignments(manager)} != {Role.IT_ADMIN}


def line_of(person: User) -> list[User]:
    """Return the line managers above a person, the nearest first; a circle, were there one, ends the line."""
    line: list[User] = []
    seen = {person.pk}
    above = person.line_manager
    while above is not None and above.pk not in seen:
        line.append(above)
        seen.add(above.pk)
        above = above.line_manager
    return line


def other_quality_managers(person_ids: Iterable[int | None]) -> QuerySet[User]:
    """Return the quality managers but for these people: who is told when a role changes hands."""
    return holders_of(Role.QUALITY_MANAGER).exclude(pk__in=[each for each in person_ids if each is not None])


def sessions_of(person: User) -> list[UserSession]:
    """Return the sessions a person has open, the newest first; ended ones are not listed."""
    rows = UserSession.objects.filter(user=person).order_by("-last_seen_at", "-pk")
    return [row for row in rows if row.exists()]


def factors_of(person: User) -> QuerySet[Authenticator]:
    """Return the second factors and passkeys of a person."""
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user=person).order_by("type", "pk")
    return found


def owes_second_factor(person: User) -> bool:
    """Return whether a role of a person asks for a second factor and they have set none up; costs nothing when off."""
    asked = {role for role in Role if setting(second_factor_key(role))}
    if not any(Role(each.role) in asked for each in (assignments(person) if asked else ())):
        return False
    return not factors_of(person).filter(type__in=SECOND_FACTORS).exists()


def has_passkey(person: User) -> bool:
    """Return whether a person can sign with a passkey."""
    return factors_of(person).filter(type=Authenticator.Type.WEBAUTHN).exists()


def passkeys_of(person: User) -> list[tuple[Authenticator, AttestedCredentialData]]:
    """Return the passkeys and security keys of a person, each with its credential."""
    keys = factors_of(person).filter(type=Authenticator.Type.WEBAUTHN)
    return [(key, key.wrap().authenticator_data.credential_data) for key in keys]


def still_owns(person: User) -> dict[str, list[object]]:
    """Return what a person who leaves leaves behind: processes without an owner, people without a line manager."""
    return {
        "processes": list(person.processes.filter(is_active=True).order_by("number")),
        "reports": list(reports_of(person)),
    }


def no_quality_manager_yet() -> bool:
    """Return whether the first quality manager is still to be named."""
    return not RoleAssignment.objects.filter(role=Role.QUALITY_MANAGER).exists()


def nobody_yet() -> bool:
    """Return whether there has never been a person here: the data is empty."""
    return not User.objects.exists()


def several_people() -> QuerySet[User]:
    """Return who is here beyond the handful who set the system up."""
    return active_people()[FEW:]


def active_people() -> QuerySet[User]:
    """Return everybody who is here, by name."""
    return User.objects.filter(is_active=True).order_by(*ORDER)


def suggestions(typed: str) -> QuerySet[User]:
    """Return at most ten active people whom a few typed letters may mean."""
    words = typed.strip()[:80]
    if len(words) < 2:
        return User.objects.none()
    meant = Q(name__icontains=words) | Q(username__istartswith=words) | Q(personnel_number=words)
    return active_people().filter(meant)[:10]


def names_of_people(keys: Iterable[str]) -> dict[str, str]:
    """Return names by key (as text) of those keys that are people; one query."""
    numbers = {_number(key) for key in keys}
    found = User.objects.filter(pk__in=numbers).values_list("pk", "name") if numbers else ()
    return {str(key): name for key, name in found}


def active_sites() -> QuerySet[Site]:
    """Return the sites in use, by name."""
    return Site.objects.filter(is_active=True).order_by("name")


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else -1
