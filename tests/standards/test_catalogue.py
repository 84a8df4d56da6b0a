"""Catalogue files: everything that is wrong is told with its line, and the files that ship are right."""

import pytest

from qms.standards.catalogue import read_catalogue
from qms.standards.correlation import against, read_correlation
from qms.standards.lined import Unreadable, read, read_given
from qms.standards.reading import SHIPPED, shipped_catalogues, shipped_correlations, shipped_terms
from qms.standards.states import ClauseKind, Keeps, Stage

HEAD = 'standard: House rules\nedition: "1"\ntitle: What we ask of ourselves\n'


def problems(text):
    return [str(each) for each in read_catalogue(read(text))[1]]


def clauses(*rows):
    return (
        HEAD + "clauses:\n" + "".join(f"- {{number: {number}, title: T, parent: {above}}}\n" for number, above in rows)
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (clauses(("1", "null"), ("1.1", "7")), ["line 6: clause 1.1 belongs to 7, which is not there"]),
        (clauses(("1", "null"), ("1", "null")), ["line 6: clause 1 stands on line 5 already"]),
        (
            clauses(("1", "2"), ("2", "1")),
            [
                "line 5: what clause 1 belongs to goes round in a circle",
                "line 6: what clause 2 belongs to goes round in a circle",
            ],
        ),
        (
            clauses(*((word, "null") for word in ("eight", "EIGHT", "8.", "8..1", "８"))),
            [
                f"line {line}: “{word}” is no clause number; one looks like 8.5.1 or A.5.1"
                for line, word in enumerate(("eight", "EIGHT", "8.", "8..1", "８"), start=5)
            ],
        ),
        (
            clauses(("1", "null"), *((str(number), str(number - 1)) for number in range(2, 11))),
            ["line 13: clause 9 lies more than 8 levels deep", "line 14: clause 10 lies more than 8 levels deep"],
        ),
        (
            f'standard: {"S" * 61}\nedition: "1"\ntitle: T\nclauses:\n- {{number: "1", title: {"T" * 301}}}\n',
            [
                "line 1: the field “standard” is longer than 60 characters",
                "line 5: clause 1 says too much; the text of a standard is not kept here",
            ],
        ),
        (
            "- just\n- a list\n",
            ["there are no clauses", "line 1: a catalogue has the fields standard, edition, title and clauses"],
        ),
        (HEAD, ["there are no clauses"]),
        (
            "clauses:\n- {number: '1', title: T}\n",
            [f"line 1: the field “{each}” is missing" for each in ("standard", "edition", "title")],
        ),
        (
            HEAD + "clauses:\n- number: '1'\n  title: T\n  documented_information: paper\n",
            ["line 5: “paper” is not known as documented_information; known are none, maintain, retain, both"],
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text, said):
    assert problems(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: b\nc: d: e\n", "line 2: mapping values are not allowed in this context"),
        ("a: &x 1\nb: *x\n", "line 2: values by reference are not taken"),
        ("a: 1\na: 2\n", "line 2: “a” stands here twice"),
        ("[" * 40 + "]" * 40, "line 1: this nests too deeply"),
        ("a: 1\n---\nb: 2\n", "line 3: a second document begins here; a file holds one"),
        ("a: \0", "this is not YAML"),
    ],
)
def test_what_is_no_plain_yaml_is_refused_with_its_line(text, said):
    with pytest.raises(Unreadable) as refusal:
        read(text)
    assert str(refusal.value) == said


def test_a_character_that_no_database_takes_is_left_out():
    assert read('a: "x\\0y"\nb: c\n').text("a") == "x y"


def test_every_catalogue_that_ships_is_without_a_mistake():
    assert sorted(found.name for found, _sha256 in shipped_catalogues()) == [
        "ISO 13485:2016",
        "ISO 14001:2015",
        "ISO 14001:2026",
        "ISO 9001:1994",
        "ISO 9001:2008",
        "ISO 9001:2015",
        "ISO 9001:2026",
        "ISO 9002:1994",
        "ISO/IEC 27001:2022",
    ]


def test_every_mapping_that_ships_names_clauses_that_are_there():
    numbers = {(each.standard, each.edition): {row.number for row in each.clauses} for each, _ in shipped_catalogues()}
    wrong = [
        problem
        for found, _sha256 in shipped_correlations()
        for problem in against(found, numbers[found.source], numbers[found.target])
    ]
    assert wrong == []


def test_a_clause_tells_what_it_asks_to_keep_and_at_which_stage_it_stands():
    iso = next(found for found, _sha256 in shipped_catalogues() if found.name == "ISO 9001:2015")
    row = next(each for each in iso.clauses if each.number == "8.5.1")
    assert (row.kind, row.keeps, row.stages, row.parent) == (
        ClauseKind.REQUIREMENT,
        Keeps.MAINTAIN,
        (Stage.PRODUCTION,),
        "8.5",
    )


def test_the_glossary_says_what_people_say_instead():
    term = next(each for each in shipped_terms() if each.text("term") == "audit evidence")
    assert term.texts("people_also_say") == ["proof", "sample", "objective evidence"]


MAPPING = """from: {standard: A, edition: "1"}
to: {standard: B, edition: "2"}
links:
- {from: "1", to: ["1"], relation: same}
- {from: null, to: ["2"], relation: new}
- {from: "9", to: ["1", "7"], relation: split}
"""


def test_a_mapping_to_a_clause_that_is_not_there_is_told_with_its_line():
    found, wrong = read_correlation(read(MAPPING))
    assert (wrong, [str(each) for each in against(found, {"1"}, {"1", "2"})]) == (
        [],
        ["line 6: there is no clause 9 in A:1", "line 6: there is no clause 7 in B:2"],
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (MAPPING.replace("split", "similar"), ["line 6: “similar” is no relation"]),
        (
            MAPPING.replace("relation: new", "relation: same"),
            ["line 5: “same” does not fit the sides on which a clause stands here"],
        ),
        (
            MAPPING.replace('from: "9"', "from: null").replace("split", "removed"),
            ["line 6: “removed” does not fit the sides on which a clause stands here"],
        ),
        (
            MAPPING.replace("standard: B", "standard: A").replace('"2"}', '"1"}'),
            ["line 1: an edition is not mapped to itself"],
        ),
        (
            "links: [{from: a, to: b, relation: same}]\n",
            [f"line 1: the field “{each}” names no edition" for each in ("from", "to")],
        ),
    ],
)
def test_what_is_wrong_in_a_mapping_is_told_with_its_line(text, said):
    assert [str(each) for each in read_correlation(read(text))[1]] == said


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"standard: A\nstandard: B\n", "line 2: “standard” stands here twice"),
        (b"standard: &a A\nedition: *a\n", "line 2: values by reference are not taken"),
        (b"a: [\n", "line 2: did not find expected node content"),
        (b"a: \xff\n", "The file is not UTF-8 text."),
        (b"[" * 2000, "line 1: this nests too deeply"),
    ],
)
def test_a_file_that_somebody_gave_is_read_in_the_sandbox_with_the_same_words(tmp_path, data, said):
    (tmp_path / "own.yaml").write_bytes(data)
    with pytest.raises(Unreadable) as refusal:
        read_given(tmp_path / "own.yaml")
    assert str(refusal.value) == said


def test_a_catalogue_is_the_same_read_here_and_in_the_sandbox():
    path = SHIPPED / "iso-9001-2026.yaml"
    assert read_given(path) == read(path.read_text())
