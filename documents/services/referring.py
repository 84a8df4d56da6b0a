"""What a document refers to: the numbers of others in its text, kept as links that follow the text (D10)."""

import re

from django.db import transaction
from django.db.models import QuerySet

from documents.models import Document
from documents.queries import governing_body
from documents.queries.revisions import shown_revision
from documents.reading import passages_of
from documents.states import OPEN_STATES, State
from qms.core.actors import SYSTEM
from qms.filing.models import Link
from qms.filing.services import link, unlink
from qms.search.queries import matching_keys

DOCUMENT, REFERS_TO = "documents.document", "refers_to"
STANDING = {State.EFFECTIVE, State.MIGRATED, *OPEN_STATES}
# A text with more numbers than this is a register of its own, and is not followed to its end.
MOST_NUMBERS = 2_000
# So many others are read again when a number is new; the rest follow when they change themselves.
MOST_REFERRING = 200
_WORD = re.compile(r"\w+")
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
    wanted = {each.pk: each for each in _named(_text(document)) if each.pk != document_id}
    own = Link.objects.filter(from_model=DOCUMENT, from_key=str(document_id), kind=REFERS_TO, made_by__isnull=True)
    known = {int(each.to_key): each for each in own}
    gone = Document.objects.in_bulk(known.keys() - wanted.keys())
    for key, other in gone.items():
        unlink(link=known[key], row=document, to=other, by=SYSTEM)
    for key in sorted(wanted.keys() - known.keys()):
        link(row=document, kind=REFERS_TO, to=wanted[key], by=SYSTEM)


def follow_referring(*, document_id: int, before: str | None) -> None:
    """Follow the references of the documents that may name this one by its number: they may have been read before the
    number led anywhere. `before` is the number by which the index knew it, None for one that is new to it.

    A document that is known by this number and referred to costs two queries; under another number those that named it
    by the old one are followed too.
    """
    number = Document.objects.filter(pk=document_id).values_list("number", flat=True).first()
    linked = [int(key) for key in _links_to(document_id).values_list("from_key", flat=True)]
    if number is None or (linked and number == before):
        return
    # The space says that the last word is typed to its end.
    naming = matching_keys(DOCUMENT, f"{number} ").exclude(subject_key__in=[document_id, *linked])
    found = list(naming.order_by("-updated_at", "pk")[:MOST_REFERRING])
    for key in [*linked, *found] if before is not None else found:
        follow_references(document_id=key)


def _links_to(document_id: int) -> QuerySet[Link]:
    return Link.objects.filter(
        from_model=DOCUMENT, kind=REFERS_TO, to_model=DOCUMENT, to_key=str(document_id), made_by__isnull=True
    )


def _text(document: Document) -> str:
    """Return the text that a document refers by, in one line."""
    shown = shown_revision(document)
    body = governing_body(shown) if shown is not None and shown.state in STANDING else None
    return " ".join(word for each in passages_of(body) for word in each.text.split()) if body is not None else ""


def _named(text: str) -> QuerySet[Document]:
    """Return the documents that a text names by their numbers."""
    found = dict.fromkeys(match.group().rstrip("./–-") for match in _NUMBER.finditer(text))
    return Document.objects.filter(number__in=[*_spaced(text), *found][:MOST_NUMBERS])


def _spaced(text: str) -> list[str]:
    """Return the numbers with spaces that stand in a text; of two that begin alike the longer one is meant."""
    words = set(_WORD.findall(text))
    known = Document.objects.filter(number__contains=" ").values_list("number", flat=True)
    likely = [number for number in known if words.issuperset(_WORD.findall(number))]
    if not likely:
        return []
    any_of = "|".join(map(re.escape, sorted(likely, key=len, reverse=True)))
    return list(dict.fromkeys(re.findall(rf"(?<!\w)(?<!\w[./–-])(?:{any_of})(?![./–-]?\w)", text)))
