"""What a line of a transition can be: the kind of its gap by the mapping, and what a person found."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qms.standards.states import Relation


class Gap(StrEnum):
    """What a line of the mapping means for the move. `CHECK` is what is nearly the same: the mapping has a note."""

    SAME = "same"
    CHECK = "check"
    CHANGED = "changed"
    NEW = "new"
    DROPPED = "dropped"
    APART = "apart"


class Outcome(StrEnum):
    """What a person assessed."""

    MET = "met"
    ACTION = "action"
    NOT_APPLICABLE = "not_applicable"


GAP_WORDS: dict[Gap, Promise] = {
    Gap.SAME: _("same"),
    Gap.CHECK: _("check"),
    Gap.CHANGED: _("changed"),
    Gap.NEW: _("new"),
    Gap.DROPPED: _("dropped"),
    Gap.APART: _("in one of the two only"),
}
OUTCOME_WORDS: dict[Outcome, Promise] = {
    Outcome.MET: _("met"),
    Outcome.ACTION: _("action needed"),
    Outcome.NOT_APPLICABLE: _("not applicable"),
}
GAPS: dict[Relation, Gap] = {
    Relation.SAME: Gap.SAME,
    Relation.CHECK: Gap.CHECK,
    Relation.EQUIVALENT: Gap.CHANGED,
    Relation.PARTIAL: Gap.CHANGED,
    Relation.SPLIT: Gap.CHANGED,
    Relation.MERGED: Gap.CHANGED,
    Relation.MOVED: Gap.CHANGED,
    Relation.NEW: Gap.NEW,
    Relation.REMOVED: Gap.DROPPED,
    Relation.SPECIFIC: Gap.APART,
}


def gap_of(relation: str) -> Gap:
    """Return the kind of gap of a relation as it is shown."""
    return GAPS[Relation(relation)]
