"""Roles, and the scope a role or a record lies in. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    """What a person is to the management system. One person may hold several."""

    READER = "reader"
    AUTHOR = "author"
    PROCESS_OWNER = "process_owner"
    APPROVER = "approver"
    INTERNAL_AUDITOR = "internal_auditor"
    EXTERNAL_AUDITOR = "external_auditor"
    QUALITY_MANAGER = "quality_manager"
    TOP_MANAGEMENT = "top_management"
    TRAINER = "trainer"
    SUPERVISOR = "supervisor"
    IT_ADMIN = "it_admin"


ROLE_WORDS: dict[Role, Promise] = {
    Role.READER: _("Reader"),
    Role.AUTHOR: _("Author"),
    Role.PROCESS_OWNER: _("Process owner"),
    Role.APPROVER: _("Approver"),
    Role.INTERNAL_AUDITOR: _("Internal auditor"),
    Role.EXTERNAL_AUDITOR: _("External auditor"),
    Role.QUALITY_MANAGER: _("Quality manager"),
    Role.TOP_MANAGEMENT: _("Top management"),
    Role.TRAINER: _("Trainer"),
    Role.SUPERVISOR: _("Supervisor"),
    Role.IT_ADMIN: _("IT administrator"),
}


class Touch(StrEnum):
    """What somebody else has done to the ways in which a person signs in."""

    CREATED = "created"
    PASSWORD = "password"
    LINK = "link"
    FACTORS = "factors"
    ADDRESS = "address"
    SINGLE_SIGN_ON = "single_sign_on"
    RETURNED = "returned"


TOUCH_WORDS: dict[Touch, Promise] = {
    Touch.CREATED: _("account made"),
    Touch.PASSWORD: _("temporary password set"),
    Touch.LINK: _("link to choose a password sent"),
    Touch.FACTORS: _("passkeys and codes removed"),
    Touch.ADDRESS: _("e-mail address changed"),
    Touch.SINGLE_SIGN_ON: _("single sign-on linked"),
    Touch.RETURNED: _("closed account opened again"),
}


class Confirmed(StrEnum):
    """How it came to count that a person, and nobody else, has their sign-in."""

    BY_PERSON = "by_person"
    FIRST = "first"
    SECOND = "second"


# IT makes accounts but no quality role; a quality manager grants the others.
QUALITY_ROLES = frozenset(Role) - {Role.IT_ADMIN}

# ISO 8601 weekdays, as a site keeps its working days.
WEEKDAYS: dict[str, Promise] = {
    "1": _("Monday"),
    "2": _("Tuesday"),
    "3": _("Wednesday"),
    "4": _("Thursday"),
    "5": _("Friday"),
    "6": _("Saturday"),
    "7": _("Sunday"),
}


@dataclass(frozen=True)
class Scope:
    """Where something lies: a site, a process, both, or neither (the whole organization)."""

    site_id: int | None = None
    process_id: int | None = None


EVERYWHERE = Scope()
