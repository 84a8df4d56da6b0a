"""What a page says of a revision whose time is over, of signatures, and of the files that came with a revision."""

import re

import pytest
from django.urls import reverse

from documents import services
from documents.imports import import_folder
from documents.models import Revision
from qms.filing.services import attach
from qms.filing.services.files import store_bytes
from qms.signatures.states import Meaning

pytestmark = pytest.mark.django_db


def address(name, *keys) -> str:
    return reverse(f"documents:{name}", args=keys)


def said(client, url) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", client.get(url).text.split("<main")[1].split("</main>")[0]).split())


def replaced(world) -> tuple[Revision, Revision]:
    first = world.effective()
    second = world.next_revision(first.document)
    services.submit_for_review(revision_id=second.pk, reviewers=[world.colleague], by=world.author)
    world.reviewed(second)
    return first, world.approve(second)


def test_a_superseded_revision_says_when_it_was_in_force_and_what_replaced_it(client, world):
    first, second = replaced(world)
    client.force_login(world.quality)
    ending = client.get(first.get_absolute_url()).context["ending"]
    first.refresh_from_db()
    assert (ending.revision.effective_at, ending.revision.ended_at) == (first.effective_at, first.ended_at)
    words = said(client, first.get_absolute_url())
    assert "This revision has been superseded. Do not work by it." in words
    assert f"Replaced by revision {second.label}" in words


def test_the_tabs_of_a_superseded_revision_stay_with_it(client, world):
    first, second = replaced(world)
    client.force_login(world.quality)
    tabs = client.get(first.get_absolute_url()).context["tabs"]
    shown = [client.get(tab["url"]).context["revision"].pk for tab in tabs]
    assert (len(tabs), shown) == (6, [first.pk] * 6)
    assert client.get(address("used", first.document_id)).context["revision"].pk == second.pk
    client.force_login(world.reader)
    asked = client.get(f"{address('used', first.document_id)}?revision={first.pk}")
    assert asked.context["revision"].pk == second.pk


def test_a_withdrawn_document_says_when_why_and_by_whom(client, world):
    revision = world.effective()
    services.ask_retirement(revision_id=revision.pk, approvers=[world.approver], by=world.owner, reason="Bath is gone.")
    proof = world.proof(world.approver, Meaning.RETIRED, revision.content.sha256)
    services.agree_retirement(revision_id=revision.pk, by=world.approver, proof=proof)
    client.force_login(world.quality)
    for url in (revision.get_absolute_url(), address("read", revision.document_id)):
        words = said(client, url)
        assert "This document has been withdrawn. Do not work by it." in words
        assert "Asked for by Owner Person, agreed by Approver Person. Reason: Bath is gone." in words
        assert "In force since" not in words


def test_approvals_show_what_was_signed_and_when_reviewers_answered(client, world):
    revision = world.effective()
    client.force_login(world.quality)
    words = said(client, address("approvals", revision.document_id, revision.pk))
    signed = revision.content.sha256
    assert f"Content signed: {signed[:12]}… SHA-256 {signed}" in words
    assert re.search(r"Colleague Person had no objection \d+ \w+ \d{4}, \d\d:\d\d UTC", words) is not None


def test_who_owes_the_acknowledgement_is_led_to_it(client, world):
    revision = world.effective()
    rules = [services.audience.Rule("person", str(world.reader.pk))]
    services.set_audience(document_id=revision.document_id, rules=rules, by=world.author)
    services.audience.recompute_document(document_id=revision.document_id)
    hint = f"You are asked to read revision {revision.label} and to acknowledge it."
    for who, owes in (("reader", True), ("quality", False)):
        client.force_login(getattr(world, who))
        page = client.get(address("document", revision.document_id)).text
        assert (hint in page, address("read", revision.document_id) in page) == (owes, owes), who


def test_the_other_forms_and_languages_of_an_imported_revision_are_there_to_take(client, world, tmp_path):
    text = "---\nnumber: SOP-0101\nrevision: 3\n---\n# Storage\n\nDry.\n"
    (tmp_path / "SOP-0101 Storage.md").write_text(text)
    (tmp_path / "SOP-0101 Storage_de.md").write_text(text.replace("Dry", "Trocken").replace("Storage", "Lagerung"))
    import_folder(folder=tmp_path, mapping_text="", by=world.quality, source="Q folder")
    revision = Revision.objects.get(document__number="SOP-0101")
    file = store_bytes(b"Storage. Dry.")
    attach(row=revision, file=file, name="SOP-0101 Storage.txt", media_type="text/plain", by=world.quality)
    client.force_login(world.quality)
    page = client.get(revision.get_absolute_url())
    held = [each.name for each in page.context["forms"]], [each.language for each in page.context["texts"]]
    assert held == (["SOP-0101 Storage.txt"], ["de"])
    form = client.get(address("other_form", revision.document_id, revision.pk, page.context["forms"][0].pk))
    assert (b"".join(form.streaming_content), "attachment" in form["Content-Disposition"]) == (b"Storage. Dry.", True)
    other = client.get(address("translation", revision.document_id, revision.pk, page.context["texts"][0].pk))
    assert (b"Trocken" in b"".join(other.streaming_content), "attachment" in other["Content-Disposition"]) == (
        True,
        True,
    )
    client.force_login(world.stranger)
    for url in (form.request["PATH_INFO"], other.request["PATH_INFO"]):
        assert client.get(url).status_code == 404
