"""Addresses and forms that make no sense are answered; and no form is shown without the right to it."""

import pytest
from django.test import Client
from django.urls import reverse

from documents import services
from documents.models import Objection
from documents.services.asking import ask
from qms.core.seams.history import sentences
from qms.home.templatetags.ui import ICONS, STATES, icon
from qms.organization.queries import today

pytestmark = pytest.mark.django_db

BEYOND = str(10**30)


def as_(person) -> Client:
    browser = Client(raise_request_exception=False)
    browser.force_login(person)
    return browser


@pytest.mark.parametrize("field", ["process", "site", "owner"])
@pytest.mark.parametrize("number", ["9223372036854775808", BEYOND, "²", "%00"])
def test_a_number_that_no_record_has_filters_everything_away_or_nothing(world, field, number):
    assert as_(world.quality).get(f"/documents/?{field}={number}").status_code in {200, 404}


@pytest.mark.parametrize(
    "address", ["/go/SOP-0001%00", "/documents/?type=%00", "/documents/?q=%00", f"/documents/{BEYOND}/", "/go/%F0%9F"]
)
def test_an_address_that_makes_no_sense_is_not_found(world, address):
    assert as_(world.quality).get(address).status_code == 404


def test_a_form_that_makes_no_sense_is_refused(world):
    revision = world.draft()
    browser = as_(world.author)
    save = reverse("documents:save", args=[revision.document_id, revision.pk])
    submit = reverse("documents:act", args=[revision.document_id, revision.pk, "submit"])
    answers = [
        browser.post(save, "text=a%00b&version=1", content_type="application/x-www-form-urlencoded"),
        browser.post(submit, {"reviewers": [BEYOND, "1"]}),
        browser.post(reverse("documents:new"), {"title": "A", "type_": BEYOND, "owner": BEYOND}),
    ]
    assert [answer.status_code for answer in answers] == [422, 422, 422]


def test_who_has_acknowledged_opens_the_page_to_read_again(world):
    revision = world.effective()
    ask(revision, [world.reader.pk], today())
    services.see(revision_id=revision.pk, by=world.reader)
    services.acknowledge(revision_id=revision.pk, by=world.reader, content_hash=revision.content.sha256)
    assert as_(world.reader).get(reverse("documents:read", args=[revision.document_id])).status_code == 200


def test_every_sentence_of_every_history_and_every_state_has_its_icon():
    drawn = {sentence.icon for _verb, sentence in sentences.items()} | set(ICONS.values())
    drawn |= {name for _tone, name in STATES.values()}
    assert [name for name in sorted(drawn) if "<svg" not in icon(name)] == []


def test_a_difficulty_is_answered_under_its_own_document(world):
    revision, other = world.effective(), world.effective(title="Another")
    ask(revision, [world.reader.pk], today())
    services.object_to(revision_id=revision.pk, by=world.reader, text="Too long")
    objection = Objection.objects.get()
    browser = as_(world.quality)
    wrong = [(other.document_id, objection.pk), (revision.document_id, 99999)]
    answers = [browser.post(reverse("documents:answer", args=each), {"answer": "Yes"}) for each in wrong]
    hidden = as_(world.reader).post(
        reverse("documents:answer", args=[revision.document_id, objection.pk]), {"answer": "Yes"}
    )
    assert [each.status_code for each in (*answers, hidden)] == [404, 404, 404]


@pytest.mark.parametrize("name", ["place", "audience", "revise"])
def test_a_reader_is_shown_no_form_about_a_document(world, name):
    revision = world.effective()
    assert as_(world.reader).get(reverse(f"documents:{name}", args=[revision.document_id])).status_code == 403


@pytest.mark.parametrize("name", ["submit", "start-approval", "approve", "start-approval-from-draft"])
def test_a_reader_is_shown_no_form_about_a_revision(world, name):
    revision = world.effective()
    answer = as_(world.reader).get(reverse("documents:act", args=[revision.document_id, revision.pk, name]))
    assert (answer.status_code, b"Approver Person" in answer.content) == (409, False)


def test_a_register_tells_readers_no_state_of_what_they_may_not_open(world):
    revision = world.effective()
    draft = world.next_revision(revision.document)
    browser, seen = as_(world.reader), as_(world.quality)
    rows = [each.get("/documents/").context["rows"] for each in (browser, seen)]
    assert [row.open and row.open.state for shown in rows for row in shown] == [None, "draft"]
    filtered = [each.get("/documents/?state=draft").context["rows"] for each in (browser, seen)]
    assert [len(shown) for shown in filtered] == [0, 1]
    services.submit_for_review(revision_id=draft.pk, reviewers=[world.colleague], by=world.author)
    world.reviewed(draft)
    asked = as_(world.approver).get("/documents/").context["rows"]
    assert [row.open.state for row in asked] == ["in_approval"]
