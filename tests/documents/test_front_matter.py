"""What a text says about itself, in YAML and in tables at its head."""

import pytest

from documents.front_matter import FrontMatter, header_table, meaning, read
from documents.markdown import blocks
from qms.core.parsers import Block, Kind


def test_values_stay_the_strings_that_were_written():
    text = "---\nnumber: SOP-0012\nversion: 1.0\neffective date: 2022-01-01\nstatus: no\nTags: [a, b]\n---\n# Title\n"
    assert read(text) == FrontMatter(
        fields={"number": "SOP-0012", "revision": "1.0", "effective": "2022-01-01", "status": "no"},
        others={"Tags": "a, b"},
        body="# Title\n",
    )


def test_folded_lines_and_nested_values_become_one_line():
    text = "---\ntitle: Calibration of\n  dial gauges\nowner:\n  name: Ann\n  team: [Lab, Ulm]\n---\n"
    assert dict(read(text).fields) == {"title": "Calibration of dial gauges", "owner": "name: Ann, team: Lab, Ulm"}


@pytest.mark.parametrize("text", ["# Title\n", "", "text\n---\na: b\n---\n", "--- \nno end", "---x\na: b\n---\n"])
def test_a_text_without_front_matter_is_all_body(text):
    assert read(text) == FrontMatter(body=text)


@pytest.mark.parametrize(
    "text", ["\ufeff---\r\ntitle: A\r\n---\r\nbody", "---\ntitle: A\n...\nbody", "--- \ntitle: A\n---  \nbody"]
)
def test_windows_lines_and_other_ends(text):
    found = read(text)
    assert (dict(found.fields), found.body) == ({"title": "A"}, "body")


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("a: [1", "not_yaml"),
        ("a: b: c", "not_yaml"),
        ("\tx: 1", "not_yaml"),
        ("- a\n- b", "not_fields"),
        ("just a text", "not_fields"),
        ("a: &x [1]\nb: *x", "repeats"),
        ("a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]", "repeats"),
        ("a: " + "[" * 30 + "]" * 30, "not_yaml"),
        ("? [a, b]\n: c", "not_yaml"),
        ("a: " + "x" * 70_000, "too_long"),
    ],
)
def test_what_is_not_plain_fields_is_a_problem_and_the_body_is_kept(source, problem):
    found = read(f"---\n{source}\n---\nbody")
    assert (found.problems, found.body, dict(found.fields)) == ((problem,), "body", {})


def test_a_tag_that_would_make_an_object_makes_a_string():
    text = "---\ntitle: !!python/object/apply:os.system ['echo']\nowner: !!int '7'\n---\n"
    assert dict(read(text).fields) == {"title": "echo", "owner": "7"}


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("Document No.", "number"),
        ("DOK-NR.", "number"),
        ("Gültig ab:", "effective"),
        ("**Process Owner**".strip("*"), "owner"),
        ("文书编号", ""),
        ("文件编号", "number"),
        ("Date d'application", "effective"),
        ("Freigegeben von", "approver"),
        ("Participants", ""),
        ("", ""),
    ],
)
def test_labels_mean_fields_in_several_languages(label, field):
    assert meaning(label) == field


def rows(*lines: str) -> list[Block]:
    cells = [tuple(line.split("|")) for line in lines]
    return [Block(Kind.TABLE_ROW, "\t".join(each), 0, each) for each in cells]


@pytest.mark.parametrize(
    ("lines", "fields"),
    [
        (("Number|SOP-0012", "Rev.|4"), {"number": "SOP-0012", "revision": "4"}),
        (("Number|SOP-0012|Revision|4",), {"number": "SOP-0012", "revision": "4"}),
        (
            ("Number|Revision|Date", "SOP-0012|4|01.01.2022"),
            {"number": "SOP-0012", "revision": "4", "date": "01.01.2022"},
        ),
        (("Logo|Doc. No.: SOP-0012|Page 1 of 3",), {"number": "SOP-0012"}),
        (("Owner|<enter role of process owner>",), {}),
        (("Owner|(...)", "Owner|Ann"), {"owner": "Ann"}),
        (("Participants|QMO", "Input|Law"), {}),
        (("Author|Reviewed by|Approved by", "Ann|Ben|"), {"author": "Ann", "reviewer": "Ben"}),
    ],
)
def test_tables_at_the_head_of_a_procedure(lines, fields):
    assert header_table(rows(*lines)) == fields


def test_lines_of_label_and_value():
    text = "# Calibration\n\nRevision: 4  \nApproved by: Ann Lee\n\nNote: this is not a field.\n"
    assert header_table(blocks(text.replace("  \n", "<br>"))) == {"revision": "4", "approver": "Ann Lee"}


def test_a_table_far_down_says_nothing_about_the_text():
    far = [Block(Kind.PARAGRAPH, f"Paragraph {number}.") for number in range(40)]
    assert header_table([*far, *rows("Owner|Ann")]) == {}


def test_the_first_value_counts():
    assert header_table(rows("Owner|Ann", "Owner|Ben")) == {"owner": "Ann"}
