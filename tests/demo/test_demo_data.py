"""The demo plan can be played: references, rights, rounds, and how things stand on the day of loading."""

import re
from collections import Counter

import pytest

from documents.rights import GRANTS as DOCUMENT_GRANTS
from documents.rights import Can
from documents.states import ChangeClass, ReviewOutcome, State
from qms.organization.states import Role
from tests.demo.told import (
    BIRTHS,
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

CLAUSE = re.compile(r"(?:[4-9]|10)(?:\.\d){1,3}")
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
    everything = [*told().owed.items(), *told().to_be_trained.items()]
    owed = {(number, seq, who, due) for (number, who), (seq, due) in everything}
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
