"""The lifecycle of a revision: its states, its facts, its guards and its table. Pure."""

from documents.states.facts import APPROVER, AUTHOR, OWNER, REVIEWER, RevisionFacts
from documents.states.kinds import (
    CLASS_ORDER,
    CLASS_WORDS,
    MAJOR_CLASSES,
    OPEN_STATES,
    REVIEW_OUTCOME_WORDS,
    ROUND_OUTCOME_WORDS,
    STATE_WORDS,
    ApprovalMode,
    ChangeClass,
    Decision,
    RenditionState,
    ReviewOutcome,
    RoundKind,
    RoundOutcome,
    State,
)
from documents.states.table import REVISION

__all__ = [
    "APPROVER",
    "AUTHOR",
    "CLASS_ORDER",
    "CLASS_WORDS",
    "MAJOR_CLASSES",
    "OPEN_STATES",
    "OWNER",
    "REVIEWER",
    "REVIEW_OUTCOME_WORDS",
    "REVISION",
    "ROUND_OUTCOME_WORDS",
    "STATE_WORDS",
    "ApprovalMode",
    "ChangeClass",
    "Decision",
    "RenditionState",
    "ReviewOutcome",
    "RevisionFacts",
    "RoundKind",
    "RoundOutcome",
    "State",
]
