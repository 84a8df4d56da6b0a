"""The register of actions: filters, order, ages, exports, and what it costs."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from qms.actions.models import Action
from qms.actions.queries.register import Ageing, RegisterFilter, ageing, registered, rows_of
from qms.actions.tasks import run_index
from qms.jobs.models import Job
from qms.organization.services import deactivate_person
from qms.search.queries import suggest
from tests.actions.conftest import in_days
from tests.actions.test_doing import done, verified

pytestmark = pytest.mark.django_db


def late(action, days):
    """Let an action have been due so many days ago, and given thirty days before that."""
    since = timezone.now() - timedelta(days=days + 30)
    Action.objects.filter(pk=action.pk).update(due_on=in_days(-days), given_at=since)


@pytest.fixture
def several(world, given):
    """One of each: to do, soon, late, late for long, done, verified; by its title."""
    for title, days in (("coming", 30), ("soon", 5), ("late", 9), ("long", 40)):
        given(title=title, due_on=in_days(abs(days)), process=world.process if title == "late" else None)
    for title, days in (("late", 9), ("long", 40)):
        late(Action.objects.get(title=title), days)
    done(given(title="done"))
    verified(done(given(title="verified", owner=world.second)), world.colleague)


def titles(person, **wanted):
    return [row.action.title for row in rows_of(registered(person, RegisterFilter(**wanted)).order_by("due_on", "pk"))]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["long", "late", "soon", "coming", "done"]),
        ({"state": "all"}, ["long", "late", "soon", "coming", "done", "verified"]),
        ({"state": "verified"}, ["verified"]),
        ({"due": "late"}, ["long", "late"]),
        ({"due": "long_late"}, ["long"]),
        ({"due": "soon"}, ["soon"]),
        ({"owner": "me"}, []),
        ({"owner": "nonsense", "process": "x", "due": "never", "state": "gone", "origin": "/"}, []),
        ({"origin": "documents.document/1"}, []),
    ],
)
def test_a_filter_gives_its_actions(world, several, wanted, found):
    assert titles(world.quality, **wanted) == found


def test_filters_by_owner_process_and_whoever_has_left(world, several):
    assert titles(world.quality, process=str(world.process.pk)) == ["late"]
    assert titles(world.second, owner="me", state="all") == ["verified"]
    assert titles(world.colleague, owner="mine", due="late") == ["long", "late"]
    assert titles(world.quality, owner=str(world.reader.pk), due="soon") == ["soon"]
    deactivate_person(person_id=world.reader.pk, by=world.it, reason="Left.")
    assert titles(world.quality, owner="left", due="late") == ["long", "late"]


def test_the_ages_add_up(world, several):
    assert ageing(world.quality, RegisterFilter()) == Ageing(open=4, soon=1, late=2, long_late=1, done=1)
    assert ageing(world.it, RegisterFilter()) == Ageing(open=0, soon=0, late=0, long_late=0, done=0)
    rows = {row.action.title: (row.age, row.late) for row in rows_of(registered(world.quality, RegisterFilter()))}
    assert (rows["long"], rows["late"], rows["done"]) == ((70, 40), (39, 9), (0, 0))


def test_pages_go_on_by_key_in_every_order(client, world, given):
    for turn in range(60):
        given(title=f"Action {turn:02}", due_on=in_days(1 + turn % 3))
    client.force_login(world.quality)
    for sort in ("due", "-due", "number", "-number", "title", "-title", "age", "-age", "nonsense"):
        first = client.get("/actions/", {"sort": sort})
        second = client.get(f"/actions/{first.context['after_url']}")
        seen = [row.action.pk for page in (first, second) for row in page.context["rows"]]
        assert (len(seen), len(set(seen))) == (60, 60)


def test_the_register_costs_the_same_for_one_and_for_fifty(client, world, given):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get("/actions/")
        return len(queries)

    client.force_login(world.quality)
    given()
    client.get("/actions/")
    one = cost()
    for _turn in range(49):
        given(process=world.process)
    assert cost() == one


@pytest.mark.parametrize("form", ["csv", "xlsx", "pdf"])
def test_what_is_shown_is_taken_away_as_a_file(client, world, several, form):
    client.force_login(world.quality)
    answer = client.get(f"/actions/export.{form}?due=late")
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert (answer.status_code, content[:4] in {b"%PDF", b"PK\x03\x04", b"\xef\xbb\xbfA"}) == (200, True)
    if form == "csv":
        lines = content.decode("utf-8-sig").splitlines()
        assert ("overdue" in lines[0], [line.split(",")[1] for line in lines[2:]]) == (True, ["long", "late"])


def test_an_action_is_found_by_its_number_and_title_by_who_sees_it(world, action):
    job = Job.objects.get(kind="actions.index")
    run_index({"action": action.pk}, None)
    assert (job.subject_model, job.subject_key) == ("actions.action", str(action.pk))
    for words in ("A-0001", "a 1", "label drawers"):
        assert [hit.number for hit in suggest(world.reader, words)] == ["A-0001"]
    assert suggest(world.second, "label drawers") == []
    assert titles(world.quality, q="drawers") == ["Label the drawers"]
