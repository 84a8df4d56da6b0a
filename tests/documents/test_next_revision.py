"""Beside what is in force, a revision that is on its way is named to who may read it, and no second one is begun."""

import pytest

pytestmark = pytest.mark.django_db


def test_a_draft_is_named_beside_the_state_to_who_may_read_it_and_a_second_one_is_not_offered(client, world):
    revision = world.effective()
    document, revise = revision.document, f"/documents/{revision.document_id}/revise/"
    client.force_login(world.quality)
    assert revise in client.get(document.get_absolute_url()).text
    draft = world.next_revision(document)
    pages = (document.get_absolute_url(), f"/documents/{document.pk}/history/")
    for shown in map(client.get, pages):
        assert (shown.context["on_its_way"], shown.context["may_revise"], revise in shown.text) == (draft, False, False)
    client.force_login(world.reader)
    assert client.get(document.get_absolute_url()).context["on_its_way"] is None


def test_who_starts_a_second_revision_all_the_same_is_led_to_the_first(client, world):
    document = world.effective().document
    draft = world.next_revision(document)
    client.force_login(world.quality)
    answer = client.get(f"/documents/{document.pk}/revise/", follow=True)
    assert answer.redirect_chain == [(draft.get_absolute_url(), 302)]
    assert [str(each) for each in answer.context["messages"]] == ["Revision 2.0 is begun already (Draft): this is it."]
    client.force_login(world.colleague)
    assert client.get(document.get_absolute_url()).context["may_revise"] is False
