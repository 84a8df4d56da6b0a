"""Outgoing mail: nothing lost, nothing unseen, and a digest never twice."""

import os
import signal
import time
from datetime import timedelta
from functools import partial

import pytest
from django.core.management import call_command
from django.db import connections, transaction
from django.utils import timezone

from qms.core.errors import RuleBroken
from qms.jobs import queries, services
from qms.jobs.models import OutgoingMail
from qms.jobs.services.mail import deliver_due
from qms.jobs.states import POLICIES, MailKind, MailState
from tests.jobs.conftest import fork, race
from tests.jobs.post_office import PostOffice, opened

pytestmark = [pytest.mark.django_db]
committed = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office(settings):
    office = PostOffice()
    controller = opened(office)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", controller.port, False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    yield office
    controller.stop()


@pytest.fixture
def no_office(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", 1, False


def mail(kind=MailKind.DIGEST, to="ada@example.org", person=1, **fields):
    given = {"subject": "Three things are due", "body": "Read SOP-0012."} | fields
    return services.send_mail(to_person=person, to_address=to, kind=kind, **given)


def state(row):
    row.refresh_from_db()
    return row.state


def lost(row):
    """As a sender leaves it that was killed between claiming and marking."""
    gone = timezone.now() - timedelta(seconds=1)
    OutgoingMail.objects.filter(pk=row.pk).update(state=MailState.SENDING, attempts=1, lease_until=gone)


def test_a_mail_goes_out_with_its_own_id_and_says_that_a_machine_wrote_it(office, settings):
    settings.BASE_URL = "https://quality.example.org"
    row = mail(subject="Prüfung fällig", body="Bitte lesen: 品質管理\n")
    deliver_due()
    [sent] = office.taken
    assert (state(row), row.sent_at is None, row.attempts) == ("sent", False, 1)
    assert (sent["Subject"], sent["To"], sent["Auto-Submitted"]) == (
        "Prüfung fällig",
        "ada@example.org",
        "auto-generated",
    )
    assert sent["Message-ID"] == row.message_id
    assert row.message_id.endswith("@quality.example.org>")
    assert sent.get_content().replace("\r\n", "\n") == (
        "Bitte lesen: 品質管理\n\n-- \nSent by the quality management system at https://quality.example.org\n"
    )


@committed
def test_what_was_rolled_back_is_not_told(office):
    with transaction.atomic():
        mail()
        transaction.set_rollback(True)
    deliver_due()
    assert (OutgoingMail.objects.count(), office.taken) == (0, [])


def test_a_second_mail_for_the_same_slot_is_the_first_one():
    first = mail(slot="2026-11-22")
    again = mail(slot="2026-11-22", subject="Four things are due")
    assert (again.pk, again.subject, OutgoingMail.objects.count()) == (first.pk, "Three things are due", 1)


def test_mails_without_a_slot_are_each_their_own():
    assert mail(MailKind.ANSWER).pk != mail(MailKind.ANSWER).pk


def test_the_policy_comes_from_the_kind():
    assert {kind.value: policy.value for kind, policy in POLICIES.items()} == {
        "digest": "at_most_once",
        "approval": "at_least_once",
        "security": "at_least_once",
        "escalation": "at_least_once",
        "answer": "at_least_once",
    }


@committed
def test_a_digest_waits_for_the_tick_and_everything_else_rings_at_once(broker):
    mail()
    assert list(broker.rglob("*.msg")) == []
    for kind in (MailKind.APPROVAL, MailKind.SECURITY, MailKind.ESCALATION, MailKind.ANSWER):
        mail(kind)
    assert len(list(broker.rglob("*.msg"))) == 4


def test_a_mail_for_the_morning_does_not_go_out_at_night(office):
    row = mail(not_before=timezone.now() + timedelta(hours=8))
    services.deliver(row.pk)
    deliver_due()
    assert (state(row), office.taken) == ("queued", [])


def test_after_days_without_a_server_a_person_gets_one_digest(office):
    rows = [mail(slot=day, subject=day) for day in ("monday", "tuesday", "wednesday")]
    other = mail(person=2, slot="monday")
    deliver_due()
    assert [state(row) for row in [*rows, other]] == ["set_aside", "set_aside", "sent", "sent"]
    assert [sent["Subject"] for sent in office.taken] == ["wednesday", "Three things are due"]


@pytest.mark.parametrize("bad", ["Due\nBcc: eve@example.org", "Due\rX: y", "Due\x00", "Due\u2028"])
def test_a_subject_of_more_than_one_line_is_refused(bad):
    with pytest.raises(RuleBroken):
        mail(subject=bad)
    assert OutgoingMail.objects.count() == 0


def test_an_address_with_a_line_break_is_refused():
    with pytest.raises(RuleBroken):
        mail(to="ada@example.org\nBcc: eve@example.org")
    assert OutgoingMail.objects.count() == 0


@pytest.mark.parametrize(
    ("address", "end", "words"),
    [
        ("", "set_aside", "This person has no e-mail address."),
        ("ada", "failed", "This is not an e-mail address."),
        ("ada@example.org, eve@example.org", "failed", "This is not an e-mail address."),
        ("a" * 300 + "@example.org", "failed", "This is not an e-mail address."),
    ],
)
def test_a_person_without_a_usable_address_stops_no_business_and_is_seen(address, end, words, office):
    row = mail(to=address)
    deliver_due()
    assert (state(row), row.last_error, office.taken) == (end, words, [])


def test_a_server_that_is_down_loses_nothing_and_is_asked_once_a_tick(no_office):
    rows = [mail(person=person) for person in range(5)]
    deliver_due()
    assert [state(row) for row in rows] == ["queued"] * 5
    assert [row.attempts for row in rows] == [1, 0, 0, 0, 0]
    assert rows[0].not_before > timezone.now() + timedelta(seconds=50)
    assert rows[0].last_error == "[Errno 111] Connection refused"


def test_a_server_that_comes_back_gets_everything(no_office, request):
    rows = [mail(person=person) for person in range(3)]
    deliver_due()
    office = request.getfixturevalue("office")
    OutgoingMail.objects.update(not_before=timezone.now())
    deliver_due()
    assert ([state(row) for row in rows], len(office.taken), office.connections) == (["sent"] * 3, 3, 1)


def test_a_mail_folder_that_cannot_be_written_loses_nothing(settings, tmp_path):
    (tmp_path / "mail").write_text("a file in the way")
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    row = mail()
    deliver_due()
    assert (state(row), row.attempts) == ("queued", 1)


@pytest.mark.parametrize("step", ["recipient_answers", "data_answers"])
def test_a_refused_mail_has_failed_and_the_others_go_out(office, step):
    bad, good = mail(to="gone@example.org", person=1), mail(person=2)
    getattr(office, step)["gone@example.org"] = "550 No such person"
    deliver_due()
    assert [state(bad), bad.last_error, state(good)] == ["failed", "550 No such person", "sent"]


@pytest.mark.parametrize("step", ["recipient_answers", "data_answers"])
def test_a_mail_put_off_by_the_server_waits(office, step):
    row, good = mail(to="full@example.org", person=1), mail(person=2)
    getattr(office, step)["full@example.org"] = "452 Mailbox full"
    deliver_due()
    assert [state(row), row.last_error, state(good)] == ["queued", "452 Mailbox full", "sent"]


def test_a_mail_that_is_put_off_for_ever_has_failed(no_office):
    row = mail()
    OutgoingMail.objects.update(attempts=39)
    deliver_due()
    assert state(row) == "failed"


@pytest.mark.parametrize(("kind", "end"), [(MailKind.DIGEST, "in_doubt"), (MailKind.APPROVAL, "queued")])
def test_a_connection_that_breaks_while_handing_over_is_a_doubt(office, kind, end):
    row, good = mail(kind, to="cut@example.org", person=1), mail(person=2)
    office.hang_up_on.add("cut@example.org")
    deliver_due()
    assert [state(row), state(good)] == [end, "sent"]


def test_a_mail_that_cannot_be_written_stops_no_other(office):
    bad, good = mail(person=1), mail(person=2)
    OutgoingMail.objects.filter(pk=bad.pk).update(subject="two\nlines")
    deliver_due()
    assert [state(bad), state(good)] == ["failed", "sent"]


def test_a_digest_whose_sender_was_lost_is_in_doubt_and_not_sent_again(office):
    row = mail()
    lost(row)
    deliver_due()
    deliver_due()
    assert (state(row), office.taken) == ("in_doubt", [])


def test_an_approval_whose_sender_was_lost_goes_out_again_under_the_same_id(office):
    row = mail(MailKind.APPROVAL)
    lost(row)
    deliver_due()
    assert (state(row), row.attempts, [sent["Message-ID"] for sent in office.taken]) == ("sent", 2, [row.message_id])


@pytest.mark.parametrize("kind", MailKind)
def test_the_text_of_a_secret_is_forgotten_once_sent(office, kind):
    row = mail(kind)
    deliver_due()
    assert (state(row), row.body == "") == ("sent", kind in {MailKind.SECURITY, MailKind.ANSWER})


@pytest.mark.parametrize("end", MailState)
def test_only_what_is_stuck_is_sent_again_by_hand(end):
    row = _in_state(end)
    if end in {MailState.FAILED, MailState.IN_DOUBT, MailState.SET_ASIDE}:
        services.retry_mail(mail_id=row.pk, by=9)
        assert (state(row), row.attempts, row.handled_by) == ("queued", 0, 9)
    else:
        with pytest.raises(RuleBroken):
            services.retry_mail(mail_id=row.pk, by=9)
        assert state(row) == end


@pytest.mark.parametrize("end", MailState)
def test_only_what_waits_or_is_stuck_is_set_aside(end):
    row = _in_state(end)
    if end in {MailState.QUEUED, MailState.FAILED, MailState.IN_DOUBT}:
        services.set_mail_aside(mail_id=row.pk, by=9)
        assert (state(row), row.handled_by) == ("set_aside", 9)
    else:
        with pytest.raises(RuleBroken):
            services.set_mail_aside(mail_id=row.pk, by=9)
        assert state(row) == end


def _in_state(end):
    row = mail()
    now = timezone.now()
    OutgoingMail.objects.filter(pk=row.pk).update(
        state=end,
        attempts=3,
        sent_at=now if end == MailState.SENT else None,
        lease_until=now if end == MailState.SENDING else None,
    )
    return row


def test_the_log_is_found_by_state_and_kind(office):
    sent = mail(person=1)
    deliver_due()
    waiting = mail(MailKind.APPROVAL, person=2)
    assert list(queries.mail_log()) == [waiting, sent]
    assert list(queries.mail_log(MailState.SENT)) == [sent]
    assert list(queries.mail_log(kind=MailKind.APPROVAL)) == [waiting]


@pytest.mark.both
@committed
def test_two_who_put_down_the_same_slot_at_once_put_down_one_mail(broker):
    keys = race(*[partial(_mail_key, "2026-11-22")] * 4)
    assert (len(set(keys)), OutgoingMail.objects.count()) == (1, 1)


def _mail_key(slot):
    return mail(slot=slot).pk


@pytest.mark.both
@committed
def test_many_senders_at_once_send_each_mail_once(office, broker):
    rows = [mail(person=person) for person in range(30)]
    race(*[deliver_due] * 4)
    assert sorted(sent["Message-ID"] for sent in office.taken) == sorted(row.message_id for row in rows)
    assert {state(row) for row in rows} == {"sent"}


@pytest.mark.both
@committed
@pytest.mark.parametrize(
    ("kind", "end", "copies"), [(MailKind.DIGEST, "in_doubt", 1), (MailKind.ESCALATION, "sent", 2)]
)
def test_a_sender_killed_while_the_server_takes_the_mail(office, broker, kind, end, copies):
    row = mail(kind)
    office.seconds = 60
    connections.close_all()
    sender = fork.Process(target=services.deliver, args=(row.pk,))
    sender.start()
    _wait_until(lambda: len(office.taken) == 1)
    os.kill(sender.pid, signal.SIGKILL)
    sender.join()
    office.seconds = 0
    assert state(row) == "sending"
    OutgoingMail.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    deliver_due()
    assert (state(row), [sent["Message-ID"] for sent in office.taken]) == (end, [row.message_id] * copies)


def _wait_until(question, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end and not question():
        time.sleep(0.05)
    assert question()


def test_without_a_mail_server_a_mail_is_kept_here_and_never_called_sent(settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    row = mail()
    deliver_due()
    assert (state(row), row.sent_at, row.state_words) == ("kept", None, "Kept here: no mail server is set")
    assert [row.message_id in file.read_text() for file in tmp_path.iterdir()] == [True]


def test_a_test_mail_from_the_server_goes_the_way_of_all_mail(office):
    call_command("sendtestemail", "ada@example.org")
    assert [sent["To"] for sent in office.taken] == ["ada@example.org"]
