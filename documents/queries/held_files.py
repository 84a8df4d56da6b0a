"""The files of a revision beside the text that counts: translations, and the same text in other forms."""

from collections.abc import Sequence

from documents.models import Body, Revision
from qms.filing.models import Attachment
from qms.filing.queries import attachments_of


def bodies_of(revision: Revision) -> list[Body]:
    """Return what a revision says in each language, the one that counts first."""
    found = revision.bodies.select_related("source", "rendition").order_by("-governing", "language")
    return list(found)


def translation_of(revision: Revision, key: int) -> Body | None:
    """Return one text of a revision, or None when it is none of its."""
    return revision.bodies.filter(pk=key).select_related("source").first()


def other_forms(revision: Revision) -> Sequence[Attachment]:
    """Return the files that came with a revision as other forms of its text; one written here costs no query."""
    return list(attachments_of(revision)) if revision.origin else []


def other_form(revision: Revision, key: int) -> Attachment | None:
    """Return one of the files that came with a revision, or None."""
    return attachments_of(revision).filter(pk=key).first()
