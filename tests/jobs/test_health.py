"""/healthz: what is alive, without asking a worker and without waiting for the dead."""

import time
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.urls import reverse
from django.utils import timezone

from qms.jobs import services
from qms.jobs.models import Heartbeat
from qms.jobs.states import BEAT, WORKER, Health, health_of

pytestmark = [pytest.mark.django_db]


def alive():
    services.beat(WORKER)
    services.beat(BEAT)


@pytest.mark.both
def test_when_everything_lives_the_answer_is_200(client, broker):
    alive()
    answer = client.get(reverse("healthz"))
    assert (answer.status_code, answer.json()) == (
        200,
        {"database": "ok", "broker": "ok", "worker": "ok", "beat": "ok"},
    )


@pytest.mark.parametrize(
    ("seconds", "health"),
    [(0, Health.OK), (150, Health.OK), (151, Health.LATE), (600, Health.LATE), (601, Health.DOWN), (None, Health.DOWN)],
)
def test_a_part_is_late_and_then_down_by_the_age_of_its_last_sign_of_life(seconds, health):
    now = timezone.now()
    last = None if seconds is None else now - timedelta(seconds=seconds)
    assert health_of(last, now) == health


def test_a_late_part_still_answers_200(client, broker):
    alive()
    Heartbeat.objects.filter(name=BEAT).update(at=timezone.now() - timedelta(minutes=5))
    answer = client.get(reverse("healthz"))
    assert (answer.status_code, answer.json()["beat"]) == (200, "late")


def test_a_worker_that_never_started_is_down(client, broker):
    services.beat(BEAT)
    answer = client.get(reverse("healthz"))
    assert (answer.status_code, answer.json()["worker"]) == (503, "down")


@pytest.mark.parametrize("broken", ["dead_broker", "dead_redis"])
def test_a_broker_that_is_down_is_said_quickly(client, broken, request):
    request.getfixturevalue(broken)
    alive()
    start = time.monotonic()
    answer = client.get(reverse("healthz"))
    assert (answer.status_code, answer.json()["broker"], time.monotonic() - start < 10) == (503, "down", True)


def test_a_database_that_is_down_is_said(client, broker):
    def refuse(*_):
        raise DatabaseError("the server has gone away")

    with connection.execute_wrapper(refuse):
        answer = client.get(reverse("healthz"))
    assert (answer.status_code, answer.json()) == (
        503,
        {"database": "down", "broker": "ok", "worker": "down", "beat": "down"},
    )


def test_the_answer_is_never_kept_by_a_cache(client, broker):
    assert "no-store" in client.get(reverse("healthz"))["Cache-Control"]


def test_health_can_only_be_asked(client, broker):
    assert client.post(reverse("healthz")).status_code == 405


def test_a_sign_of_life_is_written_at_most_twice_a_minute(django_assert_num_queries):
    assert [services.beat(WORKER), services.beat(WORKER)] == [True, False]
    assert Heartbeat.objects.count() == 1
