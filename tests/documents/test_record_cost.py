"""What the pages of a record cost, and that more revisions cost no more queries."""

import pytest

from documents import services
from documents.audience import Rule
from documents.queries import history_of
from documents.services.rounds import Place
from qms.core.actors import SYSTEM
from qms.trail.services import record
from tests.documents.counting import cost

pytestmark = [pytest.mark.both, pytest.mark.django_db]


def further(world, document, times):
    for number in range(times):
        revision = world.next_revision(document, text=f"# Purpose\n\nNew {number}.\n")
        services.submit_for_review(revision_id=revision.pk, reviewers=[world.colleague], by=world.author)
        services.agree_in_review(revision_id=revision.pk, by=world.colleague)
        from_review = Place(world.approver)
        services.start_approval(revision_id=revision.pk, approvers=[from_review], by=world.author)
        world.approve(revision)


@pytest.mark.parametrize(("who", "most"), [("reader", 13), ("auditor", 14), ("quality", 16)])
def test_the_page_of_a_document_takes_few_queries_however_many_revisions_it_has(client, world, who, most):
    document = world.effective().document
    first = cost(client, getattr(world, who), f"/documents/{document.pk}/")
    further(world, document, 3)
    # One of them asks whether the person owes this very reading, one what the last periodic review found, one to which
    # clauses it is linked; who may write there is asked about as a co-author.
    assert (first <= most, cost(client, getattr(world, who), f"/documents/{document.pk}/") <= most) == (True, True)


def test_the_page_of_a_reader_takes_few_queries(client, world):
    document = world.draft().document
    services.set_audience(document_id=document.pk, rules=[Rule("person", str(world.reader.pk))], by=world.author)
    revision = document.revisions.get()
    services.submit_for_review(revision_id=revision.pk, reviewers=[world.colleague], by=world.author)
    world.reviewed(revision)
    world.approve(revision)
    services.open_reading_duties(revision_id=revision.pk)
    assert cost(client, world.reader, f"/documents/{document.pk}/read/") <= 12


def test_a_history_is_shown_fifty_entries_at_a_time(client, world):
    document = world.effective().document
    for months in range(1, 61):
        services.change_document(document_id=document.pk, by=world.quality, review_months=months)
    client.force_login(world.auditor)
    first = client.get(f"/documents/{document.pk}/history/")
    second = client.get(f"/documents/{document.pk}/history/{first.context['after_url']}")
    assert (len(first.context["entries"]), first.context["before_url"]) == (50, "")
    rest = history_of(document, world.auditor).count() - 50
    assert (len(second.context["entries"]), second.context["after_url"]) == (rest, "")
    assert cost(client, world.auditor, f"/documents/{document.pk}/history/") <= 16


def test_a_history_does_not_exist_for_those_who_may_not_read_it(client, world):
    document = world.effective().document
    client.force_login(world.reader)
    assert client.get(f"/documents/{document.pk}/history/").status_code == 404


def test_a_history_names_the_revision_and_the_person_that_each_entry_is_about(client, world):
    document = world.effective().document
    further(world, document, 1)
    revision = document.revisions.get(state="effective")
    record("documents.credited", revision, by=SYSTEM, person=world.colleague.pk)
    client.force_login(world.auditor)
    told = [
        (each["text"], each["about"]) for each in client.get(f"/documents/{document.pk}/history/").context["entries"]
    ]
    credited = ("The system credited a writer or approver with the reading", "Colleague Person, revision 2.0")
    assert credited in told
    assert ("Approver Person approved it and signed", "revision 1.0") in told
