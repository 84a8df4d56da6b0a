"""Titles that are just what was typed, texts that hold some of the words, drafts, and people."""

import pytest
from django.urls import reverse

from documents import services
from documents.services.bodies import index_document
from qms.home.queries import palette_items, results
from qms.jobs.models import Job
from qms.search.queries import keys_numbered, search, search_meant, search_some
from tests.search.conftest import ADA

pytestmark = pytest.mark.django_db


def keys(hits):
    return [hit.key for hit in hits]


def test_a_title_that_is_just_the_words_comes_before_one_that_begins_so_and_others(room):
    other = room.add("SOP-0001", "Records of cleaning", minutes=9)
    begins = room.add("SOP-0002", "Cleaning of plates", minutes=8)
    whole = room.add("SOP-0003", "Cleaning", minutes=7)
    assert keys(search(ADA, "cleaning")) == [whole, begins, other]


def test_where_nothing_holds_every_word_what_holds_most_of_them_is_found(room):
    one = room.add("A-1", "Torque wrench", "It was dropping.")
    two = room.add("A-2", "Bore gauges", "After a drop they are checked.")
    room.add("A-3", "Forms", "Paper.")
    in_text = room.add("A-4", "More forms", "Of the bore gauge.", minutes=9)
    assert keys(search(ADA, "bore gauge dropped")) == []
    assert keys(search_some(ADA, "bore gauge dropped")) == [two, in_text]
    assert keys(search_some(ADA, "wrench gauge")) == [two, one, in_text]
    assert keys(search_some(ADA, "wrench")) == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("calibraton", "calibration"),
        ("kalibration", "calibration"),
        ("micormeter", "micrometer"),
        ("guage", "gauges"),
        ("bore guage", "bore gauges"),
        ("calibration", ""),
        ("zzzz", ""),
    ],
)
def test_what_a_mistyped_word_may_have_meant_is_found_and_said(room, typed, meant):
    hidden = room.add("A-1", "Calibers of a secret kind", seen_by=2)
    room.add("A-2", "Calibration of a micrometer")
    room.add("A-3", "Bore gauges")
    words, hits = search_meant(ADA, typed)
    assert (words, bool(hits), hidden in keys(hits)) == (meant, bool(meant), False)


def test_a_number_is_found_without_what_stands_before_it_and_told_from_others_that_begin_so(room):
    wanted = room.add("P1-WI-004", "Rings")
    longer = room.add("P1-WI-0041", "Pins")
    assert keys(search(ADA, "WI-004")) == [longer, wanted]
    assert list(keys_numbered(room.model, "p1 wi 4")) == [wanted]
    assert list(keys_numbered(room.model, "rings")) == []


def test_some_of_the_words_are_looked_for_in_what_one_may_see(room):
    room.add("A-1", "Bore gauge", seen_by=2)
    assert keys(search_some(ADA, "bore wrench")) == []


def test_a_new_draft_is_found_by_those_who_may_read_it_and_by_nobody_else(world):
    revision = world.draft(title="Zirkonium rings", text="# Purpose\n\nFixtures of tantalum.\n")
    assert Job.objects.filter(kind="documents.index").count() == 1
    index_document(document_id=revision.document_id)
    people = [world.author, world.quality, world.owner, world.reader, world.colleague, world.stranger]
    for text in ("zirkon", "tantal"):
        assert [len(search(person, text)) for person in people] == [1, 1, 1, 0, 0, 0]


def test_the_draft_of_a_later_revision_is_found_by_those_who_may_read_it_until_it_is_given_up(client, world):
    document = world.effective(text="# Purpose\n\nFixtures of steel.\n").document
    draft = world.next_revision(document, text="# Purpose\n\nFixtures of tantalum.\n")
    index_document(document_id=document.pk)
    people = [world.author, world.quality, world.owner, world.reader, world.colleague, world.stranger]
    assert [[hit.model for hit in search(each, "tantalum")] for each in people] == [["documents.draft"]] * 3 + [[]] * 3
    assert [hit.model for hit in search(world.reader, "steel")] == ["documents.document"]
    address = search(world.author, "tantalum")[0].url
    answers = []
    for person in (world.author, world.reader):
        client.force_login(person)
        answers.append(client.get(address))
    assert (answers[0]["Location"], answers[1].status_code) == (draft.get_absolute_url(), 404)
    Job.objects.all().delete()
    services.cancel_revision(revision_id=draft.pk, by=world.author, reason="Not needed.")
    assert Job.objects.get().kind == "documents.index"
    index_document(document_id=document.pk)
    assert search(world.quality, "tantalum") == []


def test_people_are_found_by_who_may_see_the_list_of_people(client, world):
    found = [[each.label for each in palette_items(person, "colle")] for person in (world.quality, world.reader)]
    assert found == [["Colleague Person"], []]
    assert [each.label for each in results(world.quality, "colleague").found] == ["Colleague Person"]


def test_the_page_says_that_only_some_of_the_words_are_there(client, world):
    index_document(document_id=world.effective(title="Bore gauges").document_id)
    client.force_login(world.quality)
    page = client.get(reverse("home:search"), {"q": "bore gauge dropped"}).content.decode()
    assert ["Bore gauges" in page, "Nothing holds every one of these words." in page] == [True, True]
