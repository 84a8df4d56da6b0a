"""What rows of a file of people mean: new, changed field by field, unchanged, or a problem with words. No database."""

import pytest

from qms.organization.roster import Column, Held, Kind, Known, Powers, Row, columns_of, plan, rows_of

ALL = Powers(username="me", accounts=True, structure=True, roles=True)
ANN = Held(
    {
        Column.NAME: "Ann Lee",
        Column.EMAIL: "ann@x.example",
        Column.PERSONNEL_NUMBER: "A-1",
        Column.SITE: "P1",
        Column.LINE_MANAGER: "boss",
        Column.JOINED_ON: "2020-01-01",
        Column.TEAMS: "Assembly; Laboratory",
        Column.ROLES: "author; reader@P04",
    }
)
KNOWN = Known(
    people={"ann": ANN, "boss": Held({Column.NAME: "Boss"}), "gone": Held({Column.NAME: "Gone"}, is_active=False)},
    sites={"p1": "P1", "plant 1": "P1", "p2": "P2"},
    teams={"assembly": "Assembly", "laboratory": "Laboratory"},
    processes={"p04": "P04"},
    languages=frozenset({"en", "de"}),
    zones=frozenset({"Europe/Berlin"}),
)


def outcome(powers=ALL, **cells):
    row = Row(2, {Column(name): text for name, text in cells.items()})
    return plan([row], KNOWN, powers)[0]


def changes(**cells):
    return {change.column.value: (change.old, change.new) for change in outcome(**cells).changes}


def test_headings_are_known_however_they_are_written():
    header = ["User Name", "E-Mail", "personnel_number", "Standort", "Shoe size", ""]
    columns, unknown, twice = columns_of(header)
    wanted = {0: Column.USERNAME, 1: Column.EMAIL, 2: Column.PERSONNEL_NUMBER, 3: Column.SITE}
    assert (columns, unknown, twice) == (wanted, ["Shoe size"], [])


def test_two_headings_for_one_column_are_named():
    assert columns_of(["name", "Full name"])[2] == ["Full name"]


def test_empty_cells_say_nothing_and_empty_rows_are_left_out():
    columns = {0: Column.USERNAME, 1: Column.NAME}
    assert rows_of(columns, [(2, ["ann", "  "]), (3, ["", ""]), (4, ["bob"])]) == [
        (2, {Column.USERNAME: "ann"}),
        (4, {Column.USERNAME: "bob"}),
    ]


def test_who_is_not_here_is_new():
    found = outcome(username="Bob", name="Bob Ray", site="Plant 1")
    assert (found.kind, found.username, found.name) == (Kind.NEW, "bob", "Bob Ray")
    assert [(each.column.value, each.new) for each in found.changes] == [("name", "Bob Ray"), ("site", "P1")]


def test_what_stands_already_is_unchanged():
    same = outcome(
        username="ANN",
        name="Ann  Lee",
        email="ANN@x.example",
        site="plant 1",
        teams="laboratory; Assembly",
        roles="author",
    )
    assert (same.kind, same.changes) == (Kind.UNCHANGED, ())


def test_a_change_is_shown_field_by_field():
    assert changes(username="ann", site="P2", line_manager="-", ends_on="2027-01-31") == {
        "site": ("P1", "P2"),
        "line_manager": ("boss", ""),
        "ends_on": ("", "2027-01-31"),
    }


@pytest.mark.parametrize(
    "cells",
    [{"personnel_number": "a-1"}, {"email": "Ann@X.example"}, {"personnel_number": "A-1", "email": "b@x.example"}],
)
def test_a_person_is_found_by_number_or_address_where_the_user_name_is_missing(cells):
    assert outcome(name="Ann Lee-Ray", **cells).username == "ann"


def test_teams_become_exactly_those_and_roles_are_added():
    assert changes(username="ann", teams="Laboratory; Paint shop", roles="approver@P04 | Process owner@plant 1") == {
        "teams": ("Assembly; Laboratory", "Laboratory; Paint shop"),
        "roles": ("author; reader@P04", "approver@P04; author; process_owner@P1; reader@P04"),
    }


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"name": "X"}, "The user name is missing."),
        ({"username": "two words", "name": "X"}, "A user name is one word of at most 80 signs."),
        ({"username": "new"}, "The name is missing."),
        ({"username": "gone", "site": "P2"}, "This person has left: open the account first."),
        ({"username": "ann", "site": "P9"}, "There is no site “P9”. Make it first: People, then Sites."),
        ({"username": "ann", "line_manager": "nobody"}, "There is no person “nobody” to report to."),
        ({"username": "boss", "line_manager": "ann"}, "The line managers would form a circle."),
        ({"username": "ann", "line_manager": "ann"}, "The line managers would form a circle."),
        ({"username": "boss", "personnel_number": "A-1"}, "This personnel number belongs to somebody else."),
        ({"username": "ann", "email": "no address"}, "“no address” is not an e-mail address."),
        ({"username": "ann", "ends_on": "31.01.2027"}, "“31.01.2027” is not a day: write it as 2027-01-31."),
        ({"username": "ann", "joined_on": "0001-01-01"}, "“0001-01-01” is out of range."),
        ({"username": "ann", "joined_on": "-"}, "Name, first day and language cannot be emptied."),
        ({"username": "ann", "language": "tlh"}, "This language is not known here."),
        ({"username": "ann", "time_zone": "Mars/Olympus"}, "There is no time zone “Mars/Olympus”."),
        ({"username": "ann", "roles": "emperor"}, "There is no role “emperor”."),
        (
            {"username": "ann", "roles": "author@nowhere"},
            "There is no site or process “nowhere”. Make it first: People, then Sites or Processes.",
        ),
        ({"username": "ann", "job_title": "x" * 121}, "A cell is longer than 120 signs."),
        (
            {"username": "ann", "roles": "external_auditor"},
            "An external auditor needs a last day: give this role on the person's page.",
        ),
    ],
)
def test_what_is_wrong_with_a_row_is_said_in_words(cells, words):
    found = outcome(**cells)
    assert (found.kind, found.problems) == (Kind.PROBLEM, (words,))


def test_two_rows_about_one_person_are_both_refused():
    rows = [Row(2, {Column.USERNAME: "ann"}), Row(3, {Column.PERSONNEL_NUMBER: "A-1"})]
    assert [each.problems for each in plan(rows, KNOWN, ALL)] == [
        ("Another row of this file is about the same person.",)
    ] * 2


def test_a_line_manager_may_come_in_with_the_same_file():
    rows = [
        Row(2, {Column.USERNAME: "new1", Column.NAME: "New One", Column.LINE_MANAGER: "new2"}),
        Row(3, {Column.USERNAME: "new2", Column.NAME: "New Two"}),
    ]
    assert [each.kind for each in plan(rows, KNOWN, ALL)] == [Kind.NEW, Kind.NEW]


@pytest.mark.parametrize(
    ("powers", "cells", "words"),
    [
        ({"structure": True}, {"username": "new", "name": "N"}, "Only IT opens accounts"),
        ({"structure": True}, {"username": "ann", "email": "b@x.example"}, "Only IT opens accounts"),
        ({"accounts": True}, {"username": "ann", "teams": "Laboratory"}, "You may not change teams"),
        ({"roles": True}, {"username": "ann", "site": "P2"}, "You may not change a person's place"),
        ({"accounts": True}, {"username": "ann", "roles": "approver"}, "Quality roles are given by"),
        ({"roles": True}, {"username": "ann", "roles": "it_admin"}, "The IT role is given by IT"),
        ({"roles": True, "username": "ann"}, {"username": "ann", "roles": "approver"}, "Nobody gives a role to them"),
    ],
)
def test_nobody_imports_what_they_may_not_do_by_hand(powers, cells, words):
    found = outcome(Powers(**powers), **cells)
    assert (found.kind, [problem.startswith(words) for problem in found.problems]) == (Kind.PROBLEM, [True])


def test_ten_thousand_rows_are_planned_in_a_moment():
    people = {
        f"p{number}": Held({Column.NAME: f"P {number}", Column.PERSONNEL_NUMBER: str(number), Column.LINE_MANAGER: ""})
        for number in range(10_000)
    }
    rows = [
        Row(number, {Column.PERSONNEL_NUMBER: str(number), Column.LINE_MANAGER: f"p{number - 1}"})
        for number in range(1, 200)
    ]
    outcomes = plan(rows, Known(people=people), ALL)
    assert {each.kind for each in outcomes} == {Kind.CHANGED}
