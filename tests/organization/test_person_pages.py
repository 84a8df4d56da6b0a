"""The pages of people: what they show to whom, and what their forms do."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from qms.jobs.models import OutgoingMail
from qms.organization import services
from qms.organization.models import RoleAssignment, Site, Team, User
from qms.organization.queries import roles
from qms.organization.states import Role
from tests.organization.helpers import url, verbs

ACCOUNT = {
    "name": "Ann Lee",
    "username": "ann",
    "email": "ann@gauge.example",
    "personnel_number": "",
    "company": "",
    "joined_on": "2026-01-01",
    "ends_on": "",
    "job_title": "Turner",
    "site": "",
    "line_manager": "owner",
    "language": "en",
    "time_zone": "",
}


def test_it_makes_an_account_and_hands_over_a_temporary_password(as_, world):
    client = as_("it")
    made = client.post(url("create_person"), ACCOUNT)
    ann = User.objects.get(username="ann")
    assert (made["Location"], ann.line_manager) == (ann.get_absolute_url(), world.owner)
    page = client.post(url("account", ann.pk, "password"))
    password = page.context["password"]
    ann.refresh_from_db()
    assert (ann.check_password(password), ann.password_is_own) == (True, False)
    assert re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", password)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"name": ""}, ["name"]),
        ({"email": "no address"}, ["email"]),
        ({"joined_on": "someday"}, ["joined_on"]),
        ({"joined_on": "0001-01-01"}, ["joined_on"]),
        ({"line_manager": "nobody at all"}, ["line_manager"]),
        ({"time_zone": "Mars/Olympus"}, ["time_zone"]),
        ({"site": "98765"}, ["site"]),
        ({"username": "reader"}, ["__all__"]),
        ({"username": "two words"}, ["__all__"]),
        ({"ends_on": "2025-01-01"}, ["__all__"]),
    ],
)
def test_an_account_filled_in_wrongly_says_where_and_makes_nothing(as_, world, changes, fields):
    response = as_("it").post(url("create_person"), {**ACCOUNT, **changes})
    assert (response.status_code, list(response.context["form"].errors)) == (422, fields)
    assert User.objects.filter(username="ann").exists() is False


def test_it_changes_everything_and_quality_a_persons_place(as_, world):
    as_("it").post(url("change_person", world.reader.pk), {**ACCOUNT, "username": "reader"})
    page = as_("quality").get(url("change_person", world.reader.pk))
    assert list(page.context["form"].fields) == ["job_title", "site", "line_manager", "time_zone"]
    place = {"job_title": "Miller", "site": "", "line_manager": "", "language": "en", "time_zone": ""}
    as_("quality").post(url("change_person", world.reader.pk), {**place, "email": "sneaked@in.example"})
    reader = User.objects.get(pk=world.reader.pk)
    assert (reader.name, reader.email, reader.job_title, reader.line_manager) == (
        "Ann Lee",
        "ann@gauge.example",
        "Miller",
        None,
    )


def test_a_circle_of_managers_is_refused_above_the_form(as_, world):
    services.change_person(person_id=world.owner.pk, line_manager=world.reader, by=world.it)
    response = as_("it").post(url("change_person", world.reader.pk), {**ACCOUNT, "line_manager": "owner"})
    assert response.context["form"].errors["__all__"] == ["This would make a circle of line managers."]


def test_a_language_is_asked_where_there_are_several(as_, world, settings):
    assert "language" not in as_("it").get(url("create_person")).context["form"].fields
    settings.LANGUAGES = [("en", "English"), ("de", "German")]
    wrong = as_("it").post(url("create_person"), {**ACCOUNT, "language": "tlh"})
    assert list(wrong.context["form"].errors) == ["language"]


@pytest.mark.parametrize("who", ["top", "owner", "auditor"])
def test_who_sees_people_does_not_change_them(as_, world, who):
    client = as_(who)
    assert client.get(url("person", world.reader.pk)).status_code == 200
    for name in ("change_person", "deactivate_person", "person_teams", "grant_role", "link_identity"):
        assert (name, client.get(url(name, world.reader.pk)).status_code) == (name, 403)
    assert client.post(url("account", world.reader.pk, "password")).status_code == 403


def test_a_person_sees_their_own_page_and_their_reports_and_nobody_else(as_, world):
    services.change_person(person_id=world.stranger.pk, line_manager=world.reader, by=world.it)
    client = as_("reader")
    seen = [client.get(url("person", each.pk)).status_code for each in (world.reader, world.stranger, world.author)]
    assert seen == [200, 200, 404]


def test_nobody_is_shown_a_person_who_is_not_there(as_):
    assert as_("it").get(url("person", 987654)).status_code == 404


def test_it_sees_the_account_and_others_do_not(as_, world):
    assert as_("it").get(url("person", world.reader.pk)).context["account"] is not None
    assert as_("quality").get(url("person", world.reader.pk)).context["account"] is None


def test_it_closes_an_account_and_opens_it_again(as_, world):
    client = as_("it")
    assert "are never deleted" in client.get(url("deactivate_person", world.reader.pk)).content.decode()
    client.post(url("deactivate_person", world.reader.pk), {"reason": "Retired"})
    assert "Retired" in client.get(url("person", world.reader.pk)).content.decode()
    client.post(url("reactivate_person", world.reader.pk), {"reason": ""})
    assert verbs(world.reader) == ["person_left", "person_returned"]


def test_what_somebody_leaves_behind_is_shown(as_, world):
    services.deactivate_person(person_id=world.owner.pk, by=world.it)
    assert "Still to be handed over" in as_("quality").get(url("person", world.owner.pk)).content.decode()


def test_it_sends_a_link_ends_sessions_and_removes_factors(as_, world):
    client = as_("it")
    for verb in ("link", "sessions", "factors", "unlink"):
        assert client.post(url("account", world.reader.pk, verb))["Location"] == world.reader.get_absolute_url()
    assert verbs(world.reader) == ["sign_in_link_sent", "sessions_ended", "factors_removed"]
    assert client.post(url("account", world.reader.pk, "delete")).status_code == 404
    assert client.get(url("account", world.reader.pk, "link")).status_code == 405


def test_a_link_for_somebody_without_an_address_is_refused_in_words(as_, world):
    User.objects.filter(pk=world.reader.pk).update(email="")
    response = as_("it").post(url("account", world.reader.pk, "link"))
    assert (response.status_code, "has no e-mail address" in response.content.decode()) == (409, True)
    assert OutgoingMail.objects.count() == 0


def test_an_account_is_linked_to_the_single_sign_on(as_, world):
    client = as_("it")
    client.post(url("link_identity", world.reader.pk), {"email": "r@idp.example"})
    taken = client.post(url("link_identity", world.author.pk), {"email": "r@idp.example"})
    assert (world.reader.external_identity.expected_email, taken.status_code) == ("r@idp.example", 422)


def test_a_quality_manager_gives_and_ends_a_role_on_the_page(as_, world):
    client = as_("quality")
    day = (timezone.localdate() + timedelta(days=30)).isoformat()
    form = {"role": "author", "site": world.site.pk, "process": "", "first_day": "", "last_day": day}
    assert client.post(url("grant_role", world.stranger.pk), form)["Location"] == world.stranger.get_absolute_url()
    given = RoleAssignment.objects.get(person=world.stranger)
    assert (given.role, given.site, given.valid_until.date().isoformat()) == ("author", world.site, day)
    page = client.get(url("person", world.stranger.pk)).content.decode()
    assert url("end_role", world.stranger.pk, given.pk) in page
    client.post(url("end_role", world.stranger.pk, given.pk), {"reason": "Moved"})
    assert roles(User.objects.get(pk=world.stranger.pk)) == frozenset()


def test_the_roles_offered_are_those_one_may_give(as_, world):
    offered = {}
    for who in ("it", "quality"):
        form = as_(who).get(url("grant_role", world.stranger.pk)).context["form"]
        offered[who] = {value for value, _words in form["role"].field.choices}
    assert offered == {"it": {"it_admin"}, "quality": {role.value for role in Role} - {"it_admin"}}


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"role": "it_admin"}, ["role"]),
        ({"role": "emperor"}, ["role"]),
        ({"role": "external_auditor"}, ["__all__"]),
        ({"first_day": "2027-02-01", "last_day": "2027-01-01"}, ["last_day"]),
        ({"last_day": "2020-01-01"}, ["__all__"]),
        ({"last_day": "9999-12-31"}, ["last_day"]),
        ({"process": "98765"}, ["process"]),
    ],
)
def test_a_role_filled_in_wrongly_is_not_given(as_, world, changes, fields):
    form = {"role": "author", "site": "", "process": "", "first_day": "", "last_day": "", **changes}
    response = as_("quality").post(url("grant_role", world.stranger.pk), form)
    assert (response.status_code, list(response.context["form"].errors)) == (422, fields)
    assert RoleAssignment.objects.filter(person=world.stranger).exists() is False


def test_nobody_gives_themselves_a_role_on_the_page(as_, world):
    form = {"role": "author", "site": "", "process": "", "first_day": "", "last_day": ""}
    response = as_("quality").post(url("grant_role", world.quality.pk), form)
    assert response.context["form"].errors["__all__"] == ["Nobody gives a role to themselves."]


def test_the_role_of_one_person_is_not_ended_on_the_page_of_another(as_, world):
    held = world.reader.assignments.get()
    assert as_("quality").post(url("end_role", world.author.pk, held.pk), {"reason": ""}).status_code == 404


def test_the_first_quality_manager_is_named_on_the_page_once(client, db):
    cache.clear()
    made = services.set_up(organization="G", zone="UTC", username="root", name="Root", quality_manager=False)
    other = services.create_person(username="q", name="Quinn", by=made.person)
    client.force_login(made.person)
    assert "Name Quinn" in client.get(url("grant_role", other.pk)).content.decode()
    assert client.post(url("first_quality_manager", other.pk)).status_code == 302
    assert client.post(url("first_quality_manager", other.pk)).status_code == 409
    assert "Name Quinn" not in client.get(url("grant_role", other.pk)).content.decode()


def test_a_person_changes_what_is_theirs(as_, world, settings):
    settings.LANGUAGES = [("en", "English"), ("de", "German")]
    client = as_("reader")
    form = {"language": "de", "time_zone": "Asia/Tokyo", "theme": "dark"}
    client.post(url("profile"), form)
    reader = User.objects.get(pk=world.reader.pk)
    assert (reader.language, reader.time_zone, reader.theme, reader.shortcuts) == ("de", "Asia/Tokyo", "dark", False)


@pytest.mark.parametrize(
    ("posted", "way"),
    [
        ({"theme": "dark", "next": "/people/"}, "/people/"),
        ({"theme": "dark", "next": "https://evil.example"}, "/account/"),
        ({"shortcuts": "off"}, "/account/"),
    ],
)
def test_the_shell_takes_one_preference_and_leads_back(as_, world, posted, way):
    assert as_("reader").post(url("preferences"), posted)["Location"] == way


def test_a_preference_there_is_none_of_is_refused_in_words(as_):
    assert as_("reader").post(url("preferences"), {"theme": "pink"}).status_code == 409


LISTS = {"people": 12, "teams": 6, "sites": 6}


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", LISTS)
def test_a_list_needs_the_same_queries_for_any_number_of_rows(as_, world, django_assert_num_queries, name, count):
    for number in range(count):
        person = world.person(f"more{number}", Role.AUTHOR, line_manager=world.owner)
        team = Team.objects.create(name=f"Team {number}", site=world.site, process=world.process)
        world.join(person, team)
        Site.objects.create(code=f"S{number}", name=f"Site {number}")
    client = as_("quality")
    client.get(url(name))
    with django_assert_num_queries(LISTS[name]):
        client.get(url(name))


@pytest.mark.parametrize("count", [1, 3])
def test_a_persons_page_needs_the_same_queries_for_any_number_of_rows(as_, world, django_assert_num_queries, count):
    for number in range(count):
        team = Team.objects.create(name=f"Team {number}", site=world.site)
        services.join_team(person_id=world.owner.pk, team_id=team.pk, by=world.quality)
        services.grant_role(person_id=world.owner.pk, role=list(Role)[number], by=world.quality, site=world.site)
        services.change_person(person_id=world.reader.pk, line_manager=world.owner, by=world.it)
    client = as_("it")
    client.get(url("person", world.owner.pk))
    with django_assert_num_queries(16):
        client.get(url("person", world.owner.pk))
