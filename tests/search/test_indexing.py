"""Keeping the index: what changes, what leaves, what is rebuilt, and sizes no database chokes on."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from qms.core.seams.search import SearchPassage, searchables
from qms.jobs.models import Job
from qms.search import services
from qms.search.blocks import LARGEST_BLOCK, blocks
from qms.search.models import Passage, SearchEntry, TitleWord
from qms.search.queries import search
from tests.conftest import as_owner
from tests.search.conftest import ADA, BOB

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def found(text, person=ADA):
    return [hit.key for hit in search(person, text)]


def again(room, key, **changes):
    """Index a record once more, changed."""
    fields = {name: getattr(room.sources[key], name) for name in room.sources[key].__dataclass_fields__} | changes
    room.sources[key] = type(room.sources[key])(**fields)
    services.index(room.sources[key])


def shelved():
    """Return how many titles and texts the database itself keeps words of."""
    titles, texts = (
        ("search_title", "search_text")
        if connection.vendor == "sqlite"
        else (
            "search_searchentry WHERE title_words IS NOT NULL",
            "search_passage WHERE words IS NOT NULL",
        )
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT COUNT(*) FROM " + titles + "), (SELECT COUNT(*) FROM " + texts + ")")
        return cursor.fetchone()


def test_a_record_indexed_again_is_found_by_its_new_words_only(room):
    key = room.add("SOP-0012", "Calibration", "torque")
    again(room, key, number="SOP-0013", title="Maintenance", passages=[SearchPassage("", "grease")])
    assert [found(word) for word in ("calibration", "torque", "sop-0012")] == [[], [], []]
    assert [found(word) for word in ("maintenance", "grease", "sop-0013")] == [[key], [key], [key]]
    assert (SearchEntry.objects.count(), shelved()) == (1, (1, 1))


def test_a_change_of_state_alone_does_not_cut_the_text_again(room):
    key = room.add("SOP-0012", "Calibration", "torque", state="draft", standing=1)
    kept = Passage.objects.get()
    again(room, key, state="effective", standing=0)
    entry = SearchEntry.objects.get()
    assert (Passage.objects.get(), entry.state, entry.standing) == (kept, "effective", 0)
    assert found("torque") == [key]


def test_a_record_forgotten_leaves_nothing_behind(room):
    key, other = room.add(title="Calibration", text="torque"), room.add(title="Other", text="torque")
    services.forget(room.model, key)
    services.forget(room.model, key)
    assert (found("calibration"), found("torque"), shelved()) == ([], [other], (1, 1))


def test_an_emptied_index_is_empty(room):
    room.add(title="Calibration", text="torque")
    services.clear()
    assert (SearchEntry.objects.count(), TitleWord.objects.count(), shelved()) == (0, 0, (0, 0))


def test_a_rebuilt_index_holds_what_the_rooms_hold(room, other_room):
    kept, gone = room.add(title="Calibration"), room.add(title="Calibration")
    audit = other_room.add(title="Calibration audit")
    del room.sources[gone]
    SearchEntry.objects.filter(subject_key=kept).update(title="wrong", text_hash="")
    services.reindex()
    assert found("calibration") == [kept, audit]


def test_an_index_is_rebuilt_from_nothing(room, capsys):
    keys = [room.add(title="Calibration", text="torque") for _ in range(3)]
    services.clear()
    call_command("reindex")
    assert (found("torque"), capsys.readouterr().out) == (keys[::-1], "tests.record: 3\n")
    call_command("reindex", room.model, "--from-nothing")
    assert found("torque") == keys[::-1]


def test_the_rebuilding_of_one_model_leaves_the_others(room, other_room):
    room.add(title="Calibration")
    audit = other_room.add(title="Calibration")
    room.sources.clear()
    services.reindex(models=[room.model])
    assert found("calibration") == [audit]


def test_a_model_that_is_searched_no_longer_leaves_the_index(room, other_room):
    other_room.add(title="Calibration")
    del searchables._answers[other_room.model]
    services.reindex()
    assert SearchEntry.objects.count() == 0


def test_an_unknown_model_is_not_rebuilt(room):
    with pytest.raises(CommandError):
        call_command("reindex", "tests.unknown")


def test_words_stay_when_a_record_is_moved_to_another_person(room):
    key = room.add(title="Calibration", text="torque")
    Job.objects.update(requested_by=BOB)
    assert [found("torque", ADA), found("torque", BOB)] == [[], [key]]


def test_a_body_far_larger_than_a_tsvector_is_searched_to_its_end(room):
    words = [f"w{number:06}x" for number in range(60_000)]
    key = room.add("SOP-0012", "Handbook", " ".join(words))
    assert Passage.objects.count() == 9
    assert [found(words[0]), found(words[-1]), found(words[31_234])] == [[key]] * 3


@pytest.mark.parametrize("text", ["x" * 300_000, "品質" * 100_000, "\n" * 300_000, "a " * 200_000, "🙂" * 100_000])
def test_odd_bodies_of_any_size_are_indexed(room, text):
    room.add(title="Odd", text=text)
    assert all(len(passage.text.encode()) <= LARGEST_BLOCK + 100 for passage in Passage.objects.all())
    assert len(found("odd")) == 1


def test_pages_are_joined_into_blocks_which_know_where_each_begins():
    pages = [SearchPassage("1", "One."), SearchPassage("2", "Two."), SearchPassage("2", "More of two.")]
    [block] = blocks(pages)
    assert (block.text, block.locators) == ("One.\n\nTwo.\n\nMore of two.", [(0, "1"), (6, "2")])


def test_a_long_passage_is_cut_between_words_and_keeps_its_locator():
    text = "word " * 30_000
    made = list(blocks([SearchPassage("7 Records", text)]))
    assert [block.locators for block in made] == [[(0, "7 Records")]] * 3
    assert {word for block in made for word in block.text.split()} == {"word"}


def test_locators_are_kept_with_the_text(room):
    room.add(passages=[SearchPassage("Größe", "One."), SearchPassage("2", "Two.")])
    assert json.loads(Passage.objects.get().locators) == [[0, "Größe"], [6, "2"]]


@pytest.mark.django_db(transaction=True)
def test_the_migration_can_be_taken_back_and_made_again(room):
    with as_owner():
        call_command("migrate", "search", "0001", verbosity=0)
        call_command("migrate", "search", verbosity=0)
    key = room.add(title="Calibration", text="torque")
    assert found("torque") == [key]
