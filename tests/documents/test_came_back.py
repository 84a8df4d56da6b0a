"""A revision that was sent back is a draft again: what was frozen stays with its round, and is not the draft."""

import pytest

from documents import services
from documents.models import Revision
from documents.queries import governing_body
from documents.redlines import changes_between

pytestmark = pytest.mark.django_db


def test_it_is_compared_as_it_stands(world):
    first = world.effective(text="# A\n\nOld words.\n")
    draft = world.next_revision(first.document)
    told = []
    for text in ("apples", "pears", "apples"):
        body = governing_body(draft)
        services.write_markdown(
            revision_id=draft.pk, text=f"# A\n\nNew {text}.\n", version=body.version, by=world.author
        )
        told.append(text in changes_between(first, Revision.objects.get(pk=draft.pk)).html)
        services.submit_for_review(revision_id=draft.pk, reviewers=[world.colleague], by=world.author)
        told.append(text in changes_between(first, Revision.objects.get(pk=draft.pk)).html)
        services.want_changes(revision_id=draft.pk, by=world.colleague, reason="Once more.")
    assert told == [True] * 6


def test_it_has_no_content_and_its_signatures_are_of_the_past(client, world):
    revision = world.in_approval()
    services.withdraw_from_approval(revision_id=revision.pk, by=world.author, reason="A word is wrong.")
    assert Revision.objects.get(pk=revision.pk).content is None
    client.force_login(world.author)
    page = client.get(f"/documents/{revision.document_id}/revisions/{revision.pk}/approvals/")
    assert {each["valid"] for each in page.context["rounds"]} == {False}
