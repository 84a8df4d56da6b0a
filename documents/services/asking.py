"""Asking people to acknowledge a revision: a duty each, and this room's row beside it."""

from collections.abc import Iterable
from datetime import date

from documents.models import ReadingDuty, Revision
from qms.duties.services import open_for

READ_DUTY = "documents.acknowledge"


def ask(revision: Revision, people: Iterable[int], due: date) -> int:
    """Open the duty of these people to acknowledge a revision by a day; its owner asks. Returns how many are new."""
    duties = open_for(people, READ_DUTY, revision, due_on=due, by=revision.document.owner)
    ReadingDuty.objects.bulk_create(
        [
            ReadingDuty(duty=duty, person_id=duty.person_id, document=revision.document, revision=revision)
            for duty in duties
        ],
        batch_size=1000,
    )
    return len(duties)
