"""Sessions end: when idle, after a day, when somebody leaves or says so; nothing is left behind."""

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from qms.core.errors import NotPermitted, RuleBroken
from qms.organization import services
from qms.organization.states import Role
from tests.organization.helpers import verbs
from tests.world import PASSWORD


@pytest.fixture(autouse=True)
def _forget_rates():
    cache.clear()


def sign_in(client, login="reader"):
    client.post("/accounts/login/", {"login": login, "password": PASSWORD})
    return client


@pytest.fixture
def browsers(world):
    """Two browsers of the reader, both signed in."""
    return [sign_in(Client()) for _each in range(2)]


def opens(client) -> bool:
    return client.get(reverse("duties:calendar")).status_code == 200


def test_a_session_ends_when_idle(client, world, time_machine_at):
    start = timezone.now()
    with time_machine_at(start):
        sign_in(client)
        assert opens(client)
    with time_machine_at(start + settings.SESSION_IDLE - timezone.timedelta(seconds=1)):
        assert opens(client)
    with time_machine_at(start + 2 * settings.SESSION_IDLE):
        assert opens(client) is False


def test_a_session_in_use_ends_after_a_working_day(client, world, time_machine_at):
    start = timezone.now()
    with time_machine_at(start):
        sign_in(client)
    steps = int(settings.SESSION_ABSOLUTE / timezone.timedelta(minutes=20))
    seen = []
    for step in range(steps + 2):
        with time_machine_at(start + step * timezone.timedelta(minutes=20)):
            seen.append(opens(client))
    assert (seen.index(False), any(seen[steps + 1 :])) == (steps + 1, False)


def test_last_seen_is_written_once_a_minute(client, world, time_machine_at, django_assert_num_queries):
    start = timezone.now()
    with time_machine_at(start):
        sign_in(client)
        opens(client)
        stored = Session.objects.get(session_key=client.session.session_key).session_data
    for seconds, same in ((59, True), (61, False)):
        with time_machine_at(start + timezone.timedelta(seconds=seconds)):
            opens(client)
            kept = Session.objects.get(session_key=client.session.session_key)
            assert (kept.get_decoded() == client.session.decode(stored)) is same


def test_signing_out_forgets_the_session_and_clears_the_browser(client, world):
    sign_in(client)
    key = client.session.session_key
    response = client.post(reverse("account_logout"))
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert Session.objects.filter(session_key=key).exists() is False


def test_pages_of_somebody_signed_in_are_not_stored(client, world):
    sign_in(client)
    assert "no-store" in client.get(reverse("organization:profile")).headers["Cache-Control"]


def test_a_part_of_a_page_is_sent_to_sign_in_as_a_page(client, world):
    part = {"HX-Request": "true", "HX-Current-URL": "http://testserver/people/?q=ann"}
    response = client.get("/people/", headers=part)
    assert (response.status_code, response.headers["HX-Redirect"]) == (204, "/accounts/login/?next=%2Fpeople%2F")


def test_a_person_sees_their_sessions_and_ends_the_others(browsers, world):
    here, there = browsers
    page = here.get(reverse("organization:profile"))
    assert [session["current"] for session in page.context["sessions"]].count(True) == 1
    here.post(reverse("organization:end_other_sessions"))
    assert (opens(here), opens(there), verbs(world.reader)) == (True, False, ["sessions_ended"])


def test_a_person_ends_one_session(browsers, world):
    here, there = browsers
    other = UserSession.objects.exclude(session_key=here.session.session_key).get()
    here.post(reverse("organization:end_session", args=[other.pk]))
    assert (opens(here), opens(there)) == (True, False)


def test_nobody_ends_the_session_of_somebody_else(client, world, browsers):
    sign_in(client, "author")
    theirs = UserSession.objects.filter(user=world.reader).first()
    response = client.post(reverse("organization:end_session", args=[theirs.pk]))
    assert (response.status_code, opens(browsers[0])) == (409, True)


def test_changing_the_password_ends_the_other_sessions_and_keeps_this_one(browsers, world):
    here, there = browsers
    before = here.session.session_key
    own = {"oldpassword": PASSWORD, "password1": "quite my own words", "password2": "quite my own words"}
    here.post(reverse("account_change_password"), own)
    assert (opens(here), opens(there), here.session.session_key != before) == (True, False, True)


def test_whoever_leaves_loses_every_session_at_once(browsers, world):
    services.deactivate_person(person_id=world.reader.pk, by=world.it)
    assert ([opens(each) for each in browsers], UserSession.objects.filter(user=world.reader).count()) == (
        [False, False],
        0,
    )


def test_a_temporary_password_ends_every_session(browsers, world):
    services.set_password(person_id=world.reader.pk, by=world.it)
    assert [opens(each) for each in browsers] == [False, False]


def test_it_ends_the_sessions_of_somebody_and_nobody_else_does(browsers, world):
    with pytest.raises(NotPermitted):
        services.end_sessions_of(person_id=world.reader.pk, by=world.quality)
    assert services.end_sessions_of(person_id=world.reader.pk, by=world.it) == 2
    assert [opens(each) for each in browsers] == [False, False]


def test_a_role_that_ends_ends_what_it_opened_with_the_next_click(client, world):
    world.person("quality2", Role.QUALITY_MANAGER)
    sign_in(client, "quality")
    assert client.get(reverse("organization:settings")).status_code == 200
    services.end_role(assignment_id=world.quality.assignments.get().pk, by=world.quality)
    assert client.get(reverse("organization:settings")).status_code == 404


def test_ending_a_session_that_is_gone_is_said_in_words(world):
    with pytest.raises(RuleBroken):
        services.end_session(person=world.reader, session_id=987654)


def test_a_session_cookie_is_closed_to_scripts_and_other_sites(client, world):
    sign_in(client)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_the_zone_and_language_of_the_person_hold_for_their_pages(client, world, settings):
    settings.LANGUAGES = [("en", "English"), ("de", "German")]
    services.change_preferences(person=world.reader, time_zone="Asia/Tokyo", language="de")
    sign_in(client)
    page = client.get(reverse("organization:profile")).content.decode()
    assert ('<html lang="de"' in page, "JST" in page) == (True, True)


def test_without_a_zone_of_their_own_a_person_sees_the_organizations(client, world):
    services.change_setting(key="organization.zone", value="Asia/Kathmandu", by=world.quality)
    sign_in(client)
    assert "+0545" in client.get(reverse("organization:profile")).content.decode()


def test_what_is_left_of_ended_sessions_is_forgotten(browsers, world, time_machine_at):
    assert services.forget_ended_sessions() == 0
    with time_machine_at(timezone.now() + timezone.timedelta(hours=14)):
        assert services.forget_ended_sessions() == 2
    assert (Session.objects.count(), UserSession.objects.count()) == (0, 0)
