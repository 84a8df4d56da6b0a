"""What several tests of documents begin with."""

import pytest

from documents import services
from documents.audience import Rule
from documents.services.audience import open_reading_duties
from documents.services.rounds import Place


@pytest.fixture
def released(world):
    """A procedure in force for the laboratory, with its duties opened."""
    revision = world.draft()
    services.set_audience(document_id=revision.document_id, rules=[Rule("team", str(world.team.pk))], by=world.author)
    services.submit_for_review(revision_id=revision.pk, reviewers=[world.colleague], by=world.author)
    services.agree_in_review(revision_id=revision.pk, by=world.colleague)
    services.start_approval(revision_id=revision.pk, approvers=[Place(world.approver)], by=world.author)
    revision = world.approve(revision)
    open_reading_duties(revision_id=revision.pk)
    return revision
