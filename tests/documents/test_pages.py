"""The pages of the documents room: what each shows, to whom, and with how many queries."""

import pytest
from django.urls import reverse

from tests.world import PASSWORD

pytestmark = pytest.mark.django_db


PAGES = ["document", "history", "used", "readers", "read", "place", "audience", "revise"]
REVISION_PAGES = ["revision", "approvals", "changes"]


@pytest.mark.parametrize("name", PAGES)
def test_the_owner_opens_every_page_of_a_document(client, world, released, name):
    client.force_login(world.owner)
    assert client.get(reverse(f"documents:{name}", args=[released.document_id])).status_code == 200


@pytest.mark.parametrize("name", REVISION_PAGES)
def test_the_owner_opens_every_page_of_a_revision(client, world, released, name):
    client.force_login(world.owner)
    assert client.get(reverse(f"documents:{name}", args=[released.document_id, released.pk])).status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_what_a_stranger_may_not_see_looks_like_what_is_missing(client, world, released, name):
    client.force_login(world.stranger)
    assert client.get(reverse(f"documents:{name}", args=[released.document_id])).status_code == 404


@pytest.mark.parametrize("who", ["author", "reader", "quality", "it", "stranger"])
def test_the_register_opens_for_everybody_and_shows_what_each_may_see(client, world, released, who):
    client.force_login(getattr(world, who))
    response = client.get(reverse("documents:register"))
    shown = [row.document.number for row in response.context["rows"]]
    assert shown == ([] if who in {"it", "stranger"} else ["SOP-0001"])


@pytest.mark.parametrize("form", ["csv", "xlsx", "pdf"])
def test_the_register_is_exported_as_it_is_filtered(client, world, released, form):
    client.force_login(world.quality)
    response = client.get(reverse("documents:export", args=[form]) + "?state=effective")
    assert response.status_code == 200


def test_an_author_writes_a_document_in_the_browser(client, world):
    client.force_login(world.author)
    response = client.post(
        reverse("documents:new"), {"title": "Cleaning of plates", "type_": world.procedure.pk, "owner": world.owner.pk}
    )
    assert response.status_code == 302
    edit = client.get(response["Location"])
    revision = edit.context["revision"]
    saved = client.post(
        reverse("documents:save", args=[revision.document_id, revision.pk]),
        {"text": "# Purpose", "version": edit.context["body"].version},
    )
    assert saved.status_code == 302
    assert revision.bodies.get().markdown == "# Purpose"


def test_an_approver_signs_with_the_password(client, world):
    revision = world.in_approval()
    client.force_login(world.approver)
    address = reverse("documents:act", args=[revision.document_id, revision.pk, "approve"])
    assert client.get(address).status_code == 200
    answer = client.post(
        address, {"content_hash": revision.content.sha256, "password": PASSWORD, "raise_to": revision.change_class}
    )
    revision.refresh_from_db()
    assert (answer.status_code, revision.state) == (302, "effective")


def test_a_wrong_password_signs_nothing(client, world):
    revision = world.in_approval()
    client.force_login(world.approver)
    address = reverse("documents:act", args=[revision.document_id, revision.pk, "approve"])
    answer = client.post(address, {"content_hash": revision.content.sha256, "password": "wrong"})
    revision.refresh_from_db()
    assert (answer.status_code, revision.state) == (422, "in_approval")


def test_a_reader_reads_and_acknowledges(client, world, released):
    client.force_login(world.reader)
    page = client.get(reverse("documents:read", args=[released.document_id]))
    assert page.status_code == 200
    answer = client.post(
        reverse("documents:acknowledge", args=[released.document_id, released.pk]),
        {"content": released.content.sha256},
        follow=True,
    )
    assert answer.status_code == 200
    assert world.reader.acknowledgements.count() == 1
