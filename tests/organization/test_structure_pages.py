"""The pages of teams, sites, settings and rights."""

from qms.organization.models import Site, Team
from qms.organization.queries import members, setting
from qms.organization.states import Role
from tests.organization.helpers import url


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


def test_the_rights_page_shows_every_right_and_role(as_):
    page = as_("quality").get(url("rights"))
    assert len(page.context["roles"]) == len(Role)
    assert {len(row.held) for group in page.context["groups"] for row in group.rows} == {len(Role)}
