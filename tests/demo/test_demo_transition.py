"""What the demo links to clauses, and its move to the next edition, name only what there is."""

from functools import cache

import yaml

from documents.demo_loading.records import told as records
from qms.transition.demo_loading import told
from tests.demo.told import ROOT, documents, organization, people, there

CATALOGUES = ROOT / "qms/standards/catalogues"
NAMES = {"ISO 9001:2015": "iso-9001-2015", "ISO 9001:2026": "iso-9001-2026", "ISO 14001:2015": "iso-14001-2015"}


@cache
def requirements(name):
    """The requirements of an edition by number, with the documented information each asks for."""
    read = yaml.safe_load((CATALOGUES / f"{NAMES[name]}.yaml").read_text(encoding="utf-8"))
    return {each["number"]: each["documented_information"] for each in read["clauses"] if each["kind"] == "requirement"}


def linked(room):
    """All that is linked of a room, as (day, number, edition, clauses)."""
    return [
        (batch["day"], number, name, clauses)
        for batch in told("links")[room]
        for number, editions in batch["linked"].items()
        for name, clauses in editions.items()
    ]


def kinds(name):
    """The clauses of an edition that kinds of record are linked to."""
    return {number for kind in records()["kinds"] for number in kind["clauses"].get(name.replace(":", " "), ())}


def test_what_is_linked_stands_then_and_each_clause_is_a_requirement():
    processes = {each["number"] for each in organization()["processes"]}
    assert {number for _day, number, _name, _clauses in linked("processes")} <= processes
    for day, number, name, clauses in [*linked("documents"), *linked("processes")]:
        assert (number, set(clauses) - set(requirements(name))) == (number, set())
        assert number in processes or documents()[number]["history"][0]["day"] < day
    for name in ("ISO 9001:2015", "ISO 14001:2015"):
        assert kinds(name) - set(requirements(name)) == set()


def test_a_document_is_linked_to_every_clause_that_its_plan_names():
    for _day, number, name, clauses in linked("documents"):
        if name == "ISO 9001:2015":
            assert (number, set(documents()[number]["clauses"]) - set(clauses)) == (number, set())


def test_of_9001_two_requirements_have_nothing_linked_that_they_ask_for():
    name = "ISO 9001:2015"
    kept, written = (
        kinds(name),
        {each for _d, _n, edition, some in linked("documents") if edition == name for each in some},
    )
    held = {
        "none": kept | written,
        "maintain": written,
        "retain": kept,
        "both": kept & written,
    }
    assert [number for number, asks in requirements(name).items() if number not in held[asks]] == ["7.4", "8.5.6"]


def test_about_half_of_the_lines_are_assessed_and_each_once():
    assessed = [number for each in told("move")["assessed"] for number in each["lines"]]
    assert len(assessed) == len(set(assessed))
    assert set(assessed) - set(requirements("ISO 9001:2015")) == set()
    assert (len(assessed), len(requirements("ISO 9001:2015"))) == (31, 65)
    for each in told("move")["confirmed"]:
        assert set(each["clauses"]) - set(requirements("ISO 9001:2026")) == set()


def test_each_line_that_needs_an_action_has_one_and_its_people_are_there():
    wanted = [number for each in told("move")["assessed"] if each["outcome"] == "action" for number in each["lines"]]
    assert sorted(each["line"] for each in told("move")["actions"]) == sorted(wanted)
    for each in told("move")["actions"]:
        assert each["owner"] != each["verifier"]
        assert {
            each["owner"],
            each["verifier"],
            each["given"][1],
            *(step["by"] for step in each.get("then", ())),
        } <= set(people())
        assert all(there(who, each["given"][0]) for who in (each["owner"], each["verifier"]))
        assert told("move")["begun"][0] < each["given"][0] < each["due"]
