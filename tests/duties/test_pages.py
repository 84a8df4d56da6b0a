"""Pages of duties: who sees them, what they say, how many questions they ask."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from qms.core.ids import uuid7
from qms.duties.models import Digest, Duty, ReminderClock
from qms.duties.states import Outcome
from qms.jobs.models import OutgoingMail
from qms.trail.models import Entry
from tests.duties import cast
from tests.duties.cast import APPROVE, READ

TODAY = date(2027, 2, 1)
DAY = timedelta(days=1)

CAST = ("ann", "lea", "otto", "quinn", "ivo", "stan")


@pytest.fixture
def as_(client):
    """Sign somebody in and return their client."""

    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in


def shown(response):
    """Return the words of a page in one line."""
    return " ".join(response.content.decode().split())


def test_my_work_names_what_from_whom_by_when_and_one_button(house, as_):
    cast.duty(house.ann, house.process, READ, TODAY - DAY, asked_by=house.otto)
    page = shown(as_(house.ann).get("/work/"))
    assert "1 thing is overdue." in page
    assert "Otto Person" in page
    assert "overdue by 1 day" in page
    assert page.count(f'href="/processes/{house.process.pk}/"') == 2
    assert 'class="button primary"' in page


def test_empty_work_says_so(house, as_):
    assert "What you are to read, review or approve appears here" in shown(as_(house.ann).get("/work/"))


def test_more_than_a_page_of_work_says_how_much_is_left(house, as_):
    for n in range(103):
        cast.duty(house.ann, cast.process(f"W{n}"), READ, TODAY)
    assert "3 more come after these." in shown(as_(house.ann).get("/work/"))


def test_a_guest_is_sent_to_sign_in(client, house):
    for address in ("/work/", "/work/people/", "/work/overdue/", "/work/calendar/", "/settings/reminders/"):
        response = client.get(address)
        assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={address}")


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("/work/", set(CAST)),
        ("/work/people/", set(CAST)),
        ("/work/calendar/", set(CAST)),
        ("/work/everyone/", {"quinn"}),
        ("/work/overdue/", {"quinn"}),
        ("/settings/reminders/", {"quinn", "ivo"}),
        ("/work/people/{ann}/", {"ann", "lea", "quinn"}),
        ("/work/people/999/", set()),
        ("/work/{duty}/move/", {"quinn"}),
        ("/work/999/move/", set()),
    ],
)
def test_hidden_looks_like_missing(house, as_, address, allowed):
    duty = cast.duty(house.ann, house.process, APPROVE, TODAY)
    path = address.format(ann=house.ann.pk, duty=duty.pk)
    found = {name: as_(getattr(house, name)).get(path).status_code for name in CAST}
    assert found == {name: 200 if name in allowed else 404 for name in CAST}


def test_a_line_manager_sees_their_people_and_what_one_of_them_owes_and_has_done(house, as_):
    cast.duty(house.ann, house.process, READ, TODAY - DAY)
    cast.duty(house.ann, house.process, APPROVE, closed_at=timezone.now(), outcome=Outcome.DONE)
    page = shown(as_(house.lea).get("/work/people/"))
    assert ("Ann Person" in page, "Bob Person" in page, "Stan Person" in page) == (True, True, False)
    page = shown(as_(house.lea).get(f"/work/people/{house.ann.pk}/"))
    assert ("overdue by 1 day" in page, "done" in page) == (True, True)
    assert 'class="button primary"' not in page


def test_somebody_without_people_is_told_how_people_get_a_line_manager(house, as_):
    assert "Nobody reports to you" in shown(as_(house.ann).get("/work/people/"))


def test_quality_sees_what_is_overdue_first_and_may_give_away_what_can_be_given(house, as_):
    cast.duty(house.ann, house.process, READ, TODAY - DAY)
    late = cast.duty(house.bob, house.process, APPROVE, TODAY - DAY)
    page = shown(as_(house.quinn).get("/work/everyone/"))
    assert page.count("/move/") == 1
    assert f"/work/{late.pk}/move/" in page


@pytest.mark.parametrize(
    "query",
    ["?when=coming", "?when=undated", "?kind=test.read", "?person=1&team=1&site=1", "?after=x", "?after=WyJ4IiwxXQ"],
)
def test_lists_take_any_address(house, as_, query):
    assert as_(house.quinn).get(f"/work/everyone/{query}").status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_lists_ask_the_same_questions_for_any_number_of_rows(house, as_, count, django_assert_num_queries):
    for n in range(count):
        person = cast.person(f"p{n}", site=house.site, line_manager=house.lea)
        cast.duty(person, cast.process(f"W{n}"), READ, TODAY - DAY, asked_by=house.otto)
        cast.duty(house.ann, cast.process(f"A{n}"), READ, TODAY - DAY, asked_by=house.otto)
    expected = {"/work/": 8, "/work/everyone/": 9, "/work/overdue/": 9, "/work/people/": 7}
    for address, number in expected.items():
        viewer = house.lea if address == "/work/people/" else house.quinn if "e" in address else house.ann
        page = as_(viewer)
        page.get(address)
        with django_assert_num_queries(number):
            page.get(address)


def test_giving_away_asks_for_a_person_and_a_reason(house, as_):
    duty = cast.duty(house.ann, house.process, APPROVE, TODAY)
    page = as_(house.quinn).post(f"/work/{duty.pk}/move/", {"to": "", "reason": ""})
    assert (page.status_code, shown(page).count("This field is required.")) == (200, 4)
    assert Duty.objects.count() == 1


def test_giving_away_says_who_has_it_now(house, as_):
    duty = cast.duty(house.ann, house.process, APPROVE, TODAY)
    given = {"to": "Bob Person (bob)", "reason": "on holiday"}
    response = as_(house.quinn).post(f"/work/{duty.pk}/move/", given, follow=True)
    assert "It is now with Bob Person." in shown(response)
    assert Duty.objects.get(closed_at=None).person == house.bob


def test_a_refusal_keeps_what_was_typed(house, as_):
    duty = cast.duty(house.ann, house.process, APPROVE, TODAY)
    page = shown(as_(house.quinn).post(f"/work/{duty.pk}/move/", {"to": "ann", "reason": "she asked"}))
    assert ("Ann Person owes this already." in page, "she asked" in page) == (True, True)


def test_the_page_of_reminders_shows_the_ladder_the_last_run_and_what_failed(house, as_):
    ReminderClock.objects.create(last_run_at=timezone.now())
    Digest.objects.create(
        recipient=house.bob, kind="digest", slot="2027-02-01", run=uuid7(), made_at=timezone.now(), error="No address"
    )
    page = shown(as_(house.quinn).get("/settings/reminders/"))
    assert ("the line manager, the process owner" in page, "No address" in page, "let them go on" in page) == (
        True,
        True,
        False,
    )


def test_held_reminders_can_be_let_go_on_by_it(house, as_):
    ReminderClock.objects.create(
        last_run_at=timezone.now(), held_at=timezone.now(), held_from=timezone.now() - 9 * DAY, waiting=812
    )
    assert "812 duties would be reminded of at once" in shown(as_(house.ivo).get("/settings/reminders/"))
    response = as_(house.ivo).post("/settings/reminders/release/", follow=True)
    assert "Reminders go on with the next minute." in shown(response)
    assert as_(house.ann).post("/settings/reminders/release/").status_code == 403


def test_a_persons_page_shows_their_duties_to_those_who_may_see_them(house, as_):
    cast.duty(house.ann, house.process, READ, TODAY - DAY)
    found = {}
    for name in ("ann", "lea", "quinn", "ivo"):
        page = as_(getattr(house, name)).get(f"/people/{house.ann.pk}/")
        found[name] = f"/work/people/{house.ann.pk}/" in shown(page)
    assert found == {"ann": True, "lea": True, "quinn": True, "ivo": False}


def test_quality_or_the_line_manager_reminds_a_person_now_and_once_an_hour(house, as_):
    cast.duty(house.ann, house.process, READ, TODAY - DAY, step=2)
    address = f"/work/people/{house.ann.pk}/"
    for who in (house.lea, house.quinn):
        assert f'action="{address}remind/"' in as_(who).get(address).text
    answer = as_(house.lea).post(f"{address}remind/", follow=True)
    assert "A mail to Ann Person is on its way." in shown(answer)
    mail = OutgoingMail.objects.get(to_person=house.ann.pk)
    assert (mail.subject, "Read: " in mail.body or "P01" in mail.body) == ("You owe 1 thing, 1 overdue", True)
    assert Entry.objects.filter(verb="duties.reminded", actor=house.lea.actor_key).count() == 1
    assert as_(house.quinn).post(f"{address}remind/").status_code == 409
    assert OutgoingMail.objects.count() == 1


def test_nobody_is_reminded_by_a_stranger_or_of_nothing(house, as_):
    address = f"/work/people/{house.ann.pk}/"
    assert f"{address}remind/" not in as_(house.quinn).get(address).text
    assert as_(house.quinn).post(f"{address}remind/").status_code == 409
    cast.duty(house.ann, house.process, READ, TODAY - DAY, step=2)
    found = {name: as_(getattr(house, name)).post(f"{address}remind/").status_code for name in ("ann", "otto", "stan")}
    assert (found, OutgoingMail.objects.count()) == ({"ann": 403, "otto": 404, "stan": 404}, 0)


def test_what_a_late_person_owes_is_given_away_from_their_page_and_leads_back_there(house, as_):
    late = cast.duty(house.ann, house.process, APPROVE, TODAY - DAY)
    address = f"/work/people/{house.ann.pk}/"
    way = f"/work/{late.pk}/move/?from=person"
    assert (way in as_(house.quinn).get(address).text, way in as_(house.lea).get(address).text) == (True, False)
    answer = as_(house.quinn).post(way, {"to": "Bob Person (bob)", "reason": "On leave"})
    assert answer.headers["Location"] == address
