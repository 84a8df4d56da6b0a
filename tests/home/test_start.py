"""Starting with one's own data: the way there in the demo, the five steps on own data, and naming who begins."""

import pytest
from django.core.management import CommandError, call_command

from qms.organization.models import RoleAssignment
from qms.organization.queries import may
from qms.organization.rights import Can
from qms.organization.services import change_setting
from qms.organization.states import Role
from tests.world import World

pytestmark = pytest.mark.django_db
STEPS = [
    "Organization and sites",
    "People from a file",
    "Types and numbering",
    "First import",
    "First approval",
]


def steps_of(client, person):
    client.force_login(person)
    return client.get("/start/").context["steps"]


def test_in_the_demo_everybody_is_shown_the_way_and_the_five_steps(client, world, settings):
    settings.DEMO = True
    client.force_login(world.reader)
    page = client.get("/start/")
    assert [str(each.step.title) for each in page.context["steps"]] == STEPS
    assert "script/server --data ../my-data --no-demo" in page.content.decode()


def test_the_band_of_the_demo_leads_there(client, world, settings):
    settings.DEMO = True
    client.force_login(world.reader)
    assert '<a href="/start/">Start with my own</a>' in client.get("/work/").content.decode()


def test_a_step_leads_only_those_to_its_screen_who_may_take_it(client, world, settings):
    settings.DEMO = True
    assert [each.url for each in steps_of(client, world.reader)] == ["", "", "", "", ""]
    assert [each.url for each in steps_of(client, world.it)] == ["", "/people/import/", "", "", ""]
    urls = [each.url for each in steps_of(client, world.quality)]
    assert [client.get(url).status_code for url in urls] == [200] * 5


def test_on_own_data_the_steps_say_how_far_one_is(client, world):
    before = [each.done for each in steps_of(client, world.quality)]
    world.effective()
    assert before == [False, True, True, False, False]
    assert [each.done for each in steps_of(client, world.quality)] == [False, True, True, True, True]


@pytest.mark.parametrize(("who", "status"), [("quality", 200), ("it", 200), ("reader", 404), ("author", 404)])
def test_on_own_data_the_page_is_for_those_who_set_the_system_up(client, world, who, status):
    client.force_login(getattr(world, who))
    assert client.get("/start/").status_code == status


def test_the_first_quality_manager_is_named_once_by_the_command(world: World, capsys):
    RoleAssignment.objects.filter(role=Role.QUALITY_MANAGER).delete()
    call_command("first_quality_manager", "author", skip_checks=True)
    world.author.assignments_held = None
    assert may(world.author, Can.GRANT_ROLES)
    assert "Author Person is the first quality manager." in capsys.readouterr().out
    with pytest.raises(CommandError, match="There is a quality manager already"):
        call_command("first_quality_manager", "reader", skip_checks=True)


def test_a_name_that_nobody_has_is_said(world):
    with pytest.raises(CommandError, match="Nobody here"):
        call_command("first_quality_manager", "nobody.here", skip_checks=True)


def test_the_band_leads_who_may_import_to_the_upload(client, world, settings):
    settings.DEMO = True
    client.force_login(world.quality)
    assert '<a href="/documents/imports/">Start with my own</a>' in client.get("/work/").content.decode()
    assert '<a href="/start/">How to start on a server of your own</a>' in client.get("/documents/imports/").text


def _steps_on(client, person, address="/"):
    client.force_login(person)
    page = client.get(address)
    return [str(each.step.title) for each in page.context["shell"].beginning.steps], "First steps" in page.text


def test_today_leads_to_the_steps_that_are_left_until_they_are_done(client, world):
    assert _steps_on(client, world.quality) == (["Organization and sites", "First import", "First approval"], True)
    world.effective()
    assert _steps_on(client, world.quality) == (["Organization and sites"], True)
    assert 'href="/start/"' in client.get("/").text
    change_setting(key="organization.name", value="Example Ltd", by=world.quality)
    assert _steps_on(client, world.quality) == ([], False)


def test_it_finds_its_own_step_on_its_first_page_and_readers_and_authors_none(client, world, monkeypatch):
    monkeypatch.setattr("qms.organization.queries.people.FEW", 1_000)
    assert _steps_on(client, world.it, "/work/") == (["People from a file"], True)
    assert [_steps_on(client, each, "/work/") for each in (world.reader, world.author)] == [([], False)] * 2


def test_in_the_demo_today_is_about_the_demo(client, world, settings):
    settings.DEMO = True
    assert _steps_on(client, world.quality)[0] == []


def test_the_steps_are_set_aside_by_those_who_change_settings(client, world):
    client.force_login(world.it)
    assert client.post("/start/set-aside/").status_code == 404
    client.force_login(world.quality)
    assert '<form method="post" action="/start/set-aside/"' in client.get("/").text
    assert client.post("/start/set-aside/").url == "/"
    assert _steps_on(client, world.quality) == ([], False)
    assert client.get("/start/").status_code == 200


def test_help_leads_those_who_begin_to_the_first_steps(client, world):
    assert [_leads(client, each) for each in (world.quality, world.it, world.reader)] == [True, True, False]


def _leads(client, person):
    client.force_login(person)
    return '<a href="/start/">First steps</a>' in client.get("/help/").text


def test_sites_come_before_the_people_who_work_at_them(client, world):
    [sites, people, *_rest] = steps_of(client, world.quality)
    assert (str(sites.step.title), "there first" in str(people.step.words)) == ("Organization and sites", True)
