"""Jobs: put down with what they belong to, done once, tried again, never lost."""

import json
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from qms.core.errors import RuleBroken
from qms.jobs import queries, services
from qms.jobs.models import Heartbeat, Job
from qms.jobs.services.work import JobProgress, LeaseLost
from qms.jobs.states import JobState, back_off
from tests.jobs.conftest import fork, race

pytestmark = [pytest.mark.django_db]
committed = pytest.mark.django_db(transaction=True)


def state(job):
    job.refresh_from_db()
    return job.state


def test_a_job_is_a_row_with_canonical_arguments():
    job = services.later("test.echo", by=7, subject=("documents.document", 12), b=[1, None], a="ü")
    assert (job.state, job.arguments, job.requested_by) == ("queued", '{"a":"ü","b":[1,null]}', 7)
    assert (job.subject_model, job.subject_key, job.attempts) == ("documents.document", "12", 0)


def test_a_job_says_what_it_does():
    known, unknown = services.later("test.echo"), Job(kind="test.newer")
    assert [known.kind_words, unknown.kind_words, str(known.state_words)] == ["echo", "test.newer", "Waiting"]


def test_an_unknown_kind_fails_here_and_now():
    with pytest.raises(LookupError):
        services.later("test.unknown")
    assert Job.objects.count() == 0


def test_arguments_without_a_canonical_form_fail_here_and_now():
    with pytest.raises(TypeError):
        services.later("test.echo", size=1.5)
    assert Job.objects.count() == 0


@committed
def test_the_bell_rings_on_commit_only(broker):
    with transaction.atomic():
        services.later("test.echo")
        assert list(broker.rglob("*.msg")) == []
    assert len(list(broker.rglob("*.msg"))) == 1


@committed
def test_a_change_rolled_back_takes_its_job_with_it(broker):
    with transaction.atomic():
        services.later("test.echo")
        transaction.set_rollback(True)
    assert (Job.objects.count(), list(broker.rglob("*.msg"))) == (0, [])


@committed
def test_a_job_for_tomorrow_does_not_ring_and_is_not_done_today(broker):
    job = services.later("test.echo", run_after=timezone.now() + timedelta(days=1))
    assert (services.run(job.pk), state(job), list(broker.rglob("*.msg"))) == (False, "queued", [])


def test_a_job_that_is_done_keeps_its_result_and_progress():
    job = services.later("test.echo", number="SOP-0012")
    assert services.run(job.pk)
    assert (state(job), json.loads(job.result)) == ("done", {"arguments": {"number": "SOP-0012"}})
    assert (job.progress_done, job.progress_total, job.progress_words) == (1, 2, "half way")
    assert (job.attempts, job.lease_until, job.finished_at >= job.started_at) == (1, None, True)


def test_a_job_that_is_done_is_not_done_again():
    job = services.later("test.echo")
    assert [services.run(job.pk), services.run(job.pk), services.run(0)] == [True, False, False]


def test_a_refusal_of_the_house_ends_the_job_with_its_words():
    job = services.later("test.refuse")
    services.run(job.pk)
    assert (state(job), job.last_error, job.attempts) == ("failed", "The pack was withdrawn.", 1)


def test_a_failure_waits_for_its_next_attempt_and_then_has_failed():
    job = services.later("test.fail")
    services.run(job.pk)
    assert (state(job), job.last_error) == ("queued", "ValueError: the file is broken")
    assert timedelta(seconds=50) < job.run_after - timezone.now() <= timedelta(minutes=1)
    assert services.run(job.pk) is False
    Job.objects.update(run_after=timezone.now())
    services.run(job.pk)
    assert (state(job), job.attempts, job.finished_at is None) == ("failed", 2, False)


def test_a_result_without_a_canonical_form_is_a_failure_with_words():
    job = services.later("test.unfit")
    services.run(job.pk)
    assert (state(job), job.last_error) == ("queued", "TypeError: float has no canonical form")


def test_a_kind_that_this_worker_does_not_know_yet_waits_for_one_that_does():
    job = services.later("test.echo")
    Job.objects.update(kind="test.newer")
    services.run(job.pk)
    assert (state(job), job.last_error) == ("queued", "KeyError: 'test.newer'")


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1), (2, 4), (3, 16), (4, 64), (5, 256), (6, 360), (99, 360)])
def test_each_failure_waits_longer_up_to_six_hours(attempts, minutes):
    assert back_off(attempts) == timedelta(minutes=minutes)


def test_progress_is_written_at_most_twice_a_second_and_the_last_step_always(django_assert_num_queries):
    job = services.later("test.echo")
    Job.objects.update(state=JobState.RUNNING, lease_until=timezone.now())
    progress = JobProgress(job)
    progress.step(0, 1000)
    with django_assert_num_queries(0):
        for done in range(1, 1000):
            progress.step(done, 1000)
    progress.step(1000, 1000)
    job.refresh_from_db()
    assert job.progress_done == 1000


def test_progress_renews_the_lease_and_is_a_sign_of_life():
    job = services.later("test.echo")
    Job.objects.update(state=JobState.RUNNING, lease_until=timezone.now())
    JobProgress(job).step(1, 10)
    job.refresh_from_db()
    assert job.lease_until > timezone.now() + timedelta(minutes=2)
    assert Heartbeat.objects.filter(name="worker").count() == 1


def test_a_worker_that_lost_its_job_cannot_write_on_it_any_more():
    job = services.later("test.echo")
    Job.objects.update(state=JobState.RUNNING, attempts=1, lease_until=timezone.now() - timedelta(seconds=1))
    old = JobProgress(Job.objects.get())
    services.sweep()
    with pytest.raises(LeaseLost):
        old.step(5, 10)
    with pytest.raises(LeaseLost):
        old.finish(state=JobState.DONE, finished_at=timezone.now())
    assert state(job) != "running"


def test_a_lost_job_is_taken_up_again_and_one_that_kills_its_workers_ends(dead_broker):
    once, often = services.later("test.echo"), services.later("test.fail")
    gone = timezone.now() - timedelta(seconds=1)
    Job.objects.filter(pk=once.pk).update(state=JobState.RUNNING, attempts=1, lease_until=gone)
    Job.objects.filter(pk=often.pk).update(state=JobState.RUNNING, attempts=2, lease_until=gone)
    services.sweep()
    assert [state(once), once.attempts, state(often), often.last_error] == [
        "done",
        2,
        "failed",
        "The worker was lost while it ran.",
    ]


def test_a_job_within_its_lease_is_left_to_its_worker():
    job = services.later("test.echo")
    Job.objects.update(state=JobState.RUNNING, attempts=1, lease_until=timezone.now() + timedelta(seconds=30))
    services.sweep()
    assert state(job) == "running"


def test_a_poison_job_does_not_stop_the_others(dead_broker):
    jobs = [services.later(kind) for kind in ("test.fail", "test.refuse", "test.unfit", "test.echo")]
    services.sweep()
    assert [state(job) for job in jobs] == ["queued", "failed", "queued", "done"]


@committed
@pytest.mark.parametrize("broken", ["dead_broker", "dead_redis"])
def test_a_broker_that_is_down_loses_nothing(broken, request):
    request.getfixturevalue(broken)
    start = time.monotonic()
    with transaction.atomic():
        job = services.later("test.echo")
    assert (state(job), time.monotonic() - start < 10) == ("queued", True)
    services.sweep()
    assert state(job) == "done"


@committed
def test_a_broken_bell_is_not_tried_for_each_job(dead_broker, caplog):
    for _ in range(5):
        services.later("test.echo")
    assert [record.levelname for record in caplog.records] == ["WARNING"]


@committed
def test_messages_lost_in_the_broker_are_rung_again_by_the_sweep(broker):
    services.later("test.echo")
    for file in broker.rglob("*.msg"):
        file.unlink()
    services.sweep()
    assert len(list(broker.rglob("*.msg"))) == 1


@committed
def test_a_bell_rings_from_any_thread_of_the_web_server(broker):
    def ask():
        services.later("test.echo")
        connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(ask).result()
    assert len(list(broker.rglob("*.msg"))) == 1


def test_a_failed_job_can_be_tried_again_with_all_its_attempts():
    job = services.later("test.refuse")
    services.run(job.pk)
    services.retry(job_id=job.pk)
    assert (state(job), job.attempts, job.finished_at) == ("queued", 0, None)


@pytest.mark.parametrize("kind", ["test.echo", "test.newer"])
def test_only_a_failed_job_of_a_known_kind_can_be_tried_again(kind):
    job = services.later("test.echo")
    Job.objects.update(kind=kind)
    with pytest.raises(RuleBroken):
        services.retry(job_id=job.pk)


def test_a_running_job_without_a_lease_cannot_be_written():
    services.later("test.echo")
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.update(state=JobState.RUNNING)


def test_people_find_their_own_jobs_and_those_about_a_record():
    mine = services.later("test.echo", by=1, subject=("documents.document", 5))
    other = services.later("test.echo", by=2)
    assert list(queries.jobs_of(1)) == [mine]
    assert list(queries.jobs_about("documents.document", 5)) == [mine]
    assert list(queries.recent_jobs()) == [other, mine]
    assert list(queries.recent_jobs(JobState.DONE)) == []


@pytest.mark.both
@committed
def test_many_workers_do_one_job_once(tmp_path):
    file = tmp_path / "runs"
    job = services.later("test.note", file=str(file))
    answers = race(*[partial(services.run, job.pk)] * 8)
    assert (sorted(answers), file.read_text()) == ([False] * 7 + [True], "\n")


@pytest.mark.both
@committed
def test_workers_racing_over_many_jobs_do_each_once(tmp_path):
    file = tmp_path / "runs"
    jobs = [services.later("test.note", file=str(file), line=number).pk for number in range(40)]
    race(*[partial(_run_all, jobs)] * 4)
    assert sorted(int(line) for line in file.read_text().split()) == list(range(40))


def _run_all(jobs):
    return sum(services.run(job) for job in jobs)


@pytest.mark.both
@committed
def test_a_job_whose_worker_is_killed_is_taken_up_again(tmp_path, dead_broker):
    note = tmp_path / "pid"
    job = services.later("test.hang", file=str(note))
    connections.close_all()
    worker = fork.Process(target=services.run, args=(job.pk,))
    worker.start()
    _wait_for(note)
    os.kill(worker.pid, signal.SIGKILL)
    worker.join()
    services.sweep()
    assert state(job) == "running"
    time.sleep(2.1)
    services.sweep()
    assert (state(job), job.attempts, json.loads(job.result)) == ("done", 2, {"attempt": 2})


def _wait_for(note: Path, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end and not (note.exists() and note.read_text()):
        time.sleep(0.05)
    assert note.read_text()


@pytest.mark.both
@committed
def test_two_sweeps_at_once_hand_a_lost_job_on_once(tmp_path, dead_broker):
    file = tmp_path / "runs"
    job = services.later("test.note", file=str(file))
    gone = timezone.now() - timedelta(seconds=1)
    Job.objects.update(state=JobState.RUNNING, attempts=1, lease_until=gone)
    race(services.sweep, services.sweep)
    assert (state(job), job.attempts, file.read_text()) == ("done", 2, "\n")
