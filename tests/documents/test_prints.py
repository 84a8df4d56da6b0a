"""The controlled PDF says the state that its revision has now."""

import pytest
from django.utils import timezone

from documents import services
from documents.models import Revision
from documents.printing import controlled_copy
from documents.services.prints import renew_prints
from qms.filing.services.files import store_bytes
from qms.jobs.models import Job
from qms.organization.queries import organization_zone
from qms.signatures.states import Meaning

pytestmark = pytest.mark.django_db


def prints_wanted(revision) -> int:
    wanted = Job.objects.filter(kind="documents.make_controlled_pdf", subject_key=str(revision.pk))
    return wanted.count()


def test_a_retired_document_is_printed_anew(world):
    revision = world.effective()
    services.ask_retirement(revision_id=revision.pk, approvers=[world.approver], by=world.owner, reason="Not made now")
    assert prints_wanted(revision) == 1
    proof = world.proof(world.approver, Meaning.RETIRED, revision.content.sha256)
    services.agree_retirement(revision_id=revision.pk, by=world.approver, proof=proof)
    assert prints_wanted(revision) == 2
    assert controlled_copy(Revision.objects.get(pk=revision.pk)).state_words == "Obsolete"


def test_a_print_from_before_its_revision_ended_is_made_anew_once(world):
    revision = world.effective()
    Revision.objects.filter(pk=revision.pk).update(controlled_pdf=store_bytes(b"Effective"))
    assert renew_prints() == 0
    Revision.objects.filter(pk=revision.pk).update(ended_at=timezone.now())
    Job.objects.all().delete()
    assert (renew_prints(), prints_wanted(revision)) == (1, 1)
    Revision.objects.filter(pk=revision.pk).update(controlled_pdf=store_bytes(b"Obsolete"))
    assert renew_prints() == 0


def test_a_superseded_revision_is_printed_anew(world):
    old = world.effective()
    new = world.next_revision(old.document)
    services.submit_for_review(revision_id=new.pk, reviewers=[world.colleague], by=world.author)
    world.reviewed(new)
    world.approve(new)
    assert (prints_wanted(old), prints_wanted(new)) == (2, 1)


def test_a_print_names_approvers_in_their_function_and_who_reviewed(world):
    copy = controlled_copy(Revision.objects.get(pk=world.effective().pk))
    assert [(each.name, each.role) for each in copy.signatures] == [("Approver Person", "Approver")]
    day = timezone.localdate(timezone=organization_zone())
    assert copy.notes == [f"Reviewed without objection: Colleague Person (Author), {day}."]
