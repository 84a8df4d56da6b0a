"""What an author owes between the rounds: to start the approval, or to take up what came back. Nothing rests unseen."""

from datetime import timedelta

from documents.models import Revision, Round
from documents.queries import awaited_seats
from qms.duties.services import close_on, open_for
from qms.duties.states import Outcome
from qms.organization.models import User
from qms.organization.queries import today

START_APPROVAL, TAKE_UP = "documents.start_approval", "documents.take_up"
GO_ON_DAYS = 7


def ask_to_start_approval(current: Round, by: User) -> None:
    """Ask the author to start the approval once the last reviewer has said yes (D4)."""
    if not awaited_seats(current):
        _ask(current.revision, START_APPROVAL, by)


def ask_to_take_up(current: Round, by: User) -> None:
    """Ask the author to go on with what reviewers or approvers sent back (D3, D6)."""
    _ask(current.revision, TAKE_UP, by)


def has_gone_on(revision: Revision) -> None:
    """Close what the author was asked: the revision has moved on."""
    close_on(revision, Outcome.DONE, kinds=[START_APPROVAL, TAKE_UP])


def _ask(revision: Revision, kind: str, by: User) -> None:
    who = revision.author if revision.author.is_active else revision.document.owner
    open_for([who.pk], kind, revision, due_on=today() + timedelta(days=GO_ON_DAYS), by=by)
