"""Questions of the documents room."""

from documents.queries.facts import revision_facts
from documents.queries.neighbours import neighbours
from documents.queries.records import history_of, names_beside, waiting_on
from documents.queries.revisions import (
    OPEN,
    due_for_review,
    effective_revision,
    governing_body,
    lock_of_other,
    open_revision,
    readers_without,
    references,
    referring,
    review_is_needed,
    shown_revision,
)
from documents.queries.rounds import awaited_seat, awaited_seats, current_round, is_met, last_review_agreed
from documents.queries.standing import (
    in_reach,
    may_read,
    relations,
    relations_in,
    revisions_visible_to,
    scope_of,
    standing_on,
    visible_to,
)

__all__ = [
    "OPEN",
    "awaited_seat",
    "awaited_seats",
    "current_round",
    "due_for_review",
    "effective_revision",
    "governing_body",
    "history_of",
    "in_reach",
    "is_met",
    "last_review_agreed",
    "lock_of_other",
    "may_read",
    "names_beside",
    "neighbours",
    "open_revision",
    "readers_without",
    "references",
    "referring",
    "relations",
    "relations_in",
    "review_is_needed",
    "revision_facts",
    "revisions_visible_to",
    "scope_of",
    "shown_revision",
    "standing_on",
    "visible_to",
    "waiting_on",
]
