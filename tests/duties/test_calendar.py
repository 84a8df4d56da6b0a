"""The calendar of a person: a secret address, all-day events, 404 for an old one (RFC 5545)."""

from datetime import date, timedelta

import icalendar
import pytest
import time_machine
from django.core.cache import caches
from django.utils import timezone

from qms.core.canonical import sha256
from qms.duties.models import CalendarFeed
from qms.duties.services import rotate_calendar, stop_calendar
from qms.duties.states import Outcome
from qms.trail.models import Entry
from tests.duties import cast
from tests.duties.cast import APPROVE, READ

TODAY = date(2027, 2, 1)


@pytest.fixture(autouse=True)
def calm():
    """Begin with nobody throttled."""
    caches["counts"].clear()


def test_a_calendar_holds_the_due_days_of_one_person_and_nothing_else(house, client, settings):
    made = cast.duty(house.ann, house.process, READ, TODAY)
    cast.duty(house.ann, house.process, APPROVE)
    cast.duty(house.ann, cast.process("P02"), READ, TODAY, closed_at=timezone.now(), outcome=Outcome.DONE)
    cast.duty(house.bob, house.process, READ, TODAY)
    response = client.get(f"/calendar/{rotate_calendar(by=house.ann)}.ics")
    assert (response.status_code, response["Content-Type"], response["Cache-Control"]) == (
        200,
        "text/calendar; charset=utf-8",
        "private, no-store",
    )
    calendar = icalendar.Calendar.from_ical(response.content)
    events = list(calendar.walk("VEVENT"))
    assert [
        (event["UID"], event.decoded("DTSTART"), event["DTSTART"].params["VALUE"], str(event["SUMMARY"]), event["URL"])
        for event in events
    ] == [
        (
            f"duty-{made.pk}@127.0.0.1",
            TODAY,
            "DATE",
            "Read: P01 Process P01",
            f"{settings.BASE_URL}/processes/{house.process.pk}/",
        )
    ]
    assert events[0].decoded("DTEND") - events[0].decoded("DTSTART") == timedelta(days=1)
    assert (calendar["VERSION"], calendar["METHOD"]) == ("2.0", "PUBLISH")


def test_signs_of_the_format_in_titles_do_not_break_out_of_their_line(house, client):
    house.process.name = "Naïve; mess,\nBEGIN:VEVENT\\ 測定器 " + "x" * 70
    house.process.save()
    cast.duty(house.ann, house.process, READ, TODAY)
    content = client.get(f"/calendar/{rotate_calendar(by=house.ann)}.ics").content
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    events = list(icalendar.Calendar.from_ical(content).walk("VEVENT"))
    assert [str(event["SUMMARY"]) for event in events] == [f"Read: P01 {house.process.name}"]


def test_only_the_hash_of_an_address_is_kept_and_a_new_one_ends_the_old(house, client):
    first = rotate_calendar(by=house.ann)
    second = rotate_calendar(by=house.ann)
    assert CalendarFeed.objects.get().token_hash == sha256(second)
    assert [client.get(f"/calendar/{token}.ics").status_code for token in (first, second)] == [404, 200]
    stop_calendar(by=house.ann)
    stop_calendar(by=house.ann)
    assert client.get(f"/calendar/{second}.ics").status_code == 404
    assert list(Entry.objects.order_by("pk").values_list("verb", "actor")) == [
        ("duties.calendar_address_made", house.ann.actor_key),
        ("duties.calendar_address_made", house.ann.actor_key),
        ("duties.calendar_address_ended", house.ann.actor_key),
    ]


def test_the_calendar_of_a_leaver_is_not_found(house, client):
    token = rotate_calendar(by=house.ann)
    house.ann.is_active, house.ann.left_on = False, TODAY
    house.ann.save()
    assert client.get(f"/calendar/{token}.ics").status_code == 404


@pytest.mark.parametrize("token", ["x", "a" * 500, "%00", "..", "測定器"])
def test_a_made_up_address_is_not_found(house, client, token):
    assert client.get(f"/calendar/{token}.ics").status_code == 404


def test_an_empty_calendar_is_a_calendar(house, client):
    content = client.get(f"/calendar/{rotate_calendar(by=house.ann)}.ics").content
    assert list(icalendar.Calendar.from_ical(content).walk("VEVENT")) == []


def test_who_asks_too_often_waits(house, client):
    address = f"/calendar/{rotate_calendar(by=house.ann)}.ics"
    with time_machine.travel(timezone.now(), tick=False):
        assert [client.get(address).status_code for _each in range(31)] == [200] * 30 + [429]
        assert client.get(address)["Retry-After"] == "60"


def test_an_address_is_shown_once_and_only_after_it_was_asked_for(house, client):
    client.force_login(house.ann)
    assert "has no address yet" in client.get("/work/calendar/").content.decode()
    page = client.post("/work/calendar/", {"verb": "make"}).content.decode()
    address = page.split('value="http')[1].split('"')[0]
    assert client.get("/calendar" + address.split("/calendar")[1]).status_code == 200
    page = client.get("/work/calendar/").content.decode()
    assert ("has an address since" in page, "/calendar/" in page.replace("/work/calendar/", "")) == (True, False)
    client.post("/work/calendar/", {"verb": "stop"})
    assert not CalendarFeed.objects.exists()
