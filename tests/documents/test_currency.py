"""The public page behind the QR code: number, revision, and whether it is in force; nothing else, and not in bulk."""

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from documents import services
from documents.states import ChangeClass

pytestmark = pytest.mark.django_db

TITLE = "Secret recipe of the plates"


def address(revision):
    return reverse("documents:currency", args=[revision.public_code])


def text_of(page) -> str:
    return " ".join(page.text.split())


def test_a_revision_in_force_is_said_to_be_current_by_number_and_label_alone(client, world):
    released = world.effective(title=TITLE)
    page = client.get(address(released))
    assert (page.status_code, "This revision is in force." in page.text) == (200, True)
    assert f"{released.document.number} · Revision {released.label}" in text_of(page)
    leaks = [TITLE, released.document.owner.name, released.author.name, "All gauges", released.content.sha256]
    assert [each for each in leaks if each in page.text] == []


def test_a_superseded_revision_names_the_one_in_its_place(client, world):
    first = world.effective()
    second = services.start_revision(
        document=first.document, change_class=ChangeClass.MAJOR, reason="New", by=world.author
    )
    services.submit_for_review(revision_id=second.pk, reviewers=[world.colleague], by=world.author)
    world.reviewed(second)
    world.approve(second)
    page = client.get(address(first))
    assert f"Revision {second.label} has taken its place. Do not work by this copy." in text_of(page)


def test_a_draft_and_an_unknown_code_are_not_found_in_the_same_words(client, world):
    draft, unknown = client.get(address(world.draft())), client.get("/c/nothing-of-the-kind")
    assert (draft.status_code, unknown.status_code) == (404, 404)
    assert [TITLE in each.text or "SOP-" in each.text for each in (draft, unknown)] == [False, False]


def test_who_asks_too_often_is_asked_to_wait(client, world):
    released = world.effective()
    with time_machine.travel(timezone.now(), tick=False):
        answers = [client.get(address(released), REMOTE_ADDR="10.9.8.7").status_code for _time in range(31)]
    assert (set(answers[:30]), answers[30]) == ({200}, 429)


def test_the_page_of_a_superseded_copy_leads_to_the_current_revision_through_the_sign_in(client, world):
    first = world.effective()
    second = world.next_revision(first.document)
    services.submit_for_review(revision_id=second.pk, reviewers=[world.colleague], by=world.author)
    world.reviewed(second)
    world.approve(second)
    way = reverse("documents:go", args=[first.document.number])
    assert way in client.get(address(first)).text
    assert client.get(way).headers["Location"].startswith(reverse("account_login"))
    client.force_login(world.reader)
    assert client.get(way, follow=True).context["revision"].pk == second.pk
