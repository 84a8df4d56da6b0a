"""The tick: everything that is due, each minute, whoever fails."""

from datetime import timedelta
from functools import partial

import pytest
from django.core.management import call_command
from django.utils import timezone

from qms.core.errors import RuleBroken
from qms.core.seams.ticks import ticks
from qms.jobs import queries, services
from qms.jobs.models import Heartbeat, Job, OutgoingMail
from qms.jobs.states import DONE_JOBS_KEPT, TICK, JobState, MailKind
from tests.jobs.conftest import race

pytestmark = [pytest.mark.django_db]
committed = pytest.mark.django_db(transaction=True)


@pytest.fixture
def registered(monkeypatch):
    """Ticks of this test alone; each is a list of the instants it was called with, or raises what it is given."""
    monkeypatch.setattr(ticks, "_answers", {})

    def register(key, failure=None):
        calls = []

        def run(now):
            calls.append(now)
            if failure:
                raise failure

        ticks.register(key, run)
        return calls

    return register


def test_a_tick_calls_every_room_with_its_instant(registered):
    calls = [registered("documents.effective"), registered("duties.ladder")]
    now = timezone.now()
    assert services.tick(now)
    assert calls == [[now], [now]]


def test_a_tick_sweeps_and_sends_before_the_rooms_look(registered, dead_broker, settings, mailoutbox):
    job = services.later("test.echo")
    services.send_mail(to_person=1, to_address="ada@example.org", subject="Due", body="", kind=MailKind.DIGEST)
    seen = []
    ticks.register("a.room", lambda now: seen.extend(Job.objects.filter(pk=job.pk).values_list("state", flat=True)))
    services.tick()
    assert (seen, OutgoingMail.objects.get().state, len(mailoutbox)) == (["done"], "sent", 1)


def test_what_one_room_raises_is_shown_and_stops_no_other(registered):
    before, after = registered("a"), registered("z")
    registered("m", ValueError("31 February"))
    assert services.tick()
    assert [len(before), len(after)] == [1, 1]
    row = queries.recent_jobs(JobState.FAILED).get()
    assert (row.kind, row.subject_key, row.last_error) == (TICK, "m", "ValueError: 31 February")
    assert row.kind_words == "Regular check: m"


def test_a_room_that_fails_each_minute_has_one_row_which_its_next_success_clears(registered):
    registered("m", ValueError("31 February"))
    for _ in range(3):
        _forget_the_last_tick()
        services.tick()
    assert list(Job.objects.values_list("state", "attempts")) == [("failed", 3)]
    ticks._answers.clear()
    registered("m")
    _forget_the_last_tick()
    services.tick()
    assert list(Job.objects.values_list("state", "attempts")) == [("done", 3)]


def test_the_row_of_a_failed_tick_is_not_tried_again_by_hand(registered):
    registered("m", ValueError("31 February"))
    services.tick()
    with pytest.raises(RuleBroken):
        services.retry(job_id=Job.objects.get().pk)


def _forget_the_last_tick():
    Heartbeat.objects.filter(name=TICK).update(at=timezone.now() - timedelta(minutes=1))


def test_a_second_beat_does_not_tick_twice_in_the_same_minute(registered):
    calls = registered("a")
    assert [services.tick(), services.tick()] == [True, False]
    _forget_the_last_tick()
    assert services.tick()
    assert len(calls) == 2


def test_a_clock_set_back_by_a_day_does_not_stop_the_ticks(registered):
    services.tick()
    Heartbeat.objects.filter(name=TICK).update(at=timezone.now() + timedelta(days=1))
    assert services.tick()


def test_the_tick_can_be_asked_for_by_hand(registered, capsys):
    calls = registered("a")
    call_command("tick")
    call_command("tick")
    assert (len(calls), capsys.readouterr().out) == (1, "Done.\nAnother tick has just done this.\n")


@pytest.mark.both
@committed
def test_of_two_ticks_at_once_one_does_the_work(registered, tmp_path, broker):
    note = tmp_path / "calls"
    ticks.register("a", partial(_note, note))
    assert sorted(race(*[services.tick] * 4)) == [False, False, False, True]
    assert note.read_text() == "x"


@pytest.mark.both
@committed
def test_of_two_later_ticks_at_once_one_does_the_work(registered, tmp_path, broker):
    services.tick()
    _forget_the_last_tick()
    note = tmp_path / "calls"
    ticks.register("a", partial(_note, note))
    assert sorted(race(*[services.tick] * 4)) == [False, False, False, True]
    assert note.read_text() == "x"


def _note(file, now):
    with file.open("a") as open_file:
        open_file.write("x")


def test_done_jobs_go_after_a_month_and_what_failed_or_waits_stays(django_assert_num_queries):
    now, day = timezone.now(), timedelta(days=1)
    old, young = now - DONE_JOBS_KEPT - day, now - DONE_JOBS_KEPT + day
    fields = {"kind": "test.echo", "max_attempts": 5, "run_after": old, "created_at": old}
    for state, ended in (("done", old), ("done", young), ("failed", old), ("queued", None)):
        Job.objects.create(state=state, finished_at=ended, **fields)
    services.forget_done(now)
    kept = [("done", young), ("failed", old), ("queued", None)]
    assert list(Job.objects.order_by("pk").values_list("state", "finished_at")) == kept
    with django_assert_num_queries(1):
        services.forget_done(now + timedelta(minutes=1))
    services.forget_done(now + 2 * day)
    assert list(Job.objects.order_by("pk").values_list("state", "finished_at")) == kept[1:]
