"""What cannot be taken is answered in words, changes nothing and loses nothing: the pages, walked the wrong way."""

import errno
import os

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.test import Client
from django.urls import reverse
from lxml import html

from documents.models import Document, Revision
from qms.filing.models import StoredFile
from qms.organization.services import deactivate_person
from qms.organization.states import Role
from qms.trail.models import Entry
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db

NO_ROOM = "There is no room left: not saved, nothing was changed. Please tell IT."


def as_(person) -> Client:
    """Return a browser in which a person is signed in; what fails is answered and not raised."""
    browser = Client(raise_request_exception=False)
    browser.force_login(person)
    return browser


def told(answer) -> tuple[int, str]:
    """Return the status and the sentence that a person is shown."""
    found = html.fromstring(answer.content).xpath("//*[@data-refusal]")
    return answer.status_code, " ".join(found[0].text_content().split()) if found else ""


def put_file(browser, revision, content: bytes, name: str = "gauge.txt", **headers):
    """Put a file in as the body of a draft."""
    where = reverse("documents:put_file", args=[revision.document_id, revision.pk])
    return browser.post(where, {"file": SimpleUploadedFile(name, content)}, headers=headers)


def standing() -> tuple[int, int, int]:
    """Return how many revisions, entries and files there are: what must not change."""
    return Revision.objects.count(), Entry.objects.count(), StoredFile.objects.count()


class FullDisk(FileUploadHandler):
    """The place for files on their way in is full."""

    code = errno.ENOSPC

    def receive_data_chunk(self, raw_data, start):
        raise OSError(self.code, os.strerror(self.code))


class UsedUpQuota(FullDisk):
    """The quota of the account is used up."""

    code = errno.EDQUOT


@pytest.mark.parametrize("full", [FullDisk, UsedUpQuota])
def test_a_disk_that_fills_up_while_a_file_comes_in_is_said_and_nothing_changed(world, settings, full):
    revision = world.draft()
    settings.FILE_UPLOAD_HANDLERS = [f"{__name__}.{full.__name__}"]
    browser = as_(world.author)
    before = standing()
    in_the_view = put_file(browser, revision, b"x")
    browser.handler.enforce_csrf_checks = True
    browser.cookies[settings.CSRF_COOKIE_NAME] = "t" * 32
    before_the_view = put_file(browser, revision, b"x")
    assert [told(in_the_view), told(before_the_view), standing()] == [(507, NO_ROOM), (507, NO_ROOM), before]


def test_what_is_far_too_large_is_refused_before_it_is_read(world, settings):
    revision = world.draft()
    settings.MAX_UPLOAD_BYTES, settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 4096, 4096
    browser = as_(world.author)
    before = standing()
    answers = [told(put_file(browser, revision, b"x" * size)) for size in (5000, 20_000)]
    assert [*answers, standing()] == [
        (409, "The file is larger than 0 MB. Nothing was kept."),
        (413, "This is too large. A file may have 4.0 KB; nothing of it was kept."),
        before,
    ]


def test_a_file_of_no_bytes_is_refused_in_words(world):
    revision = world.draft()
    before = standing()
    answer = put_file(as_(world.author), revision, b"")
    assert (told(answer), standing()) == ((409, "The file is empty (0 bytes). Nothing was kept."), before)


@pytest.mark.parametrize("name", ["drawing.svg", "page.html", "..\\..\\etc\\passwd.svg"])
def test_a_file_with_a_script_is_kept_and_only_ever_handed_out_as_a_download(world, name):
    revision = world.draft()
    browser = as_(world.author)
    put_file(browser, revision, b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', name)
    answer = browser.get(reverse("documents:source", args=[revision.document_id, revision.pk]))
    answer.getvalue()
    kept = f'attachment; filename="{revision.document.number} 1.0 {name.rpartition(chr(92))[2]}"'
    assert (answer.status_code, answer["Content-Disposition"], answer["X-Content-Type-Options"]) == (
        200,
        kept,
        "nosniff",
    )
    assert "sandbox" in answer["Content-Security-Policy"]


def pages_of_a_revision(document: int, revision: int) -> list[str]:
    """Return the addresses that name a document and a revision, or something else of it."""
    names = ("revision", "edit", "changes", "source", "rendition", "pdf", "approvals")
    return [reverse(f"documents:{name}", args=[document, revision]) for name in names]


def test_a_link_made_of_two_records_leads_nowhere(world):
    mine, other = world.draft(), world.draft(title="Another")
    hidden = world.draft(title="Hidden", by=world.colleague, owner=world.owner)
    author, stranger = as_(world.author), as_(world.stranger)
    mixed = pages_of_a_revision(mine.document_id, other.pk) + pages_of_a_revision(2**62, mine.pk)
    straight = pages_of_a_revision(hidden.document_id, hidden.pk)
    assert {author.get(page).status_code for page in mixed} == {404}
    assert {stranger.get(page).status_code for page in straight} == {404}
    before = standing()
    posted = [author.post(reverse("documents:put_file", args=[mine.document_id, other.pk]))]
    posted += [author.post(reverse("documents:discard", args=[mine.document_id, other.pk]))]
    assert ({each.status_code for each in posted}, standing()) == ({404}, before)


DAYS = ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31", "10000-01-01", "2027-02-30", "soon"]


def test_a_day_that_cannot_be_counted_from_is_refused_beside_its_field(world):
    revision = world.in_review()
    document = revision.document
    world.give(world.it, Role.TOP_MANAGEMENT)
    asked = [
        (world.quality, reverse("documents:place", args=[document.pk]), "next_review_on"),
        (world.quality, reverse("evidence:new"), "until"),
        (world.it, reverse("organization:create_person"), "joined_on"),
        (world.quality, reverse("organization:grant_role", args=[world.reader.pk]), "valid_until"),
        (world.top, reverse("signatures:grant"), "ends_on"),
        (world.author, reverse("documents:act", args=[document.pk, revision.pk, "start-approval"]), "effective_on"),
    ]
    before = standing()
    for person, where, field in asked:
        browser = as_(person)
        answers = [browser.post(where, {field: day}) for day in DAYS]
        assert (where, {each.status_code for each in answers}) == (where, {422})
    assert standing() == before


def test_a_record_that_was_never_there_and_a_key_no_database_holds_are_not_found(world):
    author = as_(world.author)
    keys = (0, 2**31, 2**63, 10**30)
    answers = [author.get(f"/documents/{key}/").status_code for key in keys]
    answers += [author.post(f"/documents/{key}/revise/").status_code for key in keys]
    assert (answers, Document.objects.count()) == ([404] * 8, 0)


def act(person, revision, verb, **fields):
    """Go a verb of a revision as its page does."""
    return as_(person).post(reverse("documents:act", args=[revision.document_id, revision.pk, verb]), fields)


def test_a_page_of_yesterday_a_second_click_and_a_wrong_right_change_nothing(world):
    revision = world.in_approval()
    submitted_again = act(world.author, revision, "submit", reviewers=[world.colleague.pk], seen_state="draft")
    approver_is_author = act(world.author, revision, "approve", password=PASSWORD)
    wrong_right = act(world.reader, revision, "approve", password=PASSWORD)
    nobody_knows = act(world.author, revision, "explode")
    signed = {"content_hash": revision.content.sha256, "password": PASSWORD, "raise_to": revision.change_class}
    first_click, after = act(world.approver, revision, "approve", **signed), standing()
    second_click = act(world.approver, revision, "approve", **signed)
    answers = [submitted_again, approver_is_author, wrong_right, nobody_knows, second_click]
    assert [each.status_code for each in answers] == [409, 403, 404, 404, 409]
    assert [bool(told(each)[1]) for each in answers] == [True] * 5
    assert (first_click.status_code, standing()) == (302, after)


def test_who_has_left_is_led_to_the_door_with_the_next_click_and_reads_nothing(world):
    revision = world.effective()
    browser, page = as_(world.reader), reverse("documents:read", args=[revision.document_id])
    first = browser.get(page).status_code
    deactivate_person(person_id=world.reader.pk, by=world.it)
    second = browser.post(reverse("documents:acknowledge", args=[revision.document_id, revision.pk]))
    assert (first, second.status_code, second.url.partition("?")[0]) == (200, 302, "/accounts/login/")
