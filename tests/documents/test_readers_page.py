"""The page of a document's readers: it stands for one revision, and counts who was asked to read that one."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from documents import services
from documents.queries.status import Standing, Tally, people_of_document, people_of_revision, tally
from documents.services.acknowledging import excusal_hash
from documents.services.rounds import Place
from documents.states import State
from qms.signatures.states import Meaning

pytestmark = pytest.mark.django_db


def _acknowledge(world, revision):
    services.see(revision_id=revision.pk, by=world.reader)
    services.acknowledge(revision_id=revision.pk, by=world.reader, content_hash=revision.content.sha256)


def _next(world, document, **planned):
    revision = world.next_revision(document)
    services.submit_for_review(revision_id=revision.pk, reviewers=[world.colleague], by=world.author)
    services.agree_in_review(revision_id=revision.pk, by=world.colleague)
    services.start_approval(revision_id=revision.pk, approvers=[Place(world.approver)], by=world.author, **planned)
    approved = world.approve(revision)
    services.open_reading_duties(revision_id=approved.pk)
    return approved


def _page(client, world, document, query=""):
    client.force_login(world.quality)
    return client.get(reverse("documents:readers", args=[document.pk]) + query)


def test_who_acknowledged_the_coming_revision_is_not_counted_for_the_one_in_force(client, world, released):
    coming = _next(world, released.document, effective_from=timezone.now() + timedelta(days=5))
    assert coming.state == State.APPROVED
    _acknowledge(world, coming)
    page = _page(client, world, released.document)
    assert page.context["tally"] == Tally(asked=1, done=0, ahead=1)
    assert "1 has acknowledged a later one already." in page.content.decode()


def test_each_revision_has_its_own_readers(client, world, released):
    _acknowledge(world, released)
    old = released
    _next(world, released.document)
    now = _page(client, world, old.document)
    before = _page(client, world, old.document, f"?revision={old.pk}")
    assert [page.context["tally"] for page in (now, before)] == [Tally(1, 0), Tally(1, 1)]
    assert f"?revision={old.pk}" in now.content.decode()
    old.refresh_from_db()
    assert [(person, cell.standing) for person, cell in people_of_revision(old)] == [(world.reader, Standing.CURRENT)]


def test_who_was_never_asked_is_not_counted(world, released):
    rows = people_of_document(released.document, [world.reader, world.stranger])
    assert tally(released, rows) == Tally(asked=1, done=0)


def test_who_acknowledged_both_is_counted_for_each(client, world, released):
    _acknowledge(world, released)
    _acknowledge(world, _next(world, released.document, effective_from=timezone.now() + timedelta(days=5)))
    assert _page(client, world, released.document).context["tally"] == Tally(asked=1, done=1)


def test_an_excused_reader_stands_there_with_the_reason_and_who_gave_it(client, world, released):
    proof = world.proof(world.quality, Meaning.EXCUSED, excusal_hash(released, world.reader, "On leave."))
    asked = {"revision_id": released.pk, "person": world.reader, "by": world.quality}
    services.excuse(**asked, proof=proof, reason="On leave.")
    assert "Quality Person: On leave." in _page(client, world, released.document).content.decode()


def test_an_excuse_that_comes_too_late_says_so_and_keeps_the_reason(client, world, released):
    _acknowledge(world, released)
    client.force_login(world.quality)
    address = reverse("documents:excuse", args=[released.document_id, world.reader.pk])
    answer = client.post(address, {"reason": "On leave until May."})
    page = answer.content.decode()
    assert (answer.status_code, "On leave until May." in page, "Nothing is owed here any more" in page) == (
        409,
        True,
        True,
    )


def test_names_are_links_for_who_may_open_them_and_a_round_says_how_it_ended_in_words(client, world):
    revision = world.in_review()
    services.want_changes(revision_id=revision.pk, by=world.colleague, reason="Say which blocks.")
    address = reverse("documents:approvals", args=[revision.document_id, revision.pk])
    shown = []
    for person in (world.quality, world.author):
        client.force_login(person)
        text = client.get(address).text
        shown.append((f'href="{world.colleague.get_absolute_url()}"' in text, "changes were wanted" in text))
    assert (shown, "changes_wanted" in text) == ([(True, True), (False, True)], False)


def test_the_report_is_of_the_revision_that_the_page_shows(client, world, released):
    _acknowledge(world, released)
    _next(world, released.document)
    old = _page(client, world, released.document, f"?revision={released.pk}")
    address = reverse("documents:document_report", args=[released.document_id, "csv"])
    assert f"{address}?revision={released.pk}" in old.content.decode()
    told = [b"".join(client.get(f"{address}{query}")).decode() for query in (f"?revision={released.pk}", "")]
    assert [each.splitlines()[-1].split(",")[3:5] for each in told] == [["acknowledged", ""], ["due", "2.0"]]
    assert ["revision 1.0" in each for each in told] == [True, False]
