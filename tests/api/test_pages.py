"""The page of one's own tokens."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from qms.api.models import ApiToken
from qms.api.states import TokenScope
from tests.world import PASSWORD

PAGE = "/account/tokens/"


def said(**fields):
    ends = timezone.localdate() + timedelta(days=30)
    return {"name": "ERP", "scope": "read", "ends_on": ends.isoformat(), **fields}


@pytest.fixture
def author(client, world):
    """The author, who proved a moment ago who they are."""
    client.force_login(world.author)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def test_the_secret_is_shown_once_and_works(author, world):
    page = author.post(PAGE, said())
    secret = page.context["secret"]
    assert (page.status_code, secret in page.content.decode()) == (200, True)
    assert secret not in author.get(PAGE).content.decode()
    assert author.get("/api/v1/duties/", headers={"Authorization": f"Bearer {secret}"}).status_code == 200


def test_who_has_not_just_proved_themselves_is_asked_first(client, world):
    client.force_login(world.author)
    answer = client.post(PAGE, said())
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/accounts/reauthenticate/")
    assert ApiToken.objects.count() == 0


@pytest.mark.parametrize("wrong", [{"name": ""}, {"scope": "all"}, {"ends_on": "2020-01-01"}, {"ends_on": "soon"}])
def test_a_wrong_answer_makes_no_token(author, world, wrong):
    assert author.post(PAGE, said(**wrong)).status_code == 422
    assert ApiToken.objects.count() == 0


def test_a_token_is_ended_by_its_person(author, world, program):
    made = program(world.author)
    author.post(reverse("api:revoke", args=[made.token.pk]))
    assert made.get("duties/").status_code == 401
    assert "ended by hand" in author.get(PAGE).content.decode()


def test_the_token_of_another_is_not_there(author, world, program):
    made = program(world.quality, TokenScope.READ)
    assert author.post(reverse("api:revoke", args=[made.token.pk])).status_code == 404
    assert [token.person for token in author.get(PAGE).context["tokens"]] == []


def test_a_guest_is_sent_to_sign_in(client, db):
    answer = client.get(PAGE)
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/accounts/login/")


def test_the_account_leads_there(author, world):
    assert PAGE in author.get("/account/").content.decode()


def test_what_was_asked_goes_on_after_the_proof(client, world):
    client.force_login(world.author)
    asked = client.post(PAGE, said())
    page = client.post(asked["Location"], {"password": PASSWORD})
    assert (page.status_code, ApiToken.objects.count()) == (200, 1)
