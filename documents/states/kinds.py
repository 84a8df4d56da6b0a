"""States, classes, outcomes and modes, with the words for people. Pure."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy


class State(StrEnum):
    """Where a revision stands."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    IN_APPROVAL = "in_approval"
    APPROVED = "approved"
    EFFECTIVE = "effective"
    SUPERSEDED = "superseded"
    OBSOLETE = "obsolete"
    CANCELLED = "cancelled"
    MIGRATED = "migrated"


STATE_WORDS: dict[State, Promise] = {
    State.DRAFT: gettext_lazy("Draft"),
    State.IN_REVIEW: gettext_lazy("In review"),
    State.IN_APPROVAL: gettext_lazy("In approval"),
    State.APPROVED: gettext_lazy("Approved, not yet effective"),
    State.EFFECTIVE: gettext_lazy("Effective"),
    State.SUPERSEDED: gettext_lazy("Superseded"),
    State.OBSOLETE: gettext_lazy("Obsolete"),
    State.CANCELLED: gettext_lazy("Cancelled"),
    State.MIGRATED: gettext_lazy("Migrated, not adopted"),
}

OPEN_STATES = (State.DRAFT, State.IN_REVIEW, State.IN_APPROVAL, State.APPROVED)


class ChangeClass(StrEnum):
    """How far a change reaches (K2): it decides label, route and what readers owe."""

    ADMINISTRATIVE = "administrative"
    MINOR = "minor"
    MAJOR = "major"
    TRAINING = "training"


CLASS_WORDS: dict[ChangeClass, Promise] = {
    ChangeClass.ADMINISTRATIVE: gettext_lazy("Administrative (typing error, link in the body)"),
    ChangeClass.MINOR: gettext_lazy("Minor (readers are told)"),
    ChangeClass.MAJOR: gettext_lazy("Major (readers acknowledge again)"),
    ChangeClass.TRAINING: gettext_lazy("Training needed (acknowledged before it takes effect)"),
}

CLASS_ORDER = list(ChangeClass)

MAJOR_CLASSES = frozenset({ChangeClass.MAJOR, ChangeClass.TRAINING})


class RoundKind(StrEnum):
    """What a round of people is asked for."""

    REVIEW = "review"
    APPROVAL = "approval"
    RETIREMENT = "retirement"
    PERIODIC_REVIEW = "periodic_review"


class RoundOutcome(StrEnum):
    """How a round ended."""

    AGREED = "agreed"
    CHANGES_WANTED = "changes_wanted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    VOID = "void"


ROUND_OUTCOME_WORDS: dict[RoundOutcome, Promise] = {
    RoundOutcome.AGREED: gettext_lazy("agreed"),
    RoundOutcome.CHANGES_WANTED: gettext_lazy("changes were wanted"),
    RoundOutcome.REJECTED: gettext_lazy("refused"),
    RoundOutcome.WITHDRAWN: gettext_lazy("taken back"),
    RoundOutcome.VOID: gettext_lazy("no longer asked"),
}


class Decision(StrEnum):
    """What one person of a round said."""

    YES = "yes"
    NO = "no"


class ApprovalMode(StrEnum):
    """When an approval is complete."""

    ALL = "all"
    N_OF = "n_of"
    ORDERED = "ordered"


class ReviewOutcome(StrEnum):
    """What a periodic review concludes (D11)."""

    NO_CHANGE = "no_change"
    MINOR = "minor"
    MAJOR = "major"
    RETIRE = "retire"


REVIEW_OUTCOME_WORDS: dict[ReviewOutcome, Promise] = {
    ReviewOutcome.NO_CHANGE: gettext_lazy("Still right, no change"),
    ReviewOutcome.MINOR: gettext_lazy("Needs a minor change"),
    ReviewOutcome.MAJOR: gettext_lazy("Needs a major change"),
    ReviewOutcome.RETIRE: gettext_lazy("No longer needed, withdraw it"),
}


class RenditionState(StrEnum):
    """How far the readable PDF of a body is (issue: bodies)."""

    NONE = "none"
    MAKING = "making"
    MADE = "made"
    COVER_SHEET = "cover_sheet"
    FAILED = "failed"
