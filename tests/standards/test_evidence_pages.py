"""The pages of evidence status and of links: what each says, who opens it, and how many questions it asks."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from qms.organization.models import Process
from qms.search.services import reindex
from qms.standards import tasks
from qms.standards.models import ClauseLink, Judgement
from qms.standards.queries import edition_called
from qms.standards.queries.links import PROCESS
from qms.standards.services import confirm_scope, load_shipped
from qms.standards.services.links import link
from tests.standards.test_evidence import DOCUMENT, linked
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def scoped(world, iso):
    confirm_scope(products="Gauges", editions=[iso], sites=[], answers={}, left_out=[], by=world.quality)
    return iso


@pytest.fixture
def shipped_two():
    load_shipped()
    return edition_called("ISO 9001", "2015"), edition_called("ISO 9001", "2026")


def page(client, name, *keys, query=""):
    answer = client.get(reverse(f"standards:{name}", args=keys) + query)
    return answer.status_code, answer.content.decode()


def test_the_matrix_shows_each_clause_by_process_as_of_a_day(client, world, scoped, clause):
    linked(world, world.effective(), clause("4.3"))
    client.force_login(world.reader)
    status, text = page(client, "evidence", scoped.pk)
    assert (status, text.count('data-tone="info" title="current, not audited"')) == (200, 2)
    assert "It does not show that the requirement is met." in text
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    assert page(client, "evidence", scoped.pk, query=f"?on={yesterday}")[1].count("current, not audited") == 1


def test_evidence_begins_with_the_scope(client, world, iso):
    client.force_login(world.reader)
    assert client.get(reverse("standards:evidence_start")).url == reverse("standards:scope")
    confirm_scope(products="Gauges", editions=[iso], sites=[], answers={}, left_out=[], by=world.quality)
    assert client.get(reverse("standards:evidence_start")).url == reverse("standards:evidence", args=[iso.pk])


@pytest.mark.parametrize(("form", "begins"), [("pdf", b"%PDF-"), ("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf")])
def test_the_matrix_is_taken_away(client, world, scoped, clause, form, begins):
    linked(world, world.effective(), clause("4.3"))
    client.force_login(world.reader)
    answer = client.get(reverse("standards:evidence_on_paper", args=[scoped.pk, form]))
    assert (b"".join(answer) if answer.streaming else answer.content).startswith(begins)


def test_a_clause_says_why_it_stands_as_it_does_and_when_that_changes(client, world, clause):
    scope = clause("4.3")
    linked(world, world.effective(), scope)
    client.force_login(world.reader)
    text = page(client, "clause", scope.pk)[1]
    for said in ("SOP-0001", "current, not audited", "a document in force, since", "a review is overdue"):
        assert said in text


def test_records_are_linked_by_their_numbers_and_unknown_ones_are_named(client, world, clause):
    scope = clause("4.3")
    world.effective()
    client.force_login(world.quality)
    address = reverse("standards:link_clause", args=[scope.pk])
    answer = client.post(address, {"model": DOCUMENT, "numbers": "SOP-0001, SOP-9999"})
    assert (answer.status_code, "SOP-9999" in answer.content.decode(), ClauseLink.objects.count()) == (422, True, 0)
    assert client.post(address, {"model": DOCUMENT, "numbers": "SOP-0001"}).status_code == 302
    assert [each.clause for each in ClauseLink.objects.all()] == [scope]


def test_chosen_documents_are_linked_to_clauses_together(client, world, scoped):
    one, two = world.effective(), world.effective(title="Another")
    keys = [str(one.document_id), str(two.document_id)]
    client.force_login(world.quality)
    address = reverse("standards:link_records", args=[DOCUMENT])
    assert "SOP-0002" in client.post(address, {"chosen": keys, "verb": "link"}).content.decode()
    wrong = client.post(address, {"chosen": keys, "edition": scoped.pk, "clauses": "4.3, 99.1 and"})
    assert "ISO 9001:2015 has no clause 99.1, and." in wrong.content.decode()
    heading = client.post(address, {"chosen": keys, "edition": scoped.pk, "clauses": "4"})
    assert (heading.status_code, "is a heading" in heading.content.decode()) == (422, True)
    client.post(address, {"chosen": keys, "edition": scoped.pk, "clauses": "4.3, 7.2"})
    assert sorted(ClauseLink.objects.values_list("subject_key", "clause__number")) == [
        (key, number) for key in keys for number in ("4.3", "7.2")
    ]


def test_links_are_suggested_by_what_records_say_and_confirmed_or_left_out(client, world, scoped):
    world.effective(title="Competence of people")
    world.effective(title="Purchasing")
    reindex()
    client.force_login(world.quality)
    client.post(reverse("standards:suggest", args=[scoped.pk]))
    assert tasks.run_suggest({"edition": scoped.pk}, None) == {"suggested": 2}
    address = reverse("standards:to_confirm", args=[scoped.pk])
    assert "Competence of people" in client.get(address).content.decode()
    first, second = ClauseLink.objects.order_by("clause__number")
    client.post(reverse("standards:decide"), {"verb": "confirm", "chosen": first.pk, "next": address})
    client.post(reverse("standards:decide"), {"verb": "dismiss", "chosen": second.pk, "next": address})
    assert list(ClauseLink.objects.order_by("clause__number").values_list("clause__number", "standing")) == [
        ("7.2", "confirmed"),
        ("8.4.1", "dismissed"),
    ]
    assert tasks.run_suggest({"edition": scoped.pk}, None) == {"suggested": 0}


def test_a_judgement_is_written_then_signed(client, world, clause):
    scope = clause("4.3")
    client.force_login(world.auditor)
    address = reverse("standards:judge", args=[scope.pk])
    assert client.post(address, {"said": ""}).status_code == 422
    asked = client.post(address, {"said": "It fits."})
    content_hash = asked.context["form"].initial["content_hash"]
    signed = client.post(address, {"said": "It fits.", "content_hash": content_hash, "password": PASSWORD})
    assert (signed.status_code, [each.said for each in Judgement.objects.all()]) == (302, ["It fits."])
    assert "It fits." in page(client, "clause", scope.pk)[1]


def test_what_is_expected_is_changed_on_its_page(client, world, clause):
    competence = clause("7.2")
    client.force_login(world.quality)
    address = reverse("standards:expect", args=[competence.pk])
    assert client.post(address, {"maintain": "on", "reason": " "}).status_code == 422
    client.post(address, {"maintain": "on", "reason": "The matrix is a document."})
    assert "The matrix is a document." in page(client, "clause", competence.pk)[1]


def test_a_document_and_a_process_say_to_which_clauses_they_are_linked(client, world, clause):
    released = world.effective()
    linked(world, released, clause("4.3"))
    link(model=PROCESS, keys=[str(world.process.pk)], clauses=[clause("8.4.1")], by=world.quality)
    client.force_login(world.owner)
    assert "Scope" in client.get(released.document.get_absolute_url()).content.decode()
    assert "Purchasing" in client.get(reverse("processes:sheet", args=[world.process.pk])).content.decode()


@pytest.mark.parametrize("name", ["link_clause", "expect", "judge"])
def test_who_only_reads_finds_no_page_to_change_anything(client, world, clause, name):
    client.force_login(world.reader)
    assert page(client, name, clause("4.3").pk)[0] == 404


def test_a_record_that_cannot_be_seen_is_missing_for_links_too(client, world):
    hidden = world.draft()
    client.force_login(world.reader)
    for model, key in ((DOCUMENT, hidden.document_id), (DOCUMENT, "x"), ("no.model", "1"), (DOCUMENT, "9" * 30)):
        assert page(client, "link_records", model, query=f"?chosen={key}")[0] == 404


def test_the_matrix_asks_ten_questions_however_much_there_is(client, world, scoped, clause):
    client.force_login(world.reader)
    for n in range(3):
        process = Process.objects.create(number=f"P{n + 10}", name=f"Process {n}")
        link(model=PROCESS, keys=[str(process.pk)], clauses=[clause("8.4.1")], by=world.quality)
        linked(world, world.effective(title=f"Document {n}", process=process), clause("4.3"), clause("8.4.1"))
    client.get(reverse("standards:evidence", args=[scoped.pk]))
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("standards:evidence", args=[scoped.pk]))
    assert len(asked) == 10


def test_a_clause_asks_as_many_questions_for_one_link_as_for_ten(client, world, clause):
    buying = clause("8.4.1")
    client.force_login(world.quality)
    client.get(buying.get_absolute_url())
    counts = []
    for n in range(10):
        linked(world, world.draft(title=f"Document {n}"), buying)
        if n in {0, 9}:
            with CaptureQueriesContext(connection) as asked:
                client.get(buying.get_absolute_url())
            counts.append(len(asked))
    assert counts[0] == counts[1]


def test_two_editions_side_by_side_show_our_evidence_on_both_sides(client, world, shipped_two):
    old, new = shipped_two
    linked(world, world.effective(), old.clauses.get(number="4.3"))
    client.force_login(world.reader)
    mapping = old.mappings_from.get(target=new)
    text = page(client, "compare", mapping.pk)[1]
    assert (text.count("current, not audited"), "It does not show that the requirement is met." in text) == (1, True)
