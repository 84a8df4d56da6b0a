"""Outgoing mail: IT sees that it goes out and arrives, quality managers what it says."""

import pytest
from django.utils import timezone

from qms.jobs.models import OutgoingMail
from qms.jobs.services import send_mail
from qms.jobs.states import MailKind, MailState

SUBJECT = "Approve SOP-0007 Hardening of rings"
BODY = "SOP-0007 waits for your approval: the furnace was replaced."
SAID = ("SOP-0007", "Hardening", "furnace")


@pytest.fixture
def letter(world) -> OutgoingMail:
    """A mail about a document that the mail server refused."""
    send_mail(
        to_person=world.approver.pk,
        to_address=world.approver.email,
        subject=SUBJECT,
        body=BODY,
        kind=MailKind.APPROVAL,
        slot="SOP-0007",
    )
    OutgoingMail.objects.update(state=MailState.FAILED, last_error="550 mailbox full", created_at=timezone.now())
    return OutgoingMail.objects.get()


def _pages(client, person, letter) -> list[str]:
    client.force_login(person)
    return [client.get(address).content.decode() for address in ("/mail/", f"/mail/{letter.pk}/")]


def test_it_sees_to_whom_when_why_and_with_what_outcome_and_nothing_of_what_a_mail_says(client, world, letter):
    for page in _pages(client, world.it, letter):
        assert [word for word in SAID if word in page] == []
        assert [
            word for word in ("Approver Person", "Approval wanted", "Not sent", "550 mailbox full") if word not in page
        ] == []


def test_a_quality_manager_reads_what_it_says(client, world, letter):
    log, single = _pages(client, world.quality, letter)
    assert (SUBJECT in log, SUBJECT in single, BODY in single) == (True, True, True)


def test_it_sends_it_again_without_having_read_it(client, world, letter):
    client.force_login(world.it)
    assert client.post(f"/mail/{letter.pk}/retry/").status_code == 302
    letter.refresh_from_db()
    assert letter.state == MailState.QUEUED


def test_it_sets_a_mail_aside_from_its_page(client, world, letter):
    client.force_login(world.it)
    address = f"/mail/{letter.pk}/set-aside/"
    assert address in client.get(f"/mail/{letter.pk}/").content.decode()
    assert client.post(address).status_code == 302
    letter.refresh_from_db()
    assert (letter.state, letter.handled_by) == (MailState.SET_ASIDE, world.it.pk)
    assert address not in client.get(f"/mail/{letter.pk}/").content.decode()


def test_a_reader_finds_no_page_of_mail(client, world, letter):
    client.force_login(world.reader)
    assert [client.get(address).status_code for address in ("/mail/", f"/mail/{letter.pk}/")] == [404, 404]


def test_nobody_reads_a_mail_that_could_open_an_account(client, world, letter):
    OutgoingMail.objects.update(kind=MailKind.SECURITY, state=MailState.QUEUED)
    _log, single = _pages(client, world.quality, letter)
    assert (BODY in single, "Nobody but its recipient reads it" in single) == (False, True)


@pytest.mark.parametrize(("backend", "said"), [("filebased", True), ("smtp", False)])
def test_the_page_says_that_no_mail_server_is_set(client, world, settings, backend, said):
    settings.EMAIL_BACKEND = f"django.core.mail.backends.{backend}.EmailBackend"
    client.force_login(world.it)
    pages = [client.get(address).text for address in ("/mail/", "/work/")]
    client.force_login(world.quality)
    pages.append(client.get("/").text)
    assert ["No mail server is set" in page for page in pages] == [said] * 3
    client.force_login(world.reader)
    assert "No mail server is set" not in client.get("/work/").text


def test_today_of_a_demo_says_nothing_of_mail(client, world, settings):
    settings.EMAIL_BACKEND, settings.DEMO = "django.core.mail.backends.filebased.EmailBackend", True
    client.force_login(world.quality)
    assert ["No mail server is set" in client.get(each).text for each in ("/", "/mail/")] == [False, True]
