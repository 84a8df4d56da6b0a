"""Help: every page opens to everybody, and the palette and the menu lead there."""

import pytest
from django.urls import reverse

from qms.home.queries import palette_items
from qms.home.words import HELP_PAGES

pytestmark = pytest.mark.django_db


def test_every_page_of_the_help_opens_and_leads_to_the_others(client, world):
    client.force_login(world.reader)
    addresses = [reverse("home:help_page", args=[each.slug]) for each in HELP_PAGES]
    index = client.get(reverse("home:help")).text
    assert [address for address in addresses if f'href="{address}"' not in index] == []
    for address in addresses:
        page = client.get(address)
        others = [each for each in addresses if each != address and f'href="{each}"' not in page.text]
        assert (page.status_code, others) == (200, []), address
    assert client.get("/help/nothing-like-this/").status_code == 404


def test_the_palette_and_the_menu_of_a_person_lead_to_the_help(client, world):
    assert [(each.label, each.url) for each in palette_items(world.reader, "") if each.url == "/help/"] == [
        ("Help", "/help/")
    ]
    found = [each.url for each in palette_items(world.reader, "acknowledging")]
    assert found == ["/help/reading/"]
    client.force_login(world.reader)
    assert client.get("/work/").text.split('class="drop-down"')[1].split("</div>")[0].count('href="/help/"') == 1
