"""The settings that the organization itself has."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from qms.organization.setting_kinds import Input, SettingKind

SETTINGS = (
    SettingKind(key="organization.name", words=_("Name of the organization"), default="My organization"),
    SettingKind(
        key="organization.zone",
        words=_("Time zone"),
        help=_("Due days begin and end in this zone."),
        default=settings.TIME_ZONE,
        input=Input.ZONE,
    ),
)
