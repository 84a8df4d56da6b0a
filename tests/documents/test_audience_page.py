"""The page of an audience says whom it reaches before anything is saved, and guests are not asked by the way."""

import pytest
from django.urls import reverse

from documents import services
from documents.audience import Rule, audience_pairs, people_of, rules_reaching
from qms.organization.states import Role

pytestmark = pytest.mark.django_db


def test_a_look_says_who_is_added_and_who_is_let_go_and_saves_nothing(client, world):
    document = world.effective().document
    services.set_audience(document_id=document.pk, rules=[Rule("person", str(world.second.pk))], by=world.author)
    client.force_login(world.owner)
    answer = client.post(reverse("documents:audience", args=[document.pk]), {"team": [world.team.pk], "look": "yes"})
    assert answer.context["reach"] == {"all": ["Reader Person"], "added": ["Reader Person"], "gone": ["Second Person"]}
    assert (answer.status_code, answer.context["now"], people_of(document)) == (200, 1, [world.second.pk])


def test_a_guest_reads_only_what_names_them(world):
    document = world.effective().document
    guest = world.person("guest", Role.EXTERNAL_AUDITOR)
    for rules, asked in (
        ([Rule("everybody"), Rule("site", str(world.site.pk))], False),
        ([Rule("person", str(guest.pk))], True),
    ):
        services.set_audience(document_id=document.pk, rules=rules, by=world.author)
        assert (guest.pk in people_of(document), document in rules_reaching(guest)) == (asked, asked)
        assert ((guest.pk, document.pk) in audience_pairs([document], [guest])) == asked
