"""What the verbs of this room are called in a history."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms.core.seams.history import Sentence
from qms.organization.setting_kinds import declared
from qms.organization.states import ROLE_WORDS, Role

FIELDS: dict[str, Promise] = {
    "username": gettext_lazy("user name"),
    "name": gettext_lazy("name"),
    "email": gettext_lazy("e-mail"),
    "personnel_number": gettext_lazy("personnel number"),
    "job_title": gettext_lazy("job title"),
    "company": gettext_lazy("company"),
    "site": gettext_lazy("site"),
    "line_manager": gettext_lazy("line manager"),
    "language": gettext_lazy("language"),
    "time_zone": gettext_lazy("time zone"),
    "joined_on": gettext_lazy("first day"),
    "ends_on": gettext_lazy("last day"),
    "theme": gettext_lazy("appearance"),
    "shortcuts": gettext_lazy("shortcuts"),
    "code": gettext_lazy("code"),
    "working_days": gettext_lazy("working days"),
    "is_active": gettext_lazy("in use"),
    "number": gettext_lazy("number"),
    "owner": gettext_lazy("owner"),
    "process": gettext_lazy("process"),
}


def _plain(words: Promise, icon: str = "circle-dot") -> Sentence:
    return Sentence(lambda detail: str(words), icon)


def _changed(detail: dict[str, Any]) -> str:
    fields = ", ".join(str(FIELDS.get(field, field)) for field in detail.get("changed", {}))
    return _("changed %(fields)s") % {"fields": fields}


def _role(words: Promise, scoped: Promise, icon: str) -> Sentence:
    def sentence(detail: dict[str, Any]) -> str:
        given = {"role": ROLE_WORDS[Role(detail["role"])], "where": detail.get("where", "")}
        return str(scoped if given["where"] else words) % given

    return Sentence(sentence, icon)


def _setting(detail: dict[str, Any]) -> str:
    kind = declared().get(detail["key"])
    if detail["key"] == "organization.logo":
        return _("changed the logo") if detail["new"] else _("took the logo away")
    if kind is None:
        return _("changed what the system keeps for itself")
    given = {"words": kind.words, "old": detail["old"], "new": detail["new"]}
    return _("changed “%(words)s” from %(old)s to %(new)s") % given


def _password_set(detail: dict[str, Any]) -> str:
    if detail.get("command"):
        return _("set a temporary password by a command on the server")
    return _("set a temporary password")


def _filled(words: Promise, icon: str) -> Sentence:
    return Sentence(lambda detail: str(words) % detail, icon)


CHANGED = Sentence(_changed, "pencil-line")

SENTENCES: dict[str, Sentence] = {
    "organization.person_created": _plain(gettext_lazy("made the account"), "user-plus"),
    "organization.person_changed": CHANGED,
    "organization.person_left": _plain(gettext_lazy("closed the account"), "user-minus"),
    "organization.person_returned": _plain(gettext_lazy("opened the account again"), "user-check"),
    "organization.password_set": Sentence(_password_set, "key-round"),
    "organization.password_chosen": _plain(gettext_lazy("chose a password"), "key-round"),
    "organization.sign_in_link_sent": _plain(gettext_lazy("sent a link to choose a password")),
    "organization.sign_in_locked": _plain(gettext_lazy("locked the sign-in after wrong passwords"), "lock"),
    "organization.factor_changed": _plain(gettext_lazy("changed passkeys or codes"), "key-round"),
    "organization.factors_removed": _plain(gettext_lazy("removed passkeys and codes"), "key-round"),
    "organization.sessions_ended": _plain(gettext_lazy("ended sessions")),
    "organization.preferences_changed": CHANGED,
    "organization.identity_linked": _plain(gettext_lazy("linked the single sign-on")),
    "organization.identity_unlinked": _plain(gettext_lazy("took the link to the single sign-on away")),
    "organization.identity_bound": _plain(gettext_lazy("came through the single sign-on for the first time")),
    "organization.role_granted": _role(
        gettext_lazy("gave the role “%(role)s”"), gettext_lazy("gave the role “%(role)s” for %(where)s"), "shield-plus"
    ),
    "organization.role_ended": _role(
        gettext_lazy("ended the role “%(role)s”"),
        gettext_lazy("ended the role “%(role)s” for %(where)s"),
        "shield-minus",
    ),
    "organization.first_quality_manager_named": _plain(gettext_lazy("named the first quality manager"), "shield-check"),
    "organization.sign_in_confirmed": _filled(
        gettext_lazy("confirmed that the person alone has their sign-in: %(how)s"), "user-check"
    ),
    "organization.second_person_named": _filled(
        gettext_lazy("named the second person who confirms the sign-in of others: %(how)s"), "user-check"
    ),
    "organization.team_joined": _filled(gettext_lazy("put %(name)s into the team %(team_name)s"), "users"),
    "organization.team_left": _filled(gettext_lazy("took %(name)s out of the team %(team_name)s"), "users"),
    "organization.team_created": _plain(gettext_lazy("made the team")),
    "organization.team_changed": CHANGED,
    "organization.site_created": _plain(gettext_lazy("made the site")),
    "organization.site_changed": CHANGED,
    "organization.holidays_changed": _plain(gettext_lazy("changed the holidays")),
    "organization.process_created": _plain(gettext_lazy("made the process")),
    "organization.process_changed": CHANGED,
    "organization.setting_changed": Sentence(_setting, "settings"),
    "organization.people_imported": _plain(gettext_lazy("imported people from a file")),
}
