"""What a document refers to follows its text: a number of another document is a link (D10)."""

import pytest
from django.urls import reverse

from documents import services
from documents.services.referring import follow_references
from documents.tasks import run_index
from qms.core.errors import RuleBroken
from qms.filing.models import Link
from qms.filing.services import link

pytestmark = pytest.mark.django_db

NAMES_ANOTHER = "# Purpose\n\nAs SOP-0001 says (see SOP-0001, SOP-0099 and WI-7).\n"


def _links():
    return sorted(Link.objects.values_list("from_key", "kind", "to_key"))


def _indexed(document):
    run_index({"document": document.pk}, lambda *_: None)


def test_a_number_in_the_text_is_a_link_to_that_document(client, world):
    first, second = world.effective().document, world.effective(text=NAMES_ANOTHER).document
    _indexed(second)
    assert _links() == [(str(second.pk), "refers_to", str(first.pk))]
    client.force_login(world.quality)
    page = client.get(reverse("documents:used", args=[first.pk]))
    assert page.context["referring"] == [second]


def test_what_a_text_names_is_looked_at_before_it_is_withdrawn(world):
    first, second = world.effective(), world.effective(text=NAMES_ANOTHER).document
    _indexed(second)
    with pytest.raises(RuleBroken, match="1 record refers"):
        services.ask_retirement(revision_id=first.pk, approvers=[world.approver], by=world.owner, reason="Not made now")


def test_a_link_goes_with_the_number_and_one_that_a_person_made_stays(world):
    first, third = world.effective().document, world.effective().document
    revision = world.draft(text=NAMES_ANOTHER)
    follow_references(document_id=revision.document_id)
    link(row=revision.document, kind="refers_to", to=third, by=world.quality)
    services.write_markdown(revision_id=revision.pk, text="# Purpose\n\nNothing.\n", version=1, by=world.author)
    follow_references(document_id=revision.document_id)
    assert _links() == [(str(revision.document_id), "refers_to", str(third.pk))]
    assert first.pk != third.pk


def test_following_the_same_text_again_writes_nothing(world):
    world.effective()
    second = world.effective(text=NAMES_ANOTHER).document
    follow_references(document_id=second.pk)
    before = _links()
    follow_references(document_id=second.pk)
    assert _links() == before


def test_a_document_that_is_gone_refers_to_nothing(world):
    follow_references(document_id=987_654)
    assert _links() == []


def test_a_document_that_is_made_after_the_text_that_names_it_is_linked_when_it_comes(world):
    first = world.effective(text="# Purpose\n\nSee (VA 7.5 Lenkung), VA 7.5.1 and\nVA 8.\n").document
    _indexed(first)
    others = [world.effective(number=number).document for number in ("VA 7.5", "VA 7.5 Lenkung", "VA 8")]
    for other in others:
        _indexed(other)
    assert _links() == sorted((str(first.pk), "refers_to", str(other.pk)) for other in others[1:])


def test_a_number_that_is_new_takes_the_place_of_the_old_one(world):
    first, second = world.effective().document, world.effective(text=NAMES_ANOTHER).document
    _indexed(first)
    _indexed(second)
    first.number = "SOP-0077"
    first.save()
    _indexed(first)
    assert _links() == []
    third = world.effective(number="SOP-0001").document
    _indexed(third)
    assert _links() == [(str(second.pk), "refers_to", str(third.pk))]


def test_the_links_of_a_draft_that_is_thrown_away_go_with_it(world):
    draft = world.draft(text="# Purpose\n\nAs SOP-0002 says.\n")
    second = world.effective(text=NAMES_ANOTHER).document
    for document in (draft.document, second):
        _indexed(document)
    assert len(_links()) == 2
    services.discard_draft(revision_id=draft.pk, by=world.author)
    assert _links() == []
