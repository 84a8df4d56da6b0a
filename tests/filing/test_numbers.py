"""Numbers by pattern from locked sequences, and labels of revisions, imported ones too."""

import re
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from threading import Barrier

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from qms.core.errors import RuleBroken
from qms.filing.models import NumberSequence
from qms.filing.numbers import (
    LabelScheme,
    check_number,
    check_pattern,
    count_of,
    first_label,
    format_number,
    next_label,
    sequence_key,
)
from qms.filing.services import issue_number, note_number

MAJOR_MINOR, INTEGERS, LETTERS = LabelScheme.MAJOR_MINOR, LabelScheme.INTEGERS, LabelScheme.LETTERS


@pytest.mark.parametrize(
    "pattern", ["{n}", "SOP-{n:04}", "{site}-WI-{n:03}", "{type}/{process}.{n:9}", "測定-{n:02}", "Nr. {n} ({site})"]
)
def test_these_are_patterns(pattern):
    check_pattern(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "SOP",
        "{site}",
        "{n}{n}",
        "{n",
        "n}",
        "{}",
        "{0}",
        "{n}{1}",
        "{m}{n}",
        "{n.__class__}",
        "{n!r}",
        "{n:x}",
        "{n:04d}",
        "{n:0999999999}",
        "{n:{site}}",
        "{n:+}",
        "{site:>20}{n}",
        "{site.code}{n}",
        "{site[0]}{n}",
        "{{n}}",
        "{{{n}}}",
        "{n}\n",
        "{n}\x00",
        "{n}" + "x" * 60,
    ],
)
def test_these_are_no_patterns(pattern):
    with pytest.raises(RuleBroken):
        check_pattern(pattern)


@given(st.text(alphabet="{}n:04site!.[]-x", max_size=12))
def test_whatever_is_accepted_as_a_pattern_makes_numbers_and_reads_them_back(pattern):
    try:
        check_pattern(pattern)
    except RuleBroken:
        return
    names = {"site": "P2", "type_": "SOP", "process": "P01"}
    made = [format_number(pattern, n, **names) for n in (1, 9, 10, 9999)]
    assert len(set(made)) == 4
    assert sequence_key(pattern, **names).count("#") >= 1
    assert [count_of(pattern, each, **names) for each in made] == [1, 9, 10, 9999]


@pytest.mark.parametrize(
    ("pattern", "number", "count"),
    [
        ("SOP-{n:04}", "SOP-0012", 12),
        ("SOP-{n:04}", "SOP-12", None),
        ("SOP-{n:04}", "SOP-12345", 12345),
        ("SOP-{n:04}", "sop-0012", None),
        ("SOP-{n:04}", "SOP-0012a", None),
        ("SOP-{n:04}", "SOP-٠٠١٢", None),
        ("SOP-{n:04}", "SOP-99999999999999999999", None),
        ("{site}-WI-{n:03}", "P2-WI-007", 7),
        ("{site}-WI-{n:03}", "HQ-WI-007", None),
        ("A.{n}", "AxB1", None),
        ("A.{n}", "A.1", 1),
    ],
)
def test_a_number_from_outside_is_read_only_when_the_pattern_could_have_made_it(pattern, number, count):
    assert count_of(pattern, number, site="P2", type_="SOP", process="P01") == count


def test_numbers_are_issued_in_order_by_pattern_and_by_what_fills_it(db):
    assert [issue_number("SOP-{n:04}") for _each in range(3)] == ["SOP-0001", "SOP-0002", "SOP-0003"]
    assert [issue_number("{site}-WI-{n:03}", site=site) for site in ("HQ", "P2", "HQ")] == [
        "HQ-WI-001",
        "P2-WI-001",
        "HQ-WI-002",
    ]
    assert issue_number("SOP-{n}") == "SOP-4"


def test_another_width_goes_on_in_the_same_sequence(db):
    issue_number("SOP-{n:04}")
    assert issue_number("SOP-{n:05}") == "SOP-00002"


def test_a_number_that_came_from_outside_moves_the_sequence_on_and_never_back(db):
    note_number("SOP-{n:04}", "SOP-0041")
    note_number("SOP-{n:04}", "SOP-0007")
    note_number("SOP-{n:04}", "VA 12")
    assert issue_number("SOP-{n:04}") == "SOP-0042"


def test_a_bad_pattern_issues_nothing(db):
    with pytest.raises(RuleBroken):
        issue_number("SOP")
    assert not NumberSequence.objects.exists()


def test_a_number_issued_in_a_transaction_that_fails_is_issued_again(db):
    with transaction.atomic():
        issue_number("SOP-{n:04}")
        transaction.set_rollback(True)
    assert issue_number("SOP-{n:04}") == "SOP-0001"


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_eight_who_number_at_once_get_eight_numbers_without_a_gap():
    gate = Barrier(8)

    def five(_n):
        gate.wait()
        try:
            return [issue_number("SOP-{n:04}") for _each in range(5)]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        issued = [number for numbers in pool.map(five, range(8)) for number in numbers]
    assert sorted(issued) == [f"SOP-{n:04}" for n in range(1, 41)]


@pytest.mark.parametrize(
    ("scheme", "labels"),
    [
        (INTEGERS, ["1", "2", "3", "4"]),
        (LETTERS, ["A", "B", "C", "D"]),
        (MAJOR_MINOR, ["1.0", "2.0", "3.0", "4.0"]),
    ],
)
def test_each_scheme_counts_from_its_first_label(scheme, labels):
    def counted():
        label = first_label(scheme)
        while True:
            yield label
            label = next_label(scheme, label, major=True)

    assert list(islice(counted(), 4)) == labels


@pytest.mark.parametrize(
    ("last", "major", "minor"),
    [
        ("1.0", "2.0", "1.1"),
        ("1.9", "2.0", "1.10"),
        ("1.09", "2.0", "1.10"),
        ("9.9", "10.0", "9.10"),
        ("2.3", "3.0", "2.4"),
        ("Version-1.1", "Version-2.0", "Version-1.2"),
        ("V1.0", "V2.0", "V1.1"),
        ("1.2.3", "1.3.0", "1.2.4"),
        ("4", "5.0", "4.1"),
        ("Ausgabe 4", "Ausgabe 5.0", "Ausgabe 4.1"),
        ("Rev. C", "Rev. D", "Rev. D"),
        ("first issue", "first issue 1.0", "first issue 1.0"),
        ("", "1.0", "1.0"),
    ],
)
def test_a_scheme_with_major_and_minor_continues_what_it_finds(last, major, minor):
    assert next_label(MAJOR_MINOR, last, major=True) == major
    assert next_label(MAJOR_MINOR, last, major=False) == minor


@pytest.mark.parametrize("scheme", [INTEGERS, LETTERS])
@pytest.mark.parametrize("major", [True, False])
@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ("1", "2"),
        ("9", "10"),
        ("007", "008"),
        ("099", "100"),
        ("Ausgabe 4", "Ausgabe 5"),
        ("Rev. 09", "Rev. 10"),
        ("2.3", "2.4"),
        ("Version-1.1", "Version-1.2"),
        ("版3", "版4"),
        ("A", "B"),
        ("Z", "AA"),
        ("AZ", "BA"),
        ("ZZ", "AAA"),
        ("c", "d"),
        ("Rev. C", "Rev. D"),
        ("rev z", "rev aa"),
        ("2b", "2c"),
        ("Rev-AB", "Rev-AC"),
    ],
)
def test_a_scheme_without_minor_continues_the_last_number_or_letter(scheme, major, last, expected):
    assert next_label(scheme, last, major=major) == expected


@pytest.mark.parametrize("last", ["FINAL", "Draft", "Aa", "4 (draft)", "é", "第三版", "①", "٣"])
def test_a_label_without_number_or_letter_to_count_begins_anew_behind_itself(last):
    assert next_label(INTEGERS, last, major=True) == f"{last} 1"
    assert next_label(LETTERS, last, major=True) == f"{last} A"


@given(
    scheme=st.sampled_from(LabelScheme),
    last=st.text(max_size=20).map(str.strip),
    major=st.booleans(),
)
def test_every_label_has_another_one_after_it(scheme, last, major):
    following = next_label(scheme, last, major=major)
    assert following not in {"", last}
    assert next_label(scheme, following, major=major) not in {following, last}


@given(scheme=st.sampled_from(LabelScheme), steps=st.lists(st.booleans(), max_size=60))
def test_no_label_of_a_scheme_comes_twice(scheme, steps):
    labels = [first_label(scheme)]
    for major in steps:
        labels.append(next_label(scheme, labels[-1], major=major))
    assert len(set(labels)) == len(labels)
    if scheme is MAJOR_MINOR:
        assert all(re.fullmatch(r"\d+\.\d+", label) for label in labels)


@pytest.mark.parametrize("number", ["", " ", "SOP\n1", "SOP\x001", "SOP\u202e1", "<b>1", 'SOP"1', "S" * 61])
def test_a_number_from_outside_that_nobody_could_read_or_that_is_markup_is_refused(number):
    with pytest.raises(RuleBroken) as refusal:
        check_number(number)
    assert refusal.value.code == "bad_number"


@pytest.mark.parametrize("number", ["SOP-0001", "QP 7.2/a", "手順-12", "VA_03 (alt)", "P&ID-1"])
def test_numbers_as_organizations_write_them_are_taken(number):
    assert check_number(number) is None
