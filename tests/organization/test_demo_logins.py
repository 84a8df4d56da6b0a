"""The one-click doors of the demo organization, and that they are walls everywhere else."""

import pytest
from django.core.cache import cache

from qms.core.actors import SYSTEM
from qms.organization import services
from qms.organization.queries import demo_logins

DOOR = "/demo/sign-in/"


@pytest.fixture
def offered(world, settings):
    cache.clear()
    settings.DEMO = True
    logins = [["reader", "reader", "What a reader owes"], ["gone", "author", "Nobody"]]
    services.change_setting(key="demo.logins", value=logins, by=SYSTEM)
    return world


def test_the_sign_in_page_offers_the_people_of_the_demo(client, offered):
    page = client.get("/accounts/login/")
    assert [login.username for login in page.context["demo_logins"]] == ["reader"]


def test_one_click_signs_in(client, offered):
    response = client.post(DOOR, {"username": "reader", "next": "/account/"})
    assert (response["Location"], client.session["_auth_user_id"]) == ("/account/", str(offered.reader.pk))


@pytest.mark.parametrize("goal", ["https://evil.example", "//evil.example", ""])
def test_the_way_after_the_click_stays_in_the_house(client, offered, goal):
    assert client.post(DOOR, {"username": "reader", "next": goal})["Location"] == "/"


@pytest.mark.parametrize("username", ["quality", "gone", "", "nobody"])
def test_nobody_else_comes_in_by_a_click(client, offered, username):
    assert (client.post(DOOR, {"username": username}).status_code, "_auth_user_id" in client.session) == (404, False)


def test_a_door_opens_on_a_click_and_not_on_a_link(client, offered):
    assert client.get(DOOR, {"username": "reader"}).status_code == 405


def test_outside_demo_mode_there_are_no_doors(client, offered, settings):
    settings.DEMO = False
    assert demo_logins() == []
    assert (client.post(DOOR, {"username": "reader"}).status_code, "_auth_user_id" in client.session) == (404, False)
