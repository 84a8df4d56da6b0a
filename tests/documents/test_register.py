"""The register asked by state."""

from documents import services
from documents.models import Revision
from documents.queries.register import RegisterFilter, registered
from documents.states import State


def test_a_document_with_two_revisions_in_a_state_stands_in_the_register_once(world):
    first = world.effective()
    for _ in range(2):
        revision = world.next_revision(first.document)
        services.cancel_revision(revision_id=revision.pk, by=world.author, reason="Not needed")
    Revision.objects.filter(pk=first.pk).update(state=State.OBSOLETE)
    found = registered(world.quality, RegisterFilter(state=State.CANCELLED))
    assert [row.pk for row in found] == [first.document_id]
