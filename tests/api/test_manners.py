"""What every address of the API keeps to: one error shape, keys, pages, and a description that is valid."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from documents.models import Document
from qms.api.models import IdempotencyKey

NEW = {"title": "Cleaning", "type": "SOP"}


def test_the_same_post_under_the_same_key_is_done_once(world, program):
    author = program(world.author)
    answers = [author.post("documents/", NEW, key="one") for _each in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert Document.objects.count() == 1


def test_another_body_under_the_same_key_is_refused(world, program):
    author = program(world.author)
    author.post("documents/", NEW, key="one")
    answer = author.post("documents/", {**NEW, "title": "Painting"}, key="one")
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (422, ["Idempotency-Key"])
    assert Document.objects.count() == 1


def test_a_post_without_a_key_is_refused(world, program):
    answer = program(world.author).keyless("documents/", NEW)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "missing")
    assert Document.objects.count() == 0


def test_a_key_belongs_to_one_token(world, program):
    for _each in range(2):
        assert program(world.author).post("documents/", NEW, key="one").status_code == 201
    assert Document.objects.count() == 2


def test_a_refused_post_keeps_nothing_and_may_be_sent_again(world, program):
    author = program(world.author)
    assert author.post("documents/", {"title": "", "type": "SOP"}, key="one").status_code == 422
    assert IdempotencyKey.objects.count() == 0
    assert author.post("documents/", NEW, key="one").status_code == 201


def test_bad_input_names_the_fields(world, program):
    author = program(world.author)
    shape = author.post("documents/", {"title": "", "type": "SOP", "owner": "me", "colour": "red"})
    sense = author.post("documents/", {"title": "Cleaning", "type": "nothing"})
    unknown = author.post("documents/", {**NEW, "colour": "red"})
    answers = [shape, sense, unknown]
    assert [(each.status_code, each.json()["error"]["code"]) for each in answers] == [(422, "invalid")] * 3
    assert [sorted(each.json()["error"]["fields"]) for each in answers] == [["colour"], ["type"], ["colour"]]
    assert sorted(author.post("documents/", {"owner": "me", "type": "SOP"}).json()["error"]["fields"]) == [
        "owner",
        "title",
    ]


@pytest.mark.parametrize("body", ["[1]", '"text"', "{", "null"])
def test_a_body_that_is_no_object_is_refused_in_the_one_shape(world, program, body):
    made = program(world.author)
    answer = Client().post(
        "/api/v1/documents/",
        body,
        content_type="application/json",
        headers={**made.headers, "Idempotency-Key": "k"},
    )
    assert answer.status_code in {400, 422}
    assert set(answer.json()["error"]) == {"code", "message", "fields"}


def test_a_body_nested_without_end_and_a_number_without_end_are_not_understood(world, program):
    made = program(world.author)
    for number, body in enumerate(("[" * 100_000, '{"title":' * 100_000, f'{{"owner": {"9" * 5000}}}')):
        headers = {**made.headers, "Idempotency-Key": str(number)}
        answer = Client().post("/api/v1/documents/", body, content_type="application/json", headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "parse_error")


def test_an_address_that_is_not_there_answers_in_the_one_shape(world, program):
    answer = program(world.author).get("nothing/")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


def test_what_nobody_foresaw_is_answered_without_its_words(world, program, monkeypatch):
    def broken(person):
        raise ValueError("a secret")

    monkeypatch.setattr("qms.duties.api.open_duties", broken)
    answer = program(world.author).get("duties/")
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "failed")
    assert "a secret" not in answer.content.decode()


def test_lists_page_by_keyset_and_keep_their_filters(world, program):
    for number in range(5):
        world.draft(title=f"Gauge {number}")
    author = program(world.author)
    page = author.get("documents/", limit=2, sort="-number", type="SOP").json()
    found = [row["number"] for row in page["results"]]
    while page["next"]:
        page = author.client.get(page["next"], headers=author.headers).json()
        found += [row["number"] for row in page["results"]]
    assert found == ["SOP-0005", "SOP-0004", "SOP-0003", "SOP-0002", "SOP-0001"]
    assert page["previous"].startswith("http://testserver/api/v1/documents/?limit=2")


@pytest.mark.parametrize("limit", ["0", "-1", "many", "9" * 400, "²"])
def test_a_made_up_limit_is_a_page_all_the_same(world, program, limit):
    assert program(world.author).get("documents/", limit=limit).status_code == 200


def test_the_description_is_valid_and_complete(world):
    call_command("spectacular", validate=True, fail_on_warn=True, format="openapi-json", stdout=StringIO())


def test_every_operation_names_its_refusals_in_the_one_shape(world, program):
    described = program(world.author).get("schema/").json()
    always, changing = {"401", "403", "404", "406", "422", "429"}, {"400", "409", "413", "415"}
    found = {}
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            refusals = {code: each for code, each in operation["responses"].items() if code >= "400"}
            shapes = {each["content"]["application/json"]["schema"]["$ref"] for each in refusals.values()}
            found[method, path] = (set(refusals) - {"409"}, shapes)
    shape = {"#/components/schemas/Error"}
    assert {key: told for key, told in found.items() if told != (_wanted(key[0], always, changing), shape)} == {}
    assert len(found) == 61


def _wanted(method: str, always: set[str], changing: set[str]) -> set[str]:
    return always if method == "get" else (always | changing) - {"409"}


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_what_is_not_there_is_404_whatever_the_method(world, program, method):
    author = program(world.author)
    answer = getattr(author.client, method)("/api/v1/nothing/", headers=author.headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize("path", ["documents/?text=%00", "people/?q=a%00", "documents/1/revisions/1/pictures/%00.png/"])
def test_a_sign_that_no_database_holds_is_refused(world, program, path):
    asking = program(world.quality)
    answer = asking.client.get(f"/api/v1/{path}", headers=asking.headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid")


def test_the_description_needs_a_token(world, program):
    described = program(world.author).get("schema/").json()
    assert Client().get("/api/v1/schema/").status_code == 401
    assert described["paths"]["/api/v1/documents/"]["post"]["parameters"][0]["name"] == "Idempotency-Key"
    assert described["paths"]["/api/v1/documents/"]["post"]["security"] == [{"token": []}]
    assert described["components"]["securitySchemes"] == {"token": {"type": "http", "scheme": "bearer"}}


def test_the_api_is_never_stored(world, program):
    assert program(world.author).get("duties/").headers["Cache-Control"] == "no-store"


def test_nothing_is_left_open(world, program):
    program(world.author).post("documents/", NEW)
    assert connection.needs_rollback is False
