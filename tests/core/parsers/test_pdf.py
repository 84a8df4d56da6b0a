"""PDF: text by page, a title from what stands largest, pages as pictures and as fingerprints."""

from pathlib import Path

import pytest
from PIL import Image

from qms.core.parsers import Block, Kind, Outcome, Passage, Place, extract, page_images
from qms.core.parsers.pages import blocks_of_pages
from qms.core.parsers.words import place
from tests.core.parsers.making import pdf

COVER = [
    (26, "Calibration of"),
    (26, "dial gauges"),
    (11, "SOP-0012, Revision: 4"),
    (11, "Let them rest for one hour."),
]


def test_each_page_is_a_passage_with_its_number(tmp_path):
    path = pdf(tmp_path / "a.pdf", [COVER, [(11, "Page two.")]], Title="7BUntitled", Author="Ann")
    found = extract(path, path.name)
    assert found.passages[1] == Passage(Place.PAGE, "2", "Page two.")
    assert (found.pages, found.revisions, place(found.passages[1])) == (2, ("4",), "page 2")
    assert (found.properties["title"], found.properties["author"]) == ("7BUntitled", "Ann")


def test_the_title_is_what_stands_largest_on_the_first_page_over_several_lines(tmp_path):
    path = pdf(tmp_path / "a.pdf", [COVER], Title="Something else")
    assert extract(path, path.name).title == "Calibration of dial gauges"


@pytest.mark.parametrize(("told", "title"), [("Dial Gauges", "Dial Gauges"), ("Draft 3 final", ""), ("", "")])
def test_where_nothing_stands_out_the_title_of_the_metadata_counts_only_if_the_page_says_it_too(tmp_path, told, title):
    path = pdf(tmp_path / "a.pdf", [[(11, "About dial gauges"), (11, "and blocks")]], Title=told)
    assert extract(path, path.name).title == title


def test_pages_without_text_are_no_passages_and_a_file_of_such_pages_says_so(tmp_path):
    path = pdf(tmp_path / "a.pdf", [[], []])
    found = extract(path, path.name)
    assert (found.outcome, found.words, found.pages, found.passages) == (
        Outcome.NO_TEXT,
        "The file holds no text, only pictures.",
        2,
        (),
    )


def test_pages_are_drawn_in_the_width_asked_for_and_only_those_there_are(tmp_path):
    path = pdf(tmp_path / "a.pdf", [COVER] * 3)
    found = page_images(path, tmp_path, 300, [1, 3, 4, 0, -1])
    assert [Path(each).name for each in found.items] == ["page-0001.webp", "page-0003.webp"]
    with Image.open(found.items[0]) as picture:
        assert (picture.format, picture.width, abs(picture.height - 425) < 2) == ("WEBP", 300, True)


def test_pages_are_drawn_as_png_when_asked_and_more_than_one_process_draws_many(tmp_path):
    path = pdf(tmp_path / "a.pdf", [[(11, f"Page {number}")] for number in range(45)])
    found = page_images(path, tmp_path, 60, range(1, 46), suffix="png")
    assert (found.outcome, len(found.items), Path(found.items[44]).name) == (Outcome.TEXT, 45, "page-0045.png")


def test_what_is_no_pdf_and_no_picture_is_not_drawn(tmp_path):
    path = tmp_path / "a.md"
    path.write_text("# Text")
    assert page_images(path, tmp_path, 300, [1]).outcome is Outcome.UNSUPPORTED


def test_words_of_a_broken_pdf_come_back_from_every_way_of_reading(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.4 nothing")
    words = "The file is damaged and cannot be read."
    found = (extract(path, path.name), page_images(path, tmp_path, 300, [1]))
    assert [each.words for each in found] == [words] * 2


# Blocks that survive a new line break


def texts(*pages: str) -> list[str]:
    return [block.text for block in blocks_of_pages(pages)]


def test_the_same_sentences_in_other_lines_are_the_same_blocks():
    narrow = "Let the gauge and the blocks\nrest together. Set zero on the\nblock and read the gauge at\neleven places."
    wide = "Let the gauge and the blocks rest together.\nSet zero on the block and read the gauge at eleven places."
    assert (
        texts(narrow)
        == texts(wide)
        == [
            "Let the gauge and the blocks rest together.",
            "Set zero on the block and read the gauge at eleven places.",
        ]
    )


def test_words_broken_at_the_end_of_a_line_are_one_word():
    assert texts("This is how the docu-\nmentation of OSCAL-\nBased work goes on here.") == [
        "This is how the documentation of OSCAL-Based work goes on here."
    ]


def test_running_heads_and_page_numbers_are_no_text():
    pages = [f"SOP-0012 Rev. 4\nText of page {word} goes here.\nPage {number} of 3" for number, word in PAGES]
    assert texts(*pages) == [f"Text of page {word} goes here." for _number, word in PAGES]


PAGES = [(1, "alpha"), (2, "beta"), (3, "gamma")]


def test_numbered_headings_and_list_items_are_blocks_of_their_own():
    page = "1 Purpose\nThis procedure is for all of the gauges we own.\n2.1 Duties\n"
    page += "• The owner reads it\n• The reader signs it"
    assert blocks_of_pages([page]) == [
        Block(Kind.HEADING, "1 Purpose", 1),
        Block(Kind.PARAGRAPH, "This procedure is for all of the gauges we own."),
        Block(Kind.HEADING, "2.1 Duties", 2),
        Block(Kind.PARAGRAPH, "• The owner reads it"),
        Block(Kind.PARAGRAPH, "• The reader signs it"),
    ]


def test_marks_of_a_list_that_stand_apart_at_the_end_of_a_page_say_nothing():
    assert texts("Wipe the plates and\n•\n1.\n10.\n", "wring them together.\n• Rest.") == [
        "Wipe the plates and wring them together.",
        "• Rest.",
    ]


def test_a_sentence_goes_on_over_the_end_of_a_page_and_japanese_without_a_space():
    assert texts("測定器と基準器を一緒に\n放置する。", "次に読む。") == [
        "測定器と基準器を一緒に放置する。",
        "次に読む。",
    ]
    assert texts("The gauge and the blocks rest", "together for one hour.") == [
        "The gauge and the blocks rest together for one hour."
    ]
