"""The controlled PDF, made once at release (design 6)."""

from documents.models import Revision
from documents.printing import controlled_pdf
from documents.queries import governing_body
from documents.queries.pictures import pictures_shown
from qms.filing.services.files import store_bytes


def make_controlled_pdf(*, revision_id: int) -> Revision:
    """Make and keep the controlled PDF of a frozen revision. Idempotent: the same input gives the same bytes."""
    revision = Revision.objects.select_related(
        "document__type",
        "document__owner",
        "document__process",
        "document__site",
        "content",
        "author",
        "adoption__adopted_by",
    ).get(pk=revision_id)
    body = governing_body(revision)
    if body is None or revision.content is None:
        return revision
    revision.controlled_pdf = store_bytes(controlled_pdf(revision, body, pictures_shown(body)), limit=2**31)
    revision.save(update_fields=["controlled_pdf"])
    return revision
