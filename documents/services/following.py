"""What a periodic review asks for is owed by the owner until it is done (D11)."""

from documents.models import Document
from documents.queries.reviewing import FOLLOW_DUTIES, asked_by_review, owes_what_a_review_asks
from qms.core.actors import Actor
from qms.duties.services import close_on, open_for
from qms.duties.states import Outcome
from qms.organization.queries import today


def follow_review(document: Document, *, by: Actor | None = None) -> None:
    """Let the owner owe what the last review of a document asks for, and nobody what is done. Called by every verb that
    does it or takes it back: a duty that is open already stays with whoever has it.
    """
    asked = asked_by_review(document)
    kind = asked[0] if asked else ""
    close_on(document, Outcome.DONE, kinds=[each for each in FOLLOW_DUTIES if each != kind])
    if asked and not owes_what_a_review_asks(document):
        open_for([document.owner_id], kind, document, due_on=max(asked[1], today()), by=by)


def follow_review_anew(document: Document) -> None:
    """Hand what the last review asks for to whoever owns the document now."""
    if close_on(document, Outcome.MOVED, kinds=FOLLOW_DUTIES):
        follow_review(document)
