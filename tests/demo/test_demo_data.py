"""The demo organization hangs together: keys, references, rights, states, and words fit to be read."""

import re
from collections import Counter

import pytest

from documents.rights import GRANTS as DOCUMENT_GRANTS
from documents.rights import Can
from documents.states import ChangeClass, ReviewOutcome, State
from qms.filing.numbers import LabelScheme, check_pattern
from qms.organization.states import Role
from tests.demo.told import (
    BIRTHS,
    BODIES,
    ONWARDS,
    audience,
    documents,
    organization,
    people,
    plan,
    profile,
    role_spans,
    roles_in,
    there,
    told,
    types,
)

NUMBER = re.compile(r"(?<![\w-])(?:SOP-\d{4}|POL-\d{2}|MAN-\d{2}|SPEC-\d{3}|F-\d{3}|P\d-WI-\d{3}|IT-[LP]-\d{2})\b")
CLAUSE = re.compile(r"(?:[4-9]|10)(?:\.\d){1,3}")
NEVER = re.compile(r"\b(trained|certified|compliant|tamper-proof|waivers?|non-conformance)\b", re.IGNORECASE)
EVERY = [pytest.param(number, id=number) for number in documents()]
STEPS = [(document, step) for document in documents().values() for step in document["history"]]
RIGHT = {
    "create_document": {Can.WRITE},
    "start_revision": {Can.WRITE, Can.MANAGE},
    "import_migrated": {Can.IMPORT},
    "adopt": {Can.ADOPT},
    "agree_in_review": {Can.REVIEW},
    "want_changes": {Can.REVIEW},
    "approve": {Can.APPROVE},
    "reject": {Can.APPROVE},
    "return_to_approval": {Can.RELEASE},
    "release_now": {Can.RELEASE},
    "agree_retirement": {Can.APPROVE},
    "confirm_periodic_review": {Can.APPROVE},
    "change_document": {Can.MANAGE},
    "excuse": {Can.EXCUSE},
}
BY_AUTHOR = {
    "write",
    "submit_for_review",
    "withdraw_from_review",
    "start_approval",
    "withdraw_from_approval",
    "cancel_revision",
    "answer_comment",
}
BY_OWNER = {"ask_retirement", "review_periodically", "answer_objection"}
WITH_REASON = {
    "start_revision",
    "want_changes",
    "withdraw_from_approval",
    "reject",
    "return_to_approval",
    "release_now",
    "ask_retirement",
    "cancel_revision",
    "change_document",
    "excuse",
}


def doubles(values):
    return [value for value, count in Counter(values).items() if count > 1]


def where(document, step):
    return f"{document['number']} day {step['day']} {step['do']} by {step['by']}"


def body(name):
    return (BODIES / name).read_text(encoding="utf-8")


def words(text):
    return len(re.findall(r"\w[\w’'.,-]*", text))


def in_force(number):
    """The file that holds what is in force, or stands newest where nothing is."""
    rows = told().revisions[number]
    row = next((row for row in rows if row.state == "effective"), rows[-1])
    return row.bodies[-1]


# ---- the organization


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


# ---- documents


def test_there_are_forty_documents_with_numbers_and_titles_of_their_own():
    assert len(plan()["documents"]) == 40
    assert doubles(document["number"] for document in plan()["documents"]) == []
    assert doubles(document["title"] for document in plan()["documents"]) == []


@pytest.mark.parametrize("number", EVERY)
def test_a_document_names_what_exists(number):
    document = documents()[number]
    processes = {process["number"] for process in organization()["processes"]}
    teams = {team["code"] for team in organization()["teams"]}
    wanted = document["audience"]
    assert document["type"] in {kind["code"] for kind in types()["types"]}
    assert document["owner"] in people()
    assert document["process"] in processes
    assert document["site"] in {site["code"] for site in organization()["sites"]} | {None}
    assert {document["parent"], *document["related"]} <= {*documents(), None}
    assert number not in {document["parent"], *document["related"]}
    assert set(wanted) <= {"teams", "roles", "processes", "people"}
    assert set(wanted.get("teams", [])) <= teams
    assert set(wanted.get("roles", [])) <= {role.value for role in Role}
    assert set(wanted.get("processes", [])) <= processes
    assert set(wanted.get("people", [])) <= set(people())
    assert document.get("format", "md") in {"md", "docx", "pdf"}
    assert all(CLAUSE.fullmatch(clause) for clause in document["clauses"])
    assert document["clauses"] != []


def test_parents_lead_to_a_document_without_one():
    for number in documents():
        chain = [number]
        while (above := documents()[chain[-1]]["parent"]) is not None:
            assert above not in chain
            chain.append(above)
        assert chain[-1] == "POL-01"


@pytest.mark.parametrize("number", EVERY)
def test_a_number_fits_its_type_unless_it_was_found_elsewhere(number):
    document = documents()[number]
    kind = next(each for each in types()["types"] if each["code"] == document["type"])
    made = kind["number_pattern"].format(n=int(number.rsplit("-", 1)[1]), site=document["site"], type="", process="")
    found_elsewhere = document["history"][0].get("batch") == "it-binder"
    assert (made == number) == (not found_elsewhere)


def test_numbers_are_issued_in_the_order_in_which_documents_are_made():
    by_series: dict[str, list[tuple[int, str]]] = {}
    for number, document in documents().items():
        by_series.setdefault(number.rsplit("-", 1)[0], []).append((document["history"][0]["day"], number))
    for series in by_series.values():
        assert [number for _day, number in sorted(series)] == sorted(number for _day, number in series)


@pytest.mark.parametrize("number", EVERY)
def test_an_owner_answers_for_the_process(number):
    document = documents()[number]
    owner = next(each["owner"] for each in organization()["processes"] if each["number"] == document["process"])
    assert document["owner"] == owner


# ---- the plan


def test_every_verb_is_explained_and_every_explained_verb_happens():
    assert set(told().verbs) == set(plan()["verbs"])


@pytest.mark.parametrize("number", EVERY)
def test_days_go_forwards_and_end_before_today(number):
    days = [step["day"] for step in documents()[number]["history"]]
    assert days == sorted(days)
    assert organization()["system"]["set_up"] <= days[0]
    assert days[-1] <= -1


def test_the_plan_breaks_no_rule_of_the_lifecycle():
    assert told().problems == []


def test_whoever_acts_is_there_on_that_day():
    for document, step in STEPS:
        named = [step["by"]] if isinstance(step["by"], str) else step["by"]
        named += step.get("reviewers", []) + step.get("approvers", [])
        named = [] if step["do"] == "import_migrated" else named
        named += [who for group in step.get("steps", []) for who in group]
        for who in set(named) - {"system", "everyone_owing"}:
            assert there(who, step["day"]), where(document, step)


def test_whoever_acts_holds_the_right_where_the_document_lies():
    for document, step in STEPS:
        held = {Role(role) for role in roles_in(step["by"], document, step["day"])} if step["do"] in RIGHT else set()
        rights = {right for role in held for right in DOCUMENT_GRANTS.get(role, ())}
        if step["do"] in {"agree_in_review", "want_changes"}:
            everywhere = {Role(role) for role, *_rest in role_spans(step["by"])}
            rights = {right for role in everywhere for right in DOCUMENT_GRANTS.get(role, ())}
        assert step["do"] not in RIGHT or rights & RIGHT[step["do"]], where(document, step)


def test_everybody_asked_to_approve_may():
    for document, step in STEPS:
        asked = [who for group in step.get("steps", []) for who in group]
        asked += step.get("approvers", []) if step["do"] != "import_migrated" else []
        for who in asked:
            held = {Role(role) for role in roles_in(who, document, step["day"])}
            assert Can.APPROVE in {right for role in held for right in DOCUMENT_GRANTS[role]}, where(document, step)


def test_authors_do_what_is_the_author_s_and_owners_what_is_the_owner_s():
    for document in documents().values():
        author = ""
        for step in document["history"]:
            author = step["by"] if step["do"] in BIRTHS else author
            assert step["do"] not in BY_AUTHOR or step["by"] == author, where(document, step)
            assert step["do"] not in BY_OWNER or step["by"] == document["owner"], where(document, step)


def test_approvers_meet_the_profile_of_the_type():
    for document, step in STEPS:
        if step["do"] != "start_approval":
            continue
        wanted = profile(document)
        if wanted["mode"] == "ordered":
            held = [[roles_in(who, document, step["day"]) for who in group] for group in step["steps"]]
            fits = [
                all(each["role"] in one for one in group) for each, group in zip(wanted["steps"], held, strict=True)
            ]
            assert all(fits), where(document, step)
        else:
            assert (len(step["steps"]), len(step["steps"][0]) >= wanted["needed"]) == (1, True), where(document, step)


def test_procedures_are_approved_by_the_process_owner_or_a_quality_manager_among_others():
    for document, step in STEPS:
        if step["do"] == "start_approval" and document["type"] == "SOP":
            named = step["steps"][0]
            quality = {who for who in named if "quality_manager" in {role for role, *_rest in role_spans(who)}}
            assert quality or document["owner"] in named, where(document, step)


def test_readers_have_a_week_between_the_last_approval_and_the_effective_day():
    for document in documents().values():
        last = 0
        for step in document["history"]:
            last = step["day"] if step["do"] == "approve" else last
            if step["do"] == "take_effect":
                assert step["day"] - last >= 7, where(document, step)


def test_classes_outcomes_and_reasons_are_given():
    for document, step in STEPS:
        if step["do"] == "start_revision":
            assert step["class"] in {each.value for each in ChangeClass}, where(document, step)
        if step["do"] == "review_periodically":
            assert step["outcome"] in {each.value for each in ReviewOutcome}, where(document, step)
            assert step["words"], where(document, step)
        if step["do"] in WITH_REASON:
            assert len(step["reason"]) > 15, where(document, step)


def test_the_plan_knows_the_edges_of_the_product():
    by_itself = {"approved", "superseded"}
    assert {to for _sources, to in ONWARDS.values()} | set(BIRTHS.values()) | by_itself == {s.value for s in State}


# ---- how things stand on day 0


@pytest.mark.parametrize("number", EVERY)
def test_a_document_stands_as_it_says(number):
    rows = [row.state for row in told().revisions[number]]
    effective = [state for state in rows if state == "effective"]
    assert effective + [state for state in rows[-1:] if state != "effective"] == documents()[number]["now"]


def test_every_state_occurs_as_often_as_promised():
    counted = Counter(row.state for rows in told().revisions.values() for row in rows)
    least = {"draft": 3, "in_review": 2, "in_approval": 3, "approved": 2, "obsolete": 2, "cancelled": 1, "migrated": 3}
    assert {state: counted[state] >= number for state, number in least.items()} == dict.fromkeys(least, True)
    assert (counted["effective"] > 20, counted["superseded"] >= 12) == (True, True)


def test_one_approval_has_one_of_two_signatures_and_one_was_rejected_and_is_a_draft_again():
    rows = [(n, row) for n, revisions in told().revisions.items() for row in revisions if row.state == "in_approval"]
    assert [n for n, row in rows if row.signed and profile(documents()[n])["mode"] == "all"] == ["SOP-0017"]
    drafts = [n for n, revisions in told().revisions.items() if revisions[-1].state == "draft"]
    last = {n: [step["do"] for step in documents()[n]["history"] if step["do"] in ONWARDS] for n in drafts}
    assert [n for n in drafts if last[n][-2:] == ["reject", "write"]] == ["SOP-0015"]


def test_one_document_can_be_followed_through_its_whole_life():
    verbs = {step["do"] for step in documents()["SOP-0012"]["history"]}
    assert len(told().revisions["SOP-0012"]) == 4
    assert verbs >= {
        "comment",
        "want_changes",
        "write",
        "withdraw_from_review",
        "reject",
        "approve",
        "take_effect",
        "acknowledge",
        "object_to",
        "answer_objection",
        "review_periodically",
    }


def test_what_is_still_owed_is_exactly_what_the_plan_expects():
    owed = {(number, seq, who, due) for (number, who), (seq, due) in told().owed.items()}
    expected = {(r["document"], r["revision"], r["person"], r["due"]) for r in plan()["expects"]["acknowledgements"]}
    assert owed == expected
    objecting = {(r["document"], r["person"]) for r in plan()["expects"]["acknowledgements"] if "objection" in r}
    assert told().objections == objecting


def test_reading_is_overdue_by_so_many_days_that_each_step_of_the_ladder_shows():
    due = {row["due"] for row in plan()["expects"]["acknowledgements"]}
    assert {-22, -15, -8, -3} <= due
    assert [day for day in due if 0 < day <= 5] != []
    assert [day for day in due if day > 7] != []


def test_somebody_is_excused_somebody_credited_and_somebody_s_reading_ended_with_their_leaving():
    assert {why for _number, _who, why in told().ended} >= {"excused", "left"}
    assert ("SOP-0012", 4, "olena.kravets") in told().credited


def test_periodic_reviews_overdue_or_due_this_week_are_those_that_the_plan_expects():
    coming = {(number, due) for number, due in told().reviews.items() if due <= 7}
    expected = {(row["document"], row["due"]) for row in plan()["expects"]["reviews"]}
    assert coming == expected
    assert [due for _number, due in coming if due < 0] != []
    assert all(documents()[row["document"]]["owner"] == row["owner"] for row in plan()["expects"]["reviews"])


def test_whoever_is_waited_for_is_who_the_plan_expects():
    waiting = set()
    for number, rows in told().revisions.items():
        row = rows[-1]
        if row.state == "in_review":
            waiting |= {(number, row.sequence, "review", who) for who, done in row.reviewers.items() if not done}
        if row.state == "in_approval":
            mode = profile(documents()[number])["mode"]
            waiting |= {(number, row.sequence, "approval", who) for who in row.awaited(mode)}
    expected = {(r["document"], r["revision"], r["for"], r["person"]) for r in plan()["expects"]["waiting"]}
    assert waiting == expected


def test_every_login_of_a_reader_or_approver_has_something_to_do():
    owing = {row["person"] for row in plan()["expects"]["acknowledgements"]}
    waiting = {row["person"] for row in plan()["expects"]["waiting"]}
    by_role = {login["role"]: login["username"] for login in organization()["logins"]}
    assert {by_role[role] for role in ("reader", "supervisor", "trainer", "process_owner")} <= owing
    assert {by_role[role] for role in ("approver", "quality_manager", "process_owner")} <= waiting


def test_the_audience_of_whatever_binds_people_is_not_empty():
    empty = [n for n, document in documents().items() if not audience(document, 0) and document["now"] == ["effective"]]
    assert [number for number in empty if documents()[number]["type"] != "F"] == []


# ---- the texts


def test_every_file_is_used_and_every_file_named_is_there():
    used = [step["body"] for _document, step in STEPS if "body" in step]
    assert sorted(used) == sorted(path.name for path in BODIES.iterdir())


@pytest.mark.parametrize("number", EVERY)
def test_files_carry_the_number_and_the_newest_text_has_the_plain_name(number):
    bodies = [name for row in told().revisions[number] for name in row.bodies]
    assert bodies[-1] == f"{number}.md"
    assert {name.split(".")[0] for name in bodies} == {number}


@pytest.mark.parametrize("number", EVERY)
def test_each_revision_says_something_else_than_the_one_before(number):
    texts = [body(name) for row in told().revisions[number] for name in row.bodies]
    assert doubles(texts) == []


def test_about_a_dozen_documents_or_more_have_a_history_of_texts():
    assert sum(len(rows) > 1 for rows in told().revisions.values()) >= 12


@pytest.mark.parametrize("name", sorted(path.name for path in BODIES.iterdir()))
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


@pytest.mark.parametrize("name", sorted(path.name for path in BODIES.iterdir()))
def test_subsections_are_counted_without_gaps(name):
    counted = [int(n) for n in re.findall(r"^### 4\.(\d+) ", body(name), flags=re.MULTILINE)]
    assert counted == list(range(1, len(counted) + 1))


@pytest.mark.parametrize("name", sorted(path.name for path in BODIES.iterdir()))
def test_sections_that_are_referred_to_by_number_are_there(name):
    text = body(name)
    for number, section in re.findall(r"\b(SOP-\d{4}), (4\.\d)", text):
        assert f"### {section} " in body(f"{number}.md"), (name, number, section)


@pytest.mark.parametrize("name", sorted(path.name for path in BODIES.iterdir()))
def test_tables_have_as_many_cells_in_every_row(name):
    rows: list[int] = []
    for line in [*body(name).splitlines(), ""]:
        if line.startswith("|"):
            rows.append(line.count("|"))
        else:
            assert len(set(rows)) <= 1, (name, line)
            rows = []


@pytest.mark.parametrize("name", sorted(path.name for path in BODIES.iterdir()))
def test_lists_count_their_steps(name):
    last = 0
    for line in body(name).splitlines():
        found = re.match(r"(\d+)\. ", line)
        if found:
            assert int(found[1]) in {1, last + 1}, (name, line)
            last = int(found[1])


def test_no_text_uses_a_word_that_the_field_does_not_use():
    data = BODIES.parent, BODIES.parents[2] / "qms/organization/demo"
    found = {
        path.name: NEVER.findall(path.read_text(encoding="utf-8"))
        for folder in data
        for path in folder.rglob("*.*")
        if path.suffix in {".md", ".yaml"}
    }
    assert {name: hits for name, hits in found.items() if hits} == {}
