"""Who asks, and how often: the address behind proxies, and counts that are exact."""

import multiprocessing
import os
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.core.cache import caches
from django.test import RequestFactory

from qms.core.counts import Counts, Files
from qms.core.throttle import client_address, within

NOON = 1_800_000_000


@pytest.mark.parametrize(
    ("proxies", "passed", "found"),
    [
        (0, "6.6.6.6", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "6.6.6.6", "6.6.6.6"),
        (1, "1.1.1.1, 6.6.6.6", "6.6.6.6"),
        (2, "1.1.1.1, 6.6.6.6, 7.7.7.7", "6.6.6.6"),
        (2, "6.6.6.6", "10.0.0.1"),
        (1, "6.6.6.6:4711", "6.6.6.6"),
        (1, "[2001:DB8::1]:4711", "2001:db8::1"),
        (1, "fe80::1%eth0", "fe80::1"),
        (1, "unknown", "10.0.0.1"),
        (1, "[", "10.0.0.1"),
    ],
)
def test_the_address_of_the_client_is_what_the_last_trusted_proxy_saw(settings, proxies, passed, found):
    settings.PROXIES = proxies
    given = {"HTTP_X_FORWARDED_FOR": passed} if passed else {}
    assert client_address(RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", **given)) == found


@pytest.fixture
def at_noon():
    """Begin with nothing counted, at an instant that does not pass by itself."""
    caches["counts"].clear()
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock
    caches["counts"].clear()


def test_of_many_who_ask_at_once_no_more_pass_than_may(at_noon):
    with ThreadPoolExecutor(8) as people:
        passed = list(people.map(lambda _each: within("page", "6.6.6.6", most=30, seconds=60), range(80)))
    assert sum(passed) == 30


def test_others_who_ask_set_nobody_free(at_noon):
    assert [within("page", "6.6.6.6", most=1, seconds=60) for _each in range(2)] == [True, False]
    assert all(within("page", f"10.0.{each // 256}.{each % 256}", most=1, seconds=60) for each in range(700))
    assert within("page", "6.6.6.6", most=1, seconds=60) is False


def test_after_the_time_one_may_ask_again_though_one_went_on_trying(at_noon):
    for second, may in ((0, True), (30, False), (59, False), (60, True), (61, False)):
        at_noon.move_to(NOON + second)
        assert (second, within("page", "6.6.6.6", most=1, seconds=60)) == (second, may)


def test_pages_are_counted_apart(at_noon):
    assert [within(scope, "6.6.6.6", most=1, seconds=60) for scope in ("page", "calendar")] == [True, True]


def _count(folder: str, times: int) -> list[int]:
    return [Counts(folder, {}).incr("key", version=NOON) for _each in range(times)]


def test_no_two_processes_are_given_the_same_number(tmp_path):
    with multiprocessing.get_context("spawn").Pool(2) as processes:
        told = processes.starmap(_count, [(str(tmp_path), 200)] * 2)
    assert sorted(number for each in told for number in each) == list(range(1, 401))


def test_of_many_who_add_the_same_at_once_one_does(tmp_path):
    def add(key: int) -> bool:
        return Files(str(tmp_path), {}).add(str(key), "mine")

    with ThreadPoolExecutor(8) as people:
        added = list(people.map(add, [key for key in range(40) for _each in range(8)]))
    assert sum(added) == 40


@pytest.mark.skipif(bool(os.environ.get("QMS_REDIS_URL")), reason="Redis throws nothing out before its time")
def test_limits_and_used_codes_are_not_thrown_out_for_what_pages_keep(settings):
    assert settings.CACHES["redlines"]["LOCATION"] != settings.CACHES["default"]["LOCATION"]
    assert caches["default"]._max_entries == 10_000


def test_counts_that_are_over_take_no_room(tmp_path, at_noon):
    counts = Counts(str(tmp_path), {})
    for second in (0, 60, 200):
        at_noon.move_to(NOON + second)
        counts.incr("key", version=NOON + second + 60)
    assert [folder.name for folder in tmp_path.iterdir()] == [str(NOON + 260)]
