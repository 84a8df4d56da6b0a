"""The pages of people: what they show to whom, and what their forms do."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from qms.jobs.models import OutgoingMail
from qms.organization import services
from qms.organization.models import Process, RoleAssignment, Site, Team, User
from qms.organization.queries import members, roles, setting
from qms.organization.states import Role
from tests.organization.helpers import verbs


def url(name, *args):
    return reverse(f"organization:{name}", args=args)


@pytest.fixture
def as_(client, world):
    """Act as somebody of the cast."""
    cache.clear()

    def act(who):
        client.force_login(getattr(world, who))
        return client

    return act


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


def test_teams_are_made_filled_emptied_and_put_out_of_use(as_, world):
    client = as_("quality")
    client.post(url("create_team"), {"name": "Paint shop", "site": world.site.pk, "process": ""})
    team = Team.objects.get(name="Paint shop")
    client.post(url("join_team", team.pk), {"person": "author"})
    assert "Author Person" in client.get(url("team", team.pk)).content.decode()
    client.post(url("person_teams", world.reader.pk), {"teams": [team.pk]})
    client.post(url("leave_team", team.pk, world.author.pk))
    assert list(members([team.pk])) == [world.reader]
    client.post(url("in_use", "team", team.pk), {"in_use": "0"})
    team.refresh_from_db()
    assert (team.is_active, list(members([team.pk]))) == (False, [])
    assert client.post(url("in_use", "planet", team.pk), {"in_use": "0"}).status_code == 404


def test_a_site_is_made_with_its_days_and_holidays(as_, world):
    client = as_("quality")
    form = {
        "code": "BRN",
        "name": "Brno",
        "time_zone": "Europe/Prague",
        "working_days": ["1", "2", "3", "4", "6"],
        "holidays": "2099-01-01 New Year\n\n2099-12-24",
    }
    client.post(url("create_site"), form)
    site = Site.objects.get(code="BRN")
    assert (site.working_days, [str(row) for row in site.holidays.order_by("day")]) == (
        "12346",
        ["2099-01-01 New Year", "2099-12-24 "],
    )
    shown = client.get(url("site", site.pk)).context["form"]
    assert shown["holidays"].value() == "2099-01-01 New Year\n2099-12-24"
    wrong = client.post(url("site", site.pk), {**form, "holidays": "Christmas"})
    assert list(wrong.context["form"].errors) == ["holidays"]


def test_a_process_is_made_and_handed_over(as_, world):
    client = as_("quality")
    client.post(url("create_process"), {"number": "P9", "name": "Packing", "owner": "author", "site": ""})
    process = Process.objects.get(number="P9")
    client.post(url("process", process.pk), {"number": "P9", "name": "Packing", "owner": "colleague", "site": ""})
    process.refresh_from_db()
    assert (process.owner, [row.holds for row in world.author.assignments.filter(process=process)]) == (
        world.colleague,
        [False],
    )
    taken = client.post(url("create_process"), {"number": "P9", "name": "Again", "owner": "", "site": ""})
    assert taken.context["form"].errors["__all__"] == ["“P9” is taken."]


def test_settings_are_changed_on_their_page_and_their_history_shown(as_, world):
    client = as_("quality")
    form = {field.html_name: field.value() for field in client.get(url("settings")).context["form"]}
    client.post(url("settings"), {**form, "organization.name": "Halvorsen Gauges"})
    assert setting("organization.name") == "Halvorsen Gauges"
    assert "from My organization to Halvorsen Gauges" in client.get(url("settings")).content.decode()
    wrong = client.post(url("settings"), {**form, "duties.ladder.before": "9999"})
    assert list(wrong.context["form"].errors) == ["duties.ladder.before"]
    upside_down = client.post(url("settings"), {**form, "duties.ladder.manager": "20", "duties.ladder.quality": "1"})
    assert list(upside_down.context["form"].errors) == ["duties.ladder.owner", "duties.ladder.quality"]


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


def test_the_rights_page_shows_every_right_and_role(as_):
    page = as_("quality").get(url("rights"))
    assert len(page.context["roles"]) == len(Role)
    assert {len(row.held) for group in page.context["groups"] for row in group.rows} == {len(Role)}


LISTS = {"people": 12, "teams": 6, "sites": 6, "processes": 6}


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", LISTS)
def test_a_list_needs_the_same_queries_for_any_number_of_rows(as_, world, django_assert_num_queries, name, count):
    for number in range(count):
        person = world.person(f"more{number}", Role.AUTHOR, line_manager=world.owner)
        team = Team.objects.create(name=f"Team {number}", site=world.site, process=world.process)
        world.join(person, team)
        Process.objects.create(number=f"X{number}", name="X", owner=person, site=world.site)
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
