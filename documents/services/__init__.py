"""The verbs of the documents room."""

from documents.services.acknowledging import acknowledge, answer_objection, excuse, object_to, see
from documents.services.adoption import adopt, adoption_hash
from documents.services.approval import (
    approve,
    reject,
    return_to_approval,
    start_approval,
    withdraw_from_approval,
)
from documents.services.audience import (
    open_reading_duties,
    person_left,
    recompute_person,
    set_audience,
)
from documents.services.comments import comment_on, resolve_comment
from documents.services.drafting import (
    accept_rendition,
    cancel_revision,
    change_draft,
    create_document,
    discard_draft,
    put_file,
    start_revision,
    take_lock,
    write_markdown,
)
from documents.services.many import RowOutcome, add_readers, change_documents
from documents.services.periodic import confirm_periodic_review, refuse_periodic_review, review_periodically
from documents.services.pictures import put_picture, remove_picture
from documents.services.placement import change_document
from documents.services.release import release_now, take_effect
from documents.services.retirement import agree_retirement, ask_retirement, refuse_retirement
from documents.services.review import agree_in_review, submit_for_review, want_changes, withdraw_from_review

__all__ = [
    "RowOutcome",
    "accept_rendition",
    "acknowledge",
    "add_readers",
    "adopt",
    "adoption_hash",
    "agree_in_review",
    "agree_retirement",
    "answer_objection",
    "approve",
    "ask_retirement",
    "cancel_revision",
    "change_document",
    "change_documents",
    "change_draft",
    "comment_on",
    "confirm_periodic_review",
    "create_document",
    "discard_draft",
    "excuse",
    "object_to",
    "open_reading_duties",
    "person_left",
    "put_file",
    "put_picture",
    "recompute_person",
    "refuse_periodic_review",
    "refuse_retirement",
    "reject",
    "release_now",
    "remove_picture",
    "resolve_comment",
    "return_to_approval",
    "review_periodically",
    "see",
    "set_audience",
    "start_approval",
    "start_revision",
    "submit_for_review",
    "take_effect",
    "take_lock",
    "want_changes",
    "withdraw_from_approval",
    "withdraw_from_review",
    "write_markdown",
]
