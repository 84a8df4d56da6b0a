"""Rights: an enum per app, a table of grants per role, and the question whether somebody may."""

from collections.abc import Iterable
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qms.organization.states import QUALITY_ROLES, Role


class Can(StrEnum):
    """What may be done with people, rights and settings."""

    ACCOUNTS = "organization.accounts"
    GRANT_ROLES = "organization.grant_roles"
    SEE_PEOPLE = "organization.see_people"
    SEE_RIGHTS = "organization.see_rights"
    CHANGE_SETTINGS = "organization.change_settings"
    CHANGE_STRUCTURE = "organization.change_structure"
    SEE_MAIL = "organization.see_mail"
    READ_MAIL = "organization.read_mail"
    SEE_JOBS = "organization.see_jobs"
    CONFIRM = "organization.confirm"
    CONFIRM_INSTEAD = "organization.confirm_instead"


CAN_WORDS: dict[StrEnum, Promise] = {
    Can.ACCOUNTS: _("Create and deactivate accounts, sign-in, backup"),
    Can.GRANT_ROLES: _("Grant and end quality roles"),
    Can.SEE_PEOPLE: _("See the list of people, teams and sites"),
    Can.SEE_RIGHTS: _("See who may do what"),
    Can.CHANGE_SETTINGS: _("Change settings of the management system"),
    Can.CHANGE_STRUCTURE: _("Change sites, teams and processes"),
    Can.SEE_MAIL: _("See to whom mail goes out, and whether it arrives"),
    Can.READ_MAIL: _("Read what outgoing mail says"),
    Can.SEE_JOBS: _("See all jobs"),
    Can.CONFIRM: _("Confirm that a person alone has their sign-in, after somebody else changed it"),
    Can.CONFIRM_INSTEAD: _("Confirm the same where no quality manager can"),
}

GRANTS: dict[Role, frozenset[StrEnum]] = {
    Role.IT_ADMIN: frozenset({Can.ACCOUNTS, Can.SEE_PEOPLE, Can.SEE_MAIL, Can.SEE_JOBS}),
    Role.QUALITY_MANAGER: frozenset(
        {
            Can.GRANT_ROLES,
            Can.SEE_PEOPLE,
            Can.SEE_RIGHTS,
            Can.CHANGE_SETTINGS,
            Can.CHANGE_STRUCTURE,
            Can.SEE_MAIL,
            Can.READ_MAIL,
            Can.SEE_JOBS,
            Can.CONFIRM,
        }
    ),
    Role.INTERNAL_AUDITOR: frozenset({Can.SEE_PEOPLE, Can.SEE_RIGHTS}),
    Role.EXTERNAL_AUDITOR: frozenset({Can.SEE_RIGHTS}),
    Role.TOP_MANAGEMENT: frozenset({Can.SEE_PEOPLE, Can.SEE_RIGHTS, Can.CONFIRM_INSTEAD}),
    Role.PROCESS_OWNER: frozenset({Can.SEE_PEOPLE}),
}

_matrix: dict[str, set[Role]] = {}
_words: dict[str, Promise] = {}


def grant(role: Role, rights: Iterable[StrEnum]) -> None:
    """Give rights to a role; called from `plugs.py` of each room at start."""
    for right in rights:
        _matrix.setdefault(right.value, set()).add(role)


def describe(words: dict[StrEnum, Promise]) -> None:
    """Give the words of an app's rights, which the matrix page shows."""
    _words.update({right.value: text for right, text in words.items()})
    for right in words:
        _matrix.setdefault(right.value, set())


def holders(right: StrEnum) -> frozenset[Role]:
    """Return the roles that hold a right."""
    return frozenset(_matrix.get(right.value, ()))


def matrix() -> dict[str, tuple[Promise, frozenset[Role]]]:
    """Return the whole rights matrix: right -> (words, roles), in the order in which rooms described them."""
    return {right: (_words[right], frozenset(roles)) for right, roles in _matrix.items() if right in _words}


def givable_roles(rights: Iterable[str]) -> frozenset[Role]:
    """Return the roles that somebody with these rights may give to others: quality roles, the IT role, or both."""
    held = frozenset(rights)
    quality = QUALITY_ROLES if Can.GRANT_ROLES.value in held else frozenset()
    return quality | ({Role.IT_ADMIN} if Can.ACCOUNTS.value in held else frozenset())


def granted_to(roles: Iterable[Role]) -> frozenset[str]:
    """Return all rights that any of these roles holds."""
    wanted = set(roles)
    return frozenset(right for right, holding in _matrix.items() if holding & wanted)
