"""Meanings of signatures, ways of proving who signs, and the rules of separation. Pure."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Meaning(StrEnum):
    """What a signature says (21 CFR 11.50)."""

    REVIEWED = "reviewed"
    APPROVED = "approved"
    REJECTED = "rejected"
    RELEASED = "released"
    RETURNED = "returned"
    RETIRED = "retired"
    REVIEW_CONFIRMED = "review_confirmed"
    ADOPTED = "adopted"
    EXCUSED = "excused"
    EXCEPTION_GRANTED = "exception_granted"
    JUDGED = "judged"


MEANING_WORDS: dict[Meaning, Promise] = {
    Meaning.REVIEWED: _("Reviewed"),
    Meaning.APPROVED: _("Approved"),
    Meaning.REJECTED: _("Approval refused"),
    Meaning.RELEASED: _("Released"),
    Meaning.RETURNED: _("Returned to approval"),
    Meaning.RETIRED: _("Withdrawal agreed"),
    Meaning.REVIEW_CONFIRMED: _("Periodic review confirmed"),
    Meaning.ADOPTED: _("Adopted"),
    Meaning.EXCUSED: _("Acknowledgement excused"),
    Meaning.EXCEPTION_GRANTED: _("Exception granted"),
    Meaning.JUDGED: _("Judgement of a clause"),
}


class Method(StrEnum):
    """How the person proved to be themselves at the moment of signing."""

    PASSWORD = "password"
    PASSKEY = "passkey"


METHOD_WORDS: dict[Method, Promise] = {Method.PASSWORD: _("password"), Method.PASSKEY: _("passkey")}


class SeparationRule(StrEnum):
    """Two duties that two people should hold; each can be set aside only by a recorded exception."""

    APPROVER_IS_AUTHOR = "approver_is_author"
    ONE_PERSON_TWO_STEPS = "one_person_two_steps"
    CLOSER_IS_OWNER = "closer_is_owner"
    VERIFIER_IS_DOER = "verifier_is_doer"
    AUDITOR_AUDITS_OWN_WORK = "auditor_audits_own_work"


RULE_WORDS: dict[SeparationRule, Promise] = {
    SeparationRule.APPROVER_IS_AUTHOR: _("Nobody approves what they wrote themselves"),
    SeparationRule.ONE_PERSON_TWO_STEPS: _("Nobody signs two steps of one approval"),
    SeparationRule.CLOSER_IS_OWNER: _("Nobody closes a nonconformity they own"),
    SeparationRule.VERIFIER_IS_DOER: _("Nobody verifies what they did themselves"),
    SeparationRule.AUDITOR_AUDITS_OWN_WORK: _("Nobody audits their own work"),
}

# Where each rule is kept: rooms say so in their `plugs.py`, the page of separation shows it.
_places: dict[SeparationRule, list[Promise]] = {}


def keep(rule: SeparationRule, place: Promise) -> None:
    """Say in which step of which room a rule is kept."""
    _places.setdefault(rule, []).append(place)


def places(rule: SeparationRule) -> list[Promise]:
    """Return where a rule is kept."""
    return list(_places.get(rule, ()))


def kept_rules() -> list[SeparationRule]:
    """Return the rules that the installed rooms keep: only these can be set aside."""
    return [rule for rule in SeparationRule if rule in _places]
