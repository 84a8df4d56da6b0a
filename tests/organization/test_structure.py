"""Sites, teams and processes: made, changed, put out of use, never deleted."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from qms.core.actors import SYSTEM
from qms.core.errors import NotPermitted, RuleBroken
from qms.organization import services
from qms.organization.models import User
from qms.organization.queries import members, roles
from qms.organization.states import Role, Scope
from tests.organization.helpers import last_detail, listen, verbs


def test_a_site_is_made_and_changed_with_entries(world):
    site = services.create_site(code="BRN", name="Brno", time_zone="Europe/Prague", by=world.quality)
    services.change_site(site_id=site.pk, name="Brno works", working_days="1234", by=world.quality)
    assert verbs(site) == ["site_created", "site_changed"]
    assert last_detail() == {"changed": {"name": ["Brno", "Brno works"], "working_days": ["12345", "1234"]}}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"code": "HQ"}, "taken"),
        ({"code": " "}, "name_missing"),
        ({"name": ""}, "name_missing"),
        ({"time_zone": "Mars/Olympus"}, "bad_zone"),
        ({"time_zone": "../etc/passwd"}, "bad_zone"),
        ({"working_days": "18"}, "bad_days"),
    ],
)
def test_what_a_site_may_not_be(world, fields, code):
    with pytest.raises(RuleBroken) as refusal:
        services.create_site(**{"code": "X", "name": "X", "by": world.quality, **fields})
    assert refusal.value.code == code


@pytest.mark.parametrize("who", ["it", "top", "owner", "reader"])
def test_structure_is_changed_by_quality_alone(world, who):
    by = getattr(world, who)
    for verb in (
        lambda: services.create_site(code="X", name="X", by=by),
        lambda: services.create_team(name="X", by=by),
        lambda: services.create_process(number="X", name="X", by=by),
        lambda: services.join_team(person_id=world.reader.pk, team_id=world.team.pk, by=by),
        lambda: services.set_holidays(site_id=world.site.pk, days={}, since=date(2026, 1, 1), by=by),
    ):
        with pytest.raises(NotPermitted):
            verb()
    assert verbs() == []


def test_holidays_from_a_day_on_are_replaced_and_past_ones_stay(world):
    old, near, far = date(2026, 1, 1), date(2026, 12, 25), date(2027, 1, 1)
    services.set_holidays(site_id=world.site.pk, days={old: "New Year", near: "Xmas"}, since=old, by=world.quality)
    changed = services.set_holidays(
        site_id=world.site.pk, days={near: "Christmas", far: "New Year"}, since=date(2026, 6, 1), by=world.quality
    )
    assert changed == 2
    assert dict(world.site.holidays.values_list("day", "name")) == {
        old: "New Year",
        near: "Christmas",
        far: "New Year",
    }
    assert last_detail() == {"changed": {"2026-12-25": ["Xmas", "Christmas"], "2027-01-01": [None, "New Year"]}}


def test_the_same_holidays_again_change_nothing(world):
    days = {date(2026, 12, 25): "Christmas"}
    for number in (1, 0):
        since = date(2026, 1, 1)
        assert services.set_holidays(site_id=world.site.pk, days=days, since=since, by=world.quality) == number


def test_joining_and_leaving_a_team_are_spans(world, monkeypatch):
    heard = listen(monkeypatch, "organization.membership_changed")
    before = timezone.now()
    services.join_team(person_id=world.stranger.pk, team_id=world.team.pk, by=world.quality)
    services.join_team(person_id=world.stranger.pk, team_id=world.team.pk, by=world.quality)
    during = timezone.now()
    assert services.leave_team(person_id=world.stranger.pk, team_id=world.team.pk, by=world.quality) is True
    assert services.leave_team(person_id=world.stranger.pk, team_id=world.team.pk, by=world.quality) is False
    there = [world.stranger in members([world.team.pk], at=at) for at in (before, during, timezone.now())]
    assert (there, verbs(world.stranger)) == ([False, True, False], ["team_joined", "team_left"])
    assert [each.detail["verb"] for each in heard.happenings] == ["team_joined", "team_left"]


def test_the_teams_of_a_person_become_exactly_those(world):
    other = services.create_team(name="Assembly", by=world.quality)
    assert services.set_teams(person_id=world.reader.pk, team_ids=[other.pk], by=world.quality) == (
        [other.pk],
        [world.team.pk],
    )


def test_the_members_of_a_team_become_exactly_those(world):
    joined, left = services.set_members(
        team_id=world.team.pk, person_ids=[world.author.pk, world.stranger.pk], by=world.quality
    )
    assert (joined, left, set(members([world.team.pk]))) == (2, 1, {world.author, world.stranger})


def test_who_has_left_joins_no_team_and_nobody_joins_one_out_of_use(world):
    services.deactivate_person(person_id=world.stranger.pk, by=world.it)
    with pytest.raises(RuleBroken):
        services.join_team(person_id=world.stranger.pk, team_id=world.team.pk, by=world.quality)
    services.change_team(team_id=world.team.pk, is_active=False, by=world.quality)
    with pytest.raises(RuleBroken):
        services.join_team(person_id=world.author.pk, team_id=world.team.pk, by=world.quality)


def test_a_team_out_of_use_has_no_members(world):
    services.change_team(team_id=world.team.pk, is_active=False, by=world.quality)
    assert list(members([world.team.pk])) == []


def test_the_owner_of_a_process_is_given_the_role_and_the_one_before_loses_it(world):
    services.change_process(process_id=world.process.pk, owner=world.stranger, by=world.quality)
    scope = Scope(process_id=world.process.pk)
    held = [roles(User.objects.get(pk=person.pk), scope) for person in (world.stranger, world.owner)]
    assert held == [{Role.PROCESS_OWNER}, set()]


def test_who_names_themselves_owner_is_given_no_role_by_it(world):
    services.change_process(process_id=world.process.pk, owner=world.quality, by=world.quality)
    assert roles(User.objects.get(pk=world.quality.pk), Scope(process_id=world.process.pk)) == {Role.QUALITY_MANAGER}


def test_a_process_has_an_owner_who_is_here_and_a_number_of_its_own(world):
    services.deactivate_person(person_id=world.stranger.pk, by=world.it)
    world.stranger.refresh_from_db()
    with pytest.raises(RuleBroken) as gone:
        services.create_process(number="P9", name="X", owner=world.stranger, by=world.quality)
    with pytest.raises(RuleBroken) as taken:
        services.create_process(number="P01", name="X", by=world.quality)
    assert (gone.value.code, taken.value.code) == ("owner_left", "taken")


def test_an_unknown_row_is_said_in_words_and_an_unknown_field_is_our_mistake(world):
    with pytest.raises(RuleBroken):
        services.change_site(site_id=98765, name="X", by=world.quality)
    with pytest.raises(RuleBroken):
        services.join_team(person_id=world.reader.pk, team_id=98765, by=world.quality)
    with pytest.raises(TypeError):
        services.change_site(site_id=world.site.pk, colour="red", by=SYSTEM)


def test_membership_is_read_as_of_a_date(world):
    assert [len(members([world.team.pk], at=timezone.now() - timedelta(days=days))) for days in (0, 400)] == [1, 0]
