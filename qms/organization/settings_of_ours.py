"""The settings that the organization itself has."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from qms.organization.setting_kinds import Input, SettingKind
from qms.organization.states import ROLE_WORDS, Role

FIRST_STEPS_SET_ASIDE = "start.set_aside"

SETTINGS = (
    SettingKind(key="organization.name", words=_("Name of the organization"), default="My organization"),
    SettingKind(
        key="organization.zone",
        words=_("Time zone"),
        help=_("Due days begin and end in this zone."),
        default=settings.TIME_ZONE,
        input=Input.ZONE,
    ),
    SettingKind(
        key=FIRST_STEPS_SET_ASIDE,
        words=_("First steps set aside"),
        help=_("Today names the first steps that are left, until they are done or this is ticked."),
        default=False,
        input=Input.SWITCH,
    ),
)


def second_factor_key(role: Role) -> str:
    """Return the key of the setting that asks a second factor of everybody who holds a role."""
    return f"second_factor.{role}"


SECOND_FACTORS = tuple(
    SettingKind(
        key=second_factor_key(role),
        words=words,
        default=False,
        input=Input.SWITCH,
        group=_("Roles that sign in with a second factor"),
        help=_("Who holds this role sets up an authenticator app or a passkey before going on."),
    )
    for role, words in ROLE_WORDS.items()
)
