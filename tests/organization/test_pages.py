"""Every page of the room, by everybody of the standing cast: who is shown it, who is not, and what it costs."""

import pytest
from django.urls import reverse

PAGES = {
    "people": {"quality", "top", "owner", "auditor", "it"},
    "create_person": {"it"},
    "import_people": {"it", "quality"},
    "teams": {"quality", "top", "owner", "auditor", "it"},
    "create_team": {"quality"},
    "sites": {"quality", "top", "owner", "auditor", "it"},
    "create_site": {"quality"},
    "settings": {"quality"},
    "rights": {"quality", "top", "auditor"},
    "profile": {"quality", "top", "owner", "auditor", "it", "author", "reader", "stranger"},
}
CAST = ["quality", "top", "owner", "auditor", "it", "author", "reader", "stranger"]


@pytest.mark.parametrize("who", CAST)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_shown_to_those_who_may_and_does_not_exist_for_others(client, world, name, who):
    client.force_login(getattr(world, who))
    assert client.get(reverse(f"organization:{name}")).status_code == (200 if who in PAGES[name] else 404)


@pytest.mark.parametrize("name", PAGES)
def test_a_guest_is_sent_to_sign_in(client, db, name):
    response = client.get(reverse(f"organization:{name}"))
    assert (response.status_code, response["Location"].split("?")[0]) == (302, "/accounts/login/")
