"""The controlled PDF, made at release and again at the end of force, for it says its state."""

from django.db import transaction
from django.db.models import F

from documents.models import Revision
from documents.printing import controlled_pdf
from documents.queries import governing_body
from documents.queries.pictures import pictures_shown
from documents.services.behind import behind
from qms.filing.services.files import store_bytes


def make_controlled_pdf(*, revision_id: int) -> Revision:
    """Make and keep the controlled PDF of a frozen revision. Idempotent: the same input gives the same bytes.

    A print whose state has ended while it was made is not kept; the end of force asked for another one.
    """
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
    made = store_bytes(controlled_pdf(revision, body, pictures_shown(body)), limit=2**31)
    if Revision.objects.filter(pk=revision.pk, state=revision.state).update(controlled_pdf=made):
        revision.controlled_pdf = made
    return revision


@transaction.atomic
def renew_prints() -> int:
    """Have the prints made anew that were made before their revision ended, and so say that it is in force (7.5.3).

    The end of force asks for that itself; here are met those that ended before it did. Returns how many there were.
    """
    old = Revision.objects.filter(controlled_pdf__stored_at__lt=F("ended_at"))
    for revision in old:
        behind("make_controlled_pdf", revision, revision=revision.pk)
    return len(old)
