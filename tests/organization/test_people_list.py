"""The list of people, and how somebody is found in it."""

import pytest

from qms.organization import services
from qms.organization.models import User
from tests.organization.helpers import url


def test_the_list_is_filtered_by_the_address_and_says_what_it_shows(as_, world):
    client = as_("quality")
    services.deactivate_person(person_id=world.stranger.pk, by=world.it)
    shown = {
        query: [person.username for person in client.get(url("people") + query).context["page"].rows]
        for query in ("?role=author", f"?team={world.team.pk}", "?q=colleague", "?state=left", "?site=98765", "?role=x")
    }
    everybody = len(client.get(url("people")).context["page"].rows)
    assert shown == {
        "?role=author": ["author", "colleague"],
        f"?team={world.team.pk}": ["reader"],
        "?q=colleague": ["colleague"],
        "?state=left": ["stranger"],
        "?site=98765": [],
        "?role=x": sorted(shown["?role=x"]),
    }
    assert len(shown["?role=x"]) == everybody
    assert "1 person has left." in client.get(url("people") + "?state=left").content.decode()


@pytest.mark.parametrize("query", ["?after=!!!", "?before=AAAA", "?site=abc", "?team=9" + "9" * 40, "?q=" + "x" * 5000])
def test_an_odd_address_is_no_crash(as_, query):
    assert as_("quality").get(url("people") + query).status_code == 200


def test_the_list_pages_by_keyset_forth_and_back(as_, world):
    for number in range(120):
        world.person(f"many{number:03}", name=f"Many {number:03}")
    client = as_("quality")
    pages, address = [], url("people")
    while address:
        context = client.get(address).context
        pages.append([person.pk for person in context["page"].rows])
        address = url("people") + context["after_url"] if context["after_url"] else ""
    back = client.get(url("people") + context["before_url"]).context["page"].rows
    everybody = list(User.objects.filter(is_active=True).order_by("name", "pk").values_list("pk", flat=True))
    assert [key for keys in pages for key in keys] == everybody
    assert [person.pk for person in back] == pages[-2]


def test_people_are_suggested_by_name_user_name_and_number(as_, world):
    client = as_("quality")
    User.objects.filter(pk=world.reader.pk).update(personnel_number="0042")
    for typed in ("reader pers", "rea", "0042"):
        assert "Reader Person (reader)" in client.get(url("suggest"), {"owner": typed}).content.decode()
    assert client.get(url("suggest"), {"owner": "r"}).content.decode().strip() == ""
    assert as_("reader").get(url("suggest"), {"owner": "rea"}).status_code == 404


def test_a_person_is_chosen_by_name_where_only_one_has_it(as_, world):
    world.person("twin1", name="Kim Twin")
    world.person("twin2", name="Kim Twin")
    client = as_("quality")
    answers = {}
    for typed in ("kim twin", "Kim Twin (twin2)", "reader", "Reader Person"):
        answers[typed] = client.post(url("join_team", world.team.pk), {"person": typed}).status_code
    assert answers == {"kim twin": 422, "Kim Twin (twin2)": 302, "reader": 302, "Reader Person": 302}
