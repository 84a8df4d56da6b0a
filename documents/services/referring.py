"""What a document refers to: the numbers of others in its text, kept as links that follow the text (D10)."""

import re

from django.db import transaction

from documents.models import Document
from documents.queries import governing_body
from documents.queries.revisions import shown_revision
from documents.reading import passages_of
from documents.states import OPEN_STATES, State
from qms.core.actors import SYSTEM
from qms.filing.models import Link
from qms.filing.services import link, unlink

REFERS_TO = "refers_to"
STANDING = {State.EFFECTIVE, State.MIGRATED, *OPEN_STATES}
# A text with more numbers than this is a register of its own, and is not followed to its end.
MOST_NUMBERS = 2_000
_NUMBER = re.compile(r"[^\W_][\w./–-]*\d[\w./–-]*")


@transaction.atomic
def follow_references(*, document_id: int) -> None:
    """Link a document to those that its text names by their numbers, and let go of those it names no more.

    The text is that of the revision which stands for the document; one that has ended refers to nothing. Links that a
    person made stay.
    """
    document = Document.objects.select_for_update(of=("self",)).filter(pk=document_id).first()
    if document is None:
        return
    wanted = {each.pk: each for each in Document.objects.filter(number__in=_numbers(document)).exclude(pk=document_id)}
    own = Link.objects.filter(
        from_model="documents.document", from_key=str(document_id), kind=REFERS_TO, made_by__isnull=True
    )
    known = {int(each.to_key): each for each in own}
    gone = Document.objects.in_bulk(known.keys() - wanted.keys())
    for key, other in gone.items():
        unlink(link=known[key], row=document, to=other, by=SYSTEM)
    for key in sorted(wanted.keys() - known.keys()):
        link(row=document, kind=REFERS_TO, to=wanted[key], by=SYSTEM)


def _numbers(document: Document) -> list[str]:
    """Return what looks like a number in the text of a document, each once."""
    shown = shown_revision(document)
    body = governing_body(shown) if shown is not None and shown.state in STANDING else None
    if body is None:
        return []
    found = (match.group().rstrip("./–-") for each in passages_of(body) for match in _NUMBER.finditer(each.text))
    return list(dict.fromkeys(found))[:MOST_NUMBERS]
