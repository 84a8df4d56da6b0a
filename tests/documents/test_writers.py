"""Who writes in a draft is one of its authors, and nobody approves what they wrote (D4)."""

import pytest
from django.urls import reverse

from documents import services
from documents.models import EditLock
from documents.queries import choosable
from documents.queries.standing import has_written
from documents.states import ChangeClass
from qms.core.errors import RuleBroken
from qms.trail.models import Entry

pytestmark = pytest.mark.django_db


def _left(world):
    """Return a draft in which its author writes no more."""
    revision = world.draft()
    EditLock.objects.filter(revision=revision).delete()
    return revision


def _written(world, revision, by, text="# Purpose\n\nQuite another text.\n"):
    version = revision.bodies.get().version
    return services.write_markdown(revision_id=revision.pk, text=text, version=version, by=by)


def test_quality_that_writes_in_a_draft_becomes_a_co_author_once_and_the_history_says_so(world):
    revision = _left(world)
    for text in ("# Purpose\n\nOne.\n", "# Purpose\n\nTwo.\n"):
        _written(world, revision, world.quality, text)
    assert list(revision.co_authors.all()) == [world.quality]
    assert Entry.objects.filter(verb="documents.wrote").count() == 1


def test_who_wrote_is_not_offered_as_an_approver(world):
    revision = _left(world)
    offered = list(choosable.approvers(revision))
    _written(world, revision, world.quality)
    assert [each for each in offered if each not in choosable.approvers(revision)] == [world.quality]


def test_who_wrote_stays_a_co_author_whoever_is_chosen(world):
    revision = _left(world)
    _written(world, revision, world.quality)
    services.change_draft(revision_id=revision.pk, by=world.quality, co_authors=[world.colleague])
    assert set(revision.co_authors.all()) == {world.quality, world.colleague}


def test_who_saves_the_text_as_it_stands_has_not_written(world):
    revision = _left(world)
    _written(world, revision, world.quality, revision.bodies.get().markdown)
    assert not has_written(revision, world.quality)


def test_another_title_is_writing_and_another_reason_is_not(world):
    revision = _left(world)
    services.change_draft(revision_id=revision.pk, by=world.quality, reason="It was asked for.")
    before = has_written(revision, world.quality)
    services.change_draft(revision_id=revision.pk, by=world.quality, title="Something else")
    assert (before, has_written(revision, world.quality)) == (False, True)


def test_a_first_issue_is_a_major_change(world, client):
    revision = _left(world)
    with pytest.raises(RuleBroken) as refused:
        services.change_draft(revision_id=revision.pk, by=world.author, change_class=ChangeClass.ADMINISTRATIVE)
    assert refused.value.code == "first"
    client.force_login(world.author)
    page = client.get(reverse("documents:edit", args=[revision.document_id, revision.pk])).content.decode()
    assert 'name="change_class"' not in page


def test_the_editor_tells_who_is_no_author_what_writing_means(world, client):
    revision = _left(world)
    address = reverse("documents:edit", args=[revision.document_id, revision.pk])
    told = []
    for person in (world.author, world.quality):
        client.force_login(person)
        told.append("Once you write in it you are one" in client.get(address).content.decode())
    assert told == [False, True]


def test_a_draft_is_discarded_only_after_a_question(world, client):
    revision = _left(world)
    client.force_login(world.author)
    address = reverse("documents:discard", args=[revision.document_id, revision.pk])
    asked = client.get(address).content.decode()
    assert ("SOP-0001 is not given out again" in asked, revision.document.revisions.count()) == (True, 1)
    assert client.post(address).url == reverse("documents:register")
    assert type(revision).objects.filter(pk=revision.pk).count() == 0


def test_a_draft_that_was_submitted_says_on_the_page_why_it_stays(world, client):
    revision = world.in_review()
    services.withdraw_from_review(revision_id=revision.pk, by=world.author, reason="A word is wrong.")
    client.force_login(world.author)
    answer = client.post(reverse("documents:discard", args=[revision.document_id, revision.pk]))
    assert "Cancel it instead" in answer.content.decode()
