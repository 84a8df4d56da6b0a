"""Who set everything up alone names one second person, who confirms the others."""

import pytest
from django.urls import reverse

from qms.core.actors import SYSTEM
from qms.organization import services
from qms.organization.models import User
from qms.organization.states import Role
from tests.organization.helpers import came, signs, waiting


@pytest.fixture
def founded(client, db):
    """One person who set everything up alone, signed in, and two who could be the second."""
    alone = services.set_up(organization="Ann's", zone="UTC", username="ann", name="Ann").person
    made = [services.create_person(username=name, name=name.title(), by=alone) for name in ("dora", "bo")]
    for person, role in zip(made, (Role.QUALITY_MANAGER, Role.TOP_MANAGEMENT), strict=True):
        services.grant_role(person_id=person.pk, role=role, by=alone)
    came(*made)
    client.force_login(alone)
    return made


def test_where_only_one_may_be_confirmed_one_is_chosen_and_the_page_says_so(client, founded):
    shown = client.get(reverse("organization:waiting")).text
    assert (shown.count('type="radio" name="person"'), shown.count(" checked>")) == (2, 0)
    assert "Confirm one; they confirm the others." in shown


def test_two_second_people_at_once_are_refused_with_the_way_out_and_nothing_is_saved(client, founded):
    page = reverse("organization:waiting")
    answer = client.post(page, {"how": "In person", "person": [each.pk for each in founded]})
    assert (answer.status_code, "Confirm one of them" in answer.text, any(map(signs, founded))) == (422, True, False)
    assert client.post(page, {"how": "In person", "person": [founded[0].pk]}).status_code == 302
    assert (signs(founded[0]), waiting(User.objects.get(username="dora"))) == (True, [founded[1]])


def test_the_second_person_is_named_before_the_others_of_the_same_click_are_confirmed(founded):
    alone, it = User.objects.get(username="ann"), services.create_person(username="it", name="It", by=SYSTEM)
    services.grant_role(person_id=it.pk, role=Role.IT_ADMIN, by=alone)
    other = services.create_person(username="other", name="Other", by=User.objects.get(pk=it.pk))
    ids = [founded[0].pk, other.pk]
    User.objects.filter(pk=founded[0].pk).update(name="Zora")
    assert (services.confirm_possession(person_ids=ids, how="in person", by=alone), signs(founded[0])) == (2, True)


def test_who_made_everybody_alone_is_told_whom_to_give_a_role(client, db):
    alone = services.set_up(organization="Ann's", zone="UTC", username="ann", name="Ann").person
    services.create_person(username="dora", name="Dora", by=alone)
    client.force_login(alone)
    assert "1 person waits for somebody else" in client.get(reverse("organization:waiting")).text
