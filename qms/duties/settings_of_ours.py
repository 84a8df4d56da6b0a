"""The settings of reminders (K8, editable)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qms.organization.setting_kinds import Input, SettingKind

GROUP = _("Reminders")


def _days(name: str, words: Promise, default: int, *, after: str = "", maximum: int = 90) -> SettingKind:
    return SettingKind(
        key=f"duties.ladder.{name}",
        words=words,
        default=default,
        input=Input.NUMBER,
        group=GROUP,
        minimum=1,
        maximum=maximum,
        at_least=f"duties.ladder.{after}" if after else "",
    )


SETTINGS = (
    _days("before", _("First reminder: working days before the due day"), 7),
    _days("manager", _("The line manager is told: working days after the due day"), 3),
    _days("owner", _("The process owner is told: working days after the due day"), 7, after="manager"),
    _days("quality", _("Quality is told: working days after the due day"), 14, after="owner"),
    _days("every", _("After that a reminder every so many days"), 7, maximum=31),
    SettingKind(
        key="duties.digest_hour",
        words=_("Reminders go out from this hour, in each person's time zone"),
        default=6,
        input=Input.NUMBER,
        group=GROUP,
        minimum=0,
        maximum=23,
    ),
    SettingKind(
        key="duties.sane_reminders",
        words=_("After 48 hours without a run, hold reminders about more duties than this"),
        help=_("Protects everybody from a flood of mail when the clock of the server jumps."),
        default=500,
        input=Input.NUMBER,
        group=GROUP,
        minimum=1,
        maximum=1_000_000,
    ),
)
