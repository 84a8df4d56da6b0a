"""The demo documents can be read: sections, steps, tables, references, and words of the field."""

import re
from collections import Counter

import pytest

from tests.demo.told import BODIES, documents, plan, told

NUMBER = re.compile(r"(?<![\w-])(?:SOP-\d{4}|POL-\d{2}|MAN-\d{2}|SPEC-\d{3}|F-\d{3}|P\d-WI-\d{3}|IT-[LP]-\d{2})\b")
NEVER = re.compile(r"\b(trained|certified|compliant|tamper-proof|waivers?|non-conformance)\b", re.IGNORECASE)
EVERY = [pytest.param(number, id=number) for number in documents()]
FILES = sorted(path.name for path in BODIES.iterdir())


def body(name):
    return (BODIES / name).read_text(encoding="utf-8")


def words(text):
    return len(re.findall(r"\w[\w’'.,-]*", text))


def in_force(number):
    """The file that holds what is in force, or stands newest where nothing is."""
    rows = told().revisions[number]
    row = next((row for row in rows if row.state == "effective"), rows[-1])
    return row.bodies[-1]


def test_every_file_is_used_and_every_file_named_is_there():
    used = [step["body"] for each in plan()["documents"] for step in each["history"] if "body" in step]
    assert sorted(used) == FILES


@pytest.mark.parametrize("number", EVERY)
def test_files_carry_the_number_and_the_newest_text_has_the_plain_name(number):
    bodies = [name for row in told().revisions[number] for name in row.bodies]
    assert bodies[-1] == f"{number}.md"
    assert {name.split(".")[0] for name in bodies} == {number}


@pytest.mark.parametrize("number", EVERY)
def test_each_revision_says_something_else_than_the_one_before(number):
    texts = [body(name) for row in told().revisions[number] for name in row.bodies]
    assert max(Counter(texts).values()) == 1


def test_about_a_dozen_documents_or_more_have_a_history_of_texts():
    assert sum(len(rows) > 1 for rows in told().revisions.values()) >= 12


@pytest.mark.parametrize("name", FILES)
def test_a_text_refers_only_to_documents_that_exist_and_never_to_itself_by_an_old_name(name):
    assert set(NUMBER.findall(body(name))) - set(documents()) == set()


@pytest.mark.parametrize("number", EVERY)
def test_what_is_in_force_refers_only_to_what_is_in_force(number):
    if "effective" not in documents()[number]["now"]:
        return
    others = set(NUMBER.findall(body(in_force(number)))) - {number}
    assert {other for other in others if "effective" not in documents()[other]["now"]} == set()


@pytest.mark.parametrize("number", [number for number in documents() if number.startswith("SOP")])
def test_a_procedure_has_its_sections_in_order_and_a_fit_length(number):
    text = body(f"{number}.md")
    sections = re.findall(r"^## \d (\w+)", text, flags=re.MULTILINE)
    assert sections == ["Purpose", "Scope", "Responsibilities", "Procedure", "Records", "References"]
    assert 300 <= words(text) <= 1100


@pytest.mark.parametrize("name", FILES)
def test_subsections_are_counted_without_gaps(name):
    counted = [int(n) for n in re.findall(r"^### 4\.(\d+) ", body(name), flags=re.MULTILINE)]
    assert counted == list(range(1, len(counted) + 1))


@pytest.mark.parametrize("name", FILES)
def test_sections_that_are_referred_to_by_number_are_there(name):
    text = body(name)
    for number, section in re.findall(r"\b(SOP-\d{4}), (4\.\d)", text):
        assert f"### {section} " in body(f"{number}.md"), (name, number, section)


@pytest.mark.parametrize("name", FILES)
def test_tables_have_as_many_cells_in_every_row(name):
    rows: list[int] = []
    for line in [*body(name).splitlines(), ""]:
        if line.startswith("|"):
            rows.append(line.count("|"))
        else:
            assert len(set(rows)) <= 1, (name, line)
            rows = []


@pytest.mark.parametrize("name", FILES)
def test_lists_count_their_steps_without_a_break(name):
    before = ""
    for line in body(name).splitlines():
        found = re.match(r"(\d+)\. ", line)
        if found and found[1] != "1":
            assert re.match(rf"{int(found[1]) - 1}\. |   ", before), (name, line)
        before = line


def test_no_text_uses_a_word_that_the_field_does_not_use():
    data = BODIES.parent, BODIES.parents[2] / "qms/organization/demo"
    found = {
        path.name: NEVER.findall(path.read_text(encoding="utf-8"))
        for folder in data
        for path in folder.rglob("*.*")
        if path.suffix in {".md", ".yaml"}
    }
    assert {name: hits for name, hits in found.items() if hits} == {}
