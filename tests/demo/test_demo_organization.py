"""The demo organization hangs together: people, sites, processes, roles, document types."""

from collections import Counter

import pytest

from qms.filing.numbers import LabelScheme, check_pattern
from qms.organization.states import Role
from tests.demo.told import organization, people, role_spans, types


def doubles(values):
    return [value for value, count in Counter(values).items() if count > 1]


def test_thirty_people_work_for_it():
    assert len(people()) == 30


@pytest.mark.parametrize(
    ("what", "key"),
    [
        ("sites", "code"),
        ("processes", "number"),
        ("teams", "code"),
        ("people", "username"),
        ("people", "full_name"),
        ("logins", "role"),
    ],
)
def test_every_key_of_the_organization_is_used_once(what, key):
    assert doubles(row[key] for row in organization()[what]) == []


def test_addresses_and_personnel_numbers_are_used_once():
    assert doubles(person["email"] for person in people().values() if person["email"]) == []
    assert doubles(person.get("personnel_number") for person in people().values() if "personnel_number" in person) == []


def test_addresses_lie_in_a_domain_that_cannot_exist():
    assert {p["email"].rsplit(".", 1)[1] for p in people().values() if p["email"]} == {"example"}


def test_one_person_has_no_address_one_has_left_and_one_comes_from_another_firm():
    assert [name for name, p in people().items() if not p["email"]] == ["bruno.haas"]
    assert [name for name, p in people().items() if "left" in p] == ["vera.antunes"]
    contractors = [name for name, p in people().items() if "company" in p and "(contractor)" in p["job_title"]]
    assert [(name, people()[name]["until"] > 0) for name in contractors] == [("sergej.wolff", True)]


def test_sites_processes_and_teams_name_what_exists():
    sites = {site["code"] for site in organization()["sites"]} | {None}
    processes = {process["number"] for process in organization()["processes"]}
    assert {row["site"] for key in ("processes", "teams") for row in organization()[key]} <= sites
    assert {person["site"] for person in people().values()} <= sites
    assert {team["process"] for team in organization()["teams"]} <= processes
    assert {member for team in organization()["teams"] for member in team["members"]} <= set(people())


def test_line_managers_exist_and_lead_to_the_top():
    for name in people():
        seen = [name]
        while (above := people()[seen[-1]]["manager"]) is not None:
            assert above not in seen
            seen.append(above)
        assert seen[-1] in {"henrike.aldag", "ingrid.solberg"}


def test_every_role_is_held_and_has_one_login_that_holds_it():
    held = {role for name in people() for role, *_rest in role_spans(name)}
    assert held == {role.value for role in Role}
    assert {login["role"] for login in organization()["logins"]} == held
    for login in organization()["logins"]:
        assert login["role"] in {role for role, *_rest in role_spans(login["username"])}


def test_roles_lie_in_scopes_that_exist_and_on_days_in_order():
    sites = {site["code"] for site in organization()["sites"]} | {""}
    processes = {process["number"] for process in organization()["processes"]} | {""}
    for name in people():
        for _role, site, process, begin, end in role_spans(name):
            assert (site in sites, process in processes, begin < end) == (True, True, True), name


def test_every_process_is_owned_by_somebody_with_that_role_for_it():
    for process in organization()["processes"]:
        spans = {(role, of) for role, _site, of, _begin, _end in role_spans(process["owner"])}
        assert ("process_owner", process["number"]) in spans, process["number"]


def test_nobody_grants_a_role_to_themselves():
    usual = organization()["system"]["granted_by"]
    first = {organization()["system"]["first_quality_manager"], organization()["system"]["first_it_admin"]}
    for name, person in people().items():
        givers = [role.get("granted_by", usual) for role in person["roles"] if role["role"] != "reader"]
        assert name not in givers, name
        assert None not in givers or name in first, name


def test_whoever_grants_roles_is_a_quality_manager():
    usual = organization()["system"]["granted_by"]
    givers = {role.get("granted_by", usual) for p in people().values() for role in p["roles"]} - {None}
    for giver in givers:
        assert "quality_manager" in {role for role, *_rest in role_spans(giver)}


def test_the_it_administrator_holds_no_quality_role():
    assert {role for role, *_rest in role_spans("arjun.mehta")} == {"it_admin"}


# ---- types


def test_types_fit_the_product():
    for kind in types()["types"]:
        check_pattern(kind["number_pattern"])
        assert kind["label_scheme"] in {scheme.value for scheme in LabelScheme}
        assert len(kind["code"]) <= 12
    assert {kind["profile"] for kind in types()["types"]} == {each["code"] for each in types()["profiles"]}
    assert {step["role"] for each in types()["profiles"] for step in each["steps"]} <= {role.value for role in Role}


def test_a_profile_has_steps_where_it_is_ordered_and_only_there():
    for each in types()["profiles"]:
        assert bool(each["steps"]) == (each["mode"] == "ordered"), each["code"]
