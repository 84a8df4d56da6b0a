"""The player of the demo: it loads all or nothing, and only while it plays is the past now."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from qms.core.actors import SYSTEM
from qms.core.seams.demo import Days, DemoPart, Registry, Scene
from qms.home import demo
from qms.jobs.models import Job
from qms.jobs.services import later
from qms.organization.models import Site
from qms.organization.services import create_site
from qms.trail.models import Entry

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 19, 13, 30, tzinfo=UTC)


@pytest.fixture
def parts(monkeypatch):
    """A registry of parts of our own in place of the product's."""
    own = Registry("parts")
    monkeypatch.setattr(demo, "demo_parts", own)
    return own


def site(code):
    return lambda: create_site(code=code, name=code, by=SYSTEM)


def test_the_scenes_of_all_parts_are_played_in_order_of_time(parts):
    parts.register("10", DemoPart(lambda days: [Scene(days.at(-3), site("A")), Scene(days.at(-1), site("C"))]))
    parts.register("20", DemoPart(lambda days: [Scene(days.at(-2, 90), site("B"))]))
    demo.load(NOW)
    entries = Entry.objects.order_by("pk").values_list("at", flat=True)
    moments = [each.astimezone(demo.zone()).strftime("%d %H:%M") for each in entries]
    assert list(Site.objects.order_by("pk").values_list("code", flat=True)) == ["A", "B", "C"]
    assert moments == ["16 00:00", "17 01:30", "18 00:00"]


def test_what_lies_after_the_loading_is_not_played(parts):
    parts.register("10", DemoPart(lambda days: [Scene(days.at(0), site("A")), Scene(days.at(0, 23 * 60), site("B"))]))
    demo.load(NOW)
    assert list(Site.objects.values_list("code", flat=True)) == ["A"]


def test_a_load_that_breaks_off_leaves_nothing_and_puts_the_clock_back(parts):
    parts.register("10", DemoPart(lambda days: [Scene(days.at(-2), site("A")), Scene(days.at(-1), lambda: 1 / 0)]))
    with pytest.raises(ZeroDivisionError):
        demo.load(NOW)
    assert (Site.objects.count(), Entry.objects.count()) == (0, 0)
    assert timezone.now() > NOW


def test_a_job_that_fails_ends_the_load(parts):
    def ask():
        later("documents.read_body", body=12345)

    parts.register("10", DemoPart(lambda days: [Scene(days.at(-1), ask)]))
    with pytest.raises(RuntimeError, match=r"documents\.read_body"):
        demo.load(NOW)


def test_jobs_that_may_wait_are_left_to_the_worker(parts):
    def ask():
        later("documents.index", document=12345)

    parts.register("10", DemoPart(lambda days: [Scene(days.at(-1), ask)], waits=frozenset({"documents.index"})))
    demo.load(NOW)
    assert list(Job.objects.values_list("kind", "state")) == [("documents.index", "queued")]


def test_people_who_are_here_already_are_not_joined_by_made_up_ones(world):
    with pytest.raises(CommandError, match="There are people here already"):
        call_command("demo", skip_checks=True)


def test_without_a_demo_there_are_no_logins_to_print():
    with pytest.raises(CommandError, match="No demo organization"):
        call_command("demo", "--logins", skip_checks=True)


def test_days_are_counted_in_the_zone_of_the_organization_across_a_change_of_its_clock():
    days = Days(datetime(2026, 11, 19).date(), demo.zone())
    assert days.at(-25, 480).isoformat() == "2026-10-25T08:00:00+01:00"
    assert days.at(-26, 480).isoformat() == "2026-10-24T08:00:00+02:00"
    assert days.day(-25) + timedelta(days=25) == days.loaded
