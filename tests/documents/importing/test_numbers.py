"""Which number, title, revision and type files say for themselves, and which of two equal files is the original."""

import pytest

from documents.importing import Seen, parts_of, propose
from documents.importing.names import clean_title
from documents.importing.numbers import number_at_start, type_of_number

TYPES = ["POL", "MAN", "SOP", "SPEC", "WI", "F"]


@pytest.mark.parametrize(
    ("name", "number", "title", "revision", "type_"),
    [
        ("QP-07 Incoming inspection rev C.md", "QP-07", "Incoming inspection", "C", "SOP"),
        ("QP_08 Incoming goods v2.1 FINAL (2).md", "QP_08", "Incoming goods", "2.1", "SOP"),
        ("F-12 Inspection record.docx", "F-12", "Inspection record", "", "F"),
        ("WI 4.2.1 Packing.md", "WI 4.2.1", "Packing", "", "WI"),
        ("SOP 0012.md", "SOP 0012", "", "", "SOP"),
        ("QMH-001-A Manual.docx", "QMH-001-A", "Manual", "", "MAN"),
        ("B-WI-003_Deburring.md", "B-WI-003", "Deburring", "", "WI"),
        ("sop-12-cleaning - Kopie.md", "sop-12", "Cleaning", "", "SOP"),
        ("SOP-0012 Goods (hall 3 and 4) 2024-03-01.md", "SOP-0012", "Goods (hall 3 and 4)", "", "SOP"),
        ("Plan (old final final).md", "", "Plan", "", ""),
        ("KPI 2025.md", "", "KPI 2025", "", ""),
        ("ISO 9001 notes.md", "", "ISO 9001 notes", "", ""),
        ("H2O handling.md", "", "H2O handling", "", ""),
    ],
)
def test_a_file_name_says_number_title_and_revision_without_the_marks_of_its_keeper(
    name, number, title, revision, type_
):
    parts = parts_of(name)
    found = (parts.number, parts.title, parts.revision, type_of_number(parts.number, TYPES))
    assert found == (number, title, revision, type_)


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("QP-07: Incoming inspection (rev. C)", "Incoming inspection"),
        ("Incoming goods (draft", "Incoming goods"),
        ("Incoming goods v2.1 FINAL (2)", "Incoming goods"),
        ("Incoming goods 2024-03-01", "Incoming goods"),
        ("Version control", "Version control"),
    ],
)
def test_a_title_is_cut_cleanly(said, title):
    assert clean_title(said, "QP_07") == title


@pytest.mark.parametrize("words", ["and 3 more", "Rev 3", "page 2", "A 4 sheet", "iso-5230-2020", "Step 2"])
def test_words_beside_digits_are_no_numbers(words):
    assert number_at_start(words) is None


def plan(*files):
    return propose(files, {each.path: {} for each in files}, TYPES)


def seen(path, sha="", **more):
    return Seen(path=path, sha256=sha or path, media_type="text/markdown", **more)


@pytest.mark.parametrize(
    "copy",
    ["Copy of QP-07 Goods rev C.md", "A (2).md", "QP-07 Goods rev C - Kopie.md", "copies/QP-07 Goods rev C.md"],
)
def test_of_two_identical_files_the_copy_is_left_out(copy):
    found = plan(seen(copy, "same"), seen("QP-07 Goods rev C.md", "same"))
    assert [(one.path, other.path) for one, other in found.duplicates] == [(copy, "QP-07 Goods rev C.md")]
    assert [(each.number, each.revision) for each in found.documents[0]] == [("QP-07", "C")]


def test_a_number_is_taken_from_head_heading_or_name_as_the_text_writes_it():
    found = plan(
        seen("QP_08 Goods.md", written=("QP-08",)),
        seen("Cleaning.md", heading_number="WI 4.2", title="WI 4.2 Cleaning"),
        seen("Packing.md", said={"number": "QP-99"}),
        seen("Packing.pdf"),
        seen("Nameless.md"),
    ).documents
    assert [(each[0].number, each[0].number_from, each[0].title) for each in found] == [
        ("QP-08", "name", "Goods"),
        ("QP-99", "head", "Packing"),
        ("WI 4.2", "heading", "Cleaning"),
        ("", "", "Nameless"),
    ]
