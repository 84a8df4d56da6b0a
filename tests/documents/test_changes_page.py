"""What changed: against one's own last reading, and against nothing that one may not read."""

import pytest
from django.urls import reverse

from documents import services
from documents.audience import Rule
from documents.services.audience import open_reading_duties
from documents.services.rounds import Place
from documents.states import ChangeClass

pytestmark = pytest.mark.django_db

SECRET = "Ask Mr Winter for the key."


@pytest.fixture
def first(world):
    """A revision in force which everybody reads, with words that the next one takes out."""
    found = world.effective(text=f"# Purpose\n\n{SECRET}\n")
    services.set_audience(document_id=found.document_id, rules=[Rule("everybody")], by=world.quality)
    open_reading_duties(revision_id=found.pk)
    return found


def in_approval(world, first):
    following = world.next_revision(first.document, ChangeClass.MINOR)
    return services.start_approval(revision_id=following.pk, approvers=[Place(world.approver)], by=world.author)


def page(client, person, revision, since=""):
    client.force_login(person)
    return client.get(reverse("documents:changes", args=[revision.document_id, revision.pk]), {"since": since}).text


def test_who_has_read_no_earlier_revision_is_not_shown_what_was_taken_out_of_it(client, world, first):
    second = world.approve(in_approval(world, first))
    open_reading_duties(revision_id=second.pk)
    for since in ("", str(first.pk)):
        shown = page(client, world.reader, second, since)
        assert ("You have not acknowledged an earlier revision" in shown, SECRET in shown) == (True, False)
    client.force_login(world.reader)
    assert SECRET not in client.get(reverse("documents:read", args=[first.document_id])).text
    shown = page(client, world.quality, second)
    assert ("since revision" in shown, "Mr Winter" in shown) == (True, True)


def test_who_acknowledged_the_earlier_revision_is_shown_what_changed_since(client, world, first):
    services.see(revision_id=first.pk, by=world.reader)
    services.acknowledge(revision_id=first.pk, by=world.reader, content_hash=first.content.sha256)
    second = world.approve(in_approval(world, first))
    assert "Mr Winter" in page(client, world.reader, second)


def test_who_decides_about_a_revision_sees_what_it_changes_in_the_one_in_force(client, world, first):
    assert "Mr Winter" in page(client, world.approver, in_approval(world, first))


def test_of_a_first_revision_nothing_has_changed(client, world, first):
    assert "This is the first revision" in page(client, world.reader, first)
