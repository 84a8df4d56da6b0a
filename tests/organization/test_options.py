"""Settings of the organization as spans, and what a person chooses for themselves."""

from datetime import timedelta

import pytest
from django.utils import timezone

from qms.core.actors import SYSTEM
from qms.core.errors import NotPermitted, RuleBroken
from qms.organization import services
from qms.organization.models import Setting
from qms.organization.queries import setting, settings_box, today
from qms.organization.queries.options import Box
from qms.organization.setting_kinds import SettingKind, declare, declared
from tests.organization.helpers import last_detail, verbs


def test_a_setting_has_its_default_until_somebody_changes_it(world):
    assert setting("organization.name") == "My organization"
    assert setting("no.such.setting", "otherwise") == "otherwise"
    assert services.change_setting(key="organization.name", value="Gauges", by=world.quality) is True
    assert setting("organization.name") == "Gauges"
    assert last_detail() == {"key": "organization.name", "old": "My organization", "new": "Gauges"}


def test_a_setting_is_read_as_of_an_instant(world):
    services.change_setting(key="organization.name", value="Old", by=world.quality)
    then = timezone.now()
    services.change_setting(key="organization.name", value="New", by=world.quality)
    moments = (then - timedelta(days=1), then, timezone.now())
    assert [setting("organization.name", at=at) for at in moments] == ["My organization", "Old", "New"]


def test_the_same_value_is_no_change(world):
    services.change_setting(key="organization.name", value="Gauges", by=world.quality)
    assert services.change_setting(key="organization.name", value="Gauges", by=world.quality) is False
    assert (Setting.objects.count(), len(verbs())) == (1, 1)


@pytest.mark.parametrize("who", ["it", "top", "owner", "reader"])
def test_only_quality_changes_settings(world, who):
    with pytest.raises(NotPermitted):
        services.change_setting(key="organization.name", value="X", by=getattr(world, who))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("organization.name", ""),
        ("organization.name", "x" * 201),
        ("organization.name", "two\nlines"),
        ("organization.name", 7),
        ("organization.zone", "Mars/Olympus"),
        ("organization.zone", "/etc/passwd"),
        ("duties.ladder.before", 0),
        ("duties.ladder.before", 9999),
        ("duties.ladder.before", True),
        ("duties.ladder.before", "7"),
    ],
)
def test_a_value_outside_what_a_setting_takes_is_refused(world, key, value):
    with pytest.raises(RuleBroken) as refusal:
        services.change_setting(key=key, value=value, by=world.quality)
    assert refusal.value.code == "bad_value"


def test_an_undeclared_setting_is_the_systems_own(world):
    services.change_setting(key="own.business", value=[1, 2], by=SYSTEM)
    with pytest.raises(RuleBroken):
        services.change_setting(key="own.business", value=[3], by=world.quality)
    assert setting("own.business") == [1, 2]


def test_a_setting_is_declared_once():
    with pytest.raises(ValueError, match="declared already"):
        declare([SettingKind(key="organization.name", words="Again", default="")])
    assert "organization.zone" in declared()


def test_a_request_reads_the_settings_once_and_sees_its_own_change(world, django_assert_num_queries):
    token = settings_box.set(Box())
    try:
        with django_assert_num_queries(1):
            read = [setting("organization.name"), setting("organization.zone"), setting("none", 3)]
        services.change_setting(key="organization.name", value="Gauges", by=world.quality)
        assert (read, setting("organization.name")) == (["My organization", "UTC", 3], "Gauges")
    finally:
        settings_box.reset(token)


def test_today_is_the_day_of_the_organization(world, time_machine_at):
    with time_machine_at("2031-03-14T12:00:00Z"):
        services.change_setting(key="organization.zone", value="Pacific/Kiritimati", by=world.quality)
        assert today().isoformat() == "2031-03-15"


def test_a_person_chooses_language_zone_theme_and_keys(world):
    services.change_preferences(person=world.reader, theme="dark", shortcuts=False, time_zone="Asia/Tokyo")
    world.reader.refresh_from_db()
    assert (world.reader.theme, world.reader.shortcuts, world.reader.time_zone) == ("dark", False, "Asia/Tokyo")
    assert (verbs(world.reader), sorted(last_detail()["changed"])) == (
        ["preferences_changed"],
        ["shortcuts", "theme", "time_zone"],
    )


@pytest.mark.parametrize(
    "changes", [{"theme": "pink"}, {"language": "tlh"}, {"time_zone": "Mars/Olympus"}, {"shortcuts": "yes"}]
)
def test_a_preference_there_is_none_of_is_refused(world, changes):
    with pytest.raises(RuleBroken):
        services.change_preferences(person=world.reader, **changes)


def test_nothing_else_is_a_preference(world):
    with pytest.raises(TypeError):
        services.change_preferences(person=world.reader, is_active=False)
    services.change_preferences(person=world.reader, theme="auto")
    assert verbs() == []
