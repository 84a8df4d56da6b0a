"""Snippets: the best piece of a text, with what was searched for marked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.search.snippets import WIDTH, Segment, locator_at, snippet
from qms.search.words import question


def shown(text, asked):
    return "".join(f"[{each.text}]" if each.marked else each.text for each in snippet(text, question(asked)).segments)


@pytest.mark.parametrize(
    ("text", "asked", "marked"),
    [
        ("Calibrate the torque wrench.", "torque ", "Calibrate the [torque] wrench."),
        ("Calibrate the torque wrench.", "TOR", "Calibrate the [torque] wrench."),
        ("A storage of torques.", "torque ", "A storage of torques."),
        ("Die Überprüfung", "uberpruf", "Die [Überprüfung]"),
        ("Die Überprüfung", "ueberpruefung", "Die [Überprüfung]"),
        ("Die Strasse, die Straße", "straße ", "Die [Strasse], die Straße"),
        ("Die Straße", "strasse ", "Die [Straße]"),
        ("See SOP-0012, 7.5.2 and 0008", "sop-12 7.5.2 8 ", "See [SOP-0012], [7.5.2] and [0008]"),
        ("品質管理システム", "品質管理", "[品質管理]システム"),
        ("إجراءُ التدقيق", "اجراء ", "[إجراءُ] التدقيق"),
        ("Ὁ ἄνθρωπος", "ανθρωπος ", "Ὁ [ἄνθρωπος]"),
        ("one\n\n two", "two", "one [two]"),
        ("<b>torque</b>", "torque", "<b>[torque]</b>"),
        ("", "torque", ""),
    ],
)
def test_words_are_marked_as_they_are_written(text, asked, marked):
    assert shown(text, asked) == marked


def test_the_piece_with_most_of_the_words_is_shown():
    text = "torque " + "filler " * 100 + "calibrate the torque wrench yearly " + "filler " * 100
    assert "[calibrate] the [torque] [wrench] yearly" in shown(text, "torque wrench calibrate ")


def test_a_text_without_the_words_begins_at_its_beginning():
    found = snippet("filler " * 100, question("torque"))
    assert [(each.text[:6], each.text[-3:], each.marked) for each in found.segments] == [("filler", "r …", False)]
    assert found.at == 0


def test_the_same_place_of_several_words_is_marked_once():
    assert shown("torque", "torque torq") == "[torque]"


@given(st.text(max_size=600), st.text(max_size=30))
def test_a_snippet_is_made_of_the_text_and_never_long(text, asked):
    segments = snippet(text, question(asked)).segments
    assert sum(len(segment.text) for segment in segments) <= WIDTH + 100
    assert all(isinstance(segment, Segment) and segment.text for segment in segments)


def test_a_place_has_the_locator_that_begins_before_it():
    locators = [(0, "1"), (10, "2"), (30, "3")]
    assert [locator_at(locators, at) for at in (0, 9, 10, 29, 30, 99)] == ["1", "1", "2", "2", "3", "3"]
    assert locator_at([], 5) == ""
