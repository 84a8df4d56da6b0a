"""Pages of files: drawn in the sandbox, shown for desk and phone, side by side where no text can be compared."""

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image, ImageDraw

from documents import services
from documents.audience import Rule
from documents.queries import governing_body
from documents.queries.pictures import pages_of
from documents.redlines import page_changes
from documents.services.bodies import read_body
from documents.services.pages import draw_pages
from documents.services.prints import make_controlled_pdf
from documents.states import ChangeClass
from qms.core.errors import RuleBroken
from qms.filing.services import open_file
from qms.filing.services.files import store_bytes
from tests.corpora import corpus

pytestmark = pytest.mark.django_db

PDF = "application/pdf"


def scanned(*pages: str) -> bytes:
    """A PDF as a scanner makes it: each page is a picture; a page's word only decides where its black square lies."""
    pictures = []
    for word in pages:
        picture = Image.new("L", (300, 424), "white")
        at = sum(map(ord, word)) % 250
        ImageDraw.Draw(picture).rectangle((at, at, at + 40, at + 40), fill="black")
        pictures.append(picture)
    out = BytesIO()
    pictures[0].save(out, "PDF", save_all=True, append_images=pictures[1:])
    return out.getvalue()


def with_file(world, data, name="plan.pdf", media_type=PDF, revision=None):
    revision = revision or world.draft(text="")
    put = services.put_file(
        revision_id=revision.pk, file=store_bytes(data), name=name, media_type=media_type, by=world.author
    )
    read_body(body_id=put.pk)
    draw_pages(body_id=put.pk)
    revision.refresh_from_db()
    return revision


def release(world, revision):
    services.submit_for_review(revision_id=revision.pk, reviewers=[world.colleague], by=world.author)
    world.reviewed(revision)
    return world.approve(revision)


def revised(world, released, data):
    following = services.start_revision(
        document=released.document, change_class=ChangeClass.MAJOR, reason="New plan", by=world.author
    )
    return with_file(world, data, revision=following)


def address(revision, verb, *more):
    return reverse(f"documents:{verb}", args=[revision.document_id, revision.pk, *more])


def content(response) -> bytes:
    return b"".join(response.streaming_content)


def test_each_page_of_a_pdf_is_drawn_for_a_desk_and_for_a_phone(client, world):
    revision = with_file(world, scanned("one", "two"))
    client.force_login(world.author)
    page = client.get(revision.get_absolute_url()).text
    assert len(re.findall(r'<img src="[^"]+large.webp[^>]+640w[^>]+loading="lazy"', page)) == 2
    widths = []
    for size in ("small", "large"):
        answer = client.get(address(revision, "page", 2, size))
        assert answer.headers["Content-Type"] == "image/webp"
        with Image.open(BytesIO(content(answer))) as picture:
            widths.append(picture.width)
    assert widths == [640, 1280]


def test_a_pdf_put_in_by_the_browser_is_known_as_one_by_its_bytes(client, world):
    revision = world.draft(text="")
    client.force_login(world.author)
    upload = SimpleUploadedFile("plan.pdf", scanned("one"), "application/x-whatever")
    assert client.post(address(revision, "put_file"), {"file": upload}).status_code == 302
    body = governing_body(revision)
    assert (body.media_type, body.rendition_is_own) == (PDF, True)


def test_a_page_that_is_not_there_and_one_of_a_hidden_document_are_not_found(client, world):
    revision = with_file(world, scanned("one"))
    client.force_login(world.author)
    missing = [client.get(address(revision, "page", 2, "small")), client.get(address(revision, "page", 1, "huge"))]
    client.force_login(world.stranger)
    assert [each.status_code for each in (*missing, client.get(address(revision, "page", 1, "small")))] == [404] * 3


def test_another_file_has_other_pages_and_a_text_has_none(world):
    revision = with_file(world, scanned("one", "two"))
    with_file(world, scanned("three"), revision=revision)
    body = governing_body(revision)
    assert len(pages_of(body)) == 1
    services.write_markdown(revision_id=revision.pk, text="# Text", version=body.version, by=world.author)
    assert pages_of(governing_body(revision)) == []


def test_a_changed_scan_is_not_submitted_without_its_list_of_changes(world):
    first = release(world, with_file(world, scanned("one", "two")))
    following = revised(world, first, scanned("one", "three"))
    with pytest.raises(RuleBroken, match="List the changes by page"):
        services.submit_for_review(revision_id=following.pk, reviewers=[world.colleague], by=world.author)
    services.change_draft(revision_id=following.pk, change_list="Page 2: the square moved", by=world.author)
    submitted = services.submit_for_review(revision_id=following.pk, reviewers=[world.colleague], by=world.author)
    assert submitted.state == "in_review"


def test_a_text_after_a_scan_cannot_be_compared_either(world):
    first = release(world, with_file(world, scanned("one")))
    following = services.start_revision(
        document=first.document, change_class=ChangeClass.MAJOR, reason="Typed", by=world.author
    )
    services.write_markdown(revision_id=following.pk, text="# Typed", version=0, by=world.author)
    with pytest.raises(RuleBroken, match="List the changes by page"):
        services.submit_for_review(revision_id=following.pk, reviewers=[world.colleague], by=world.author)


def test_old_and_new_pages_stand_side_by_side_and_those_that_differ_are_marked(client, world):
    first = release(world, with_file(world, scanned("one", "two", "three")))
    following = revised(world, first, scanned("one", "four", "three", "five"))
    pairs = page_changes(first, following)
    assert [(each.before and each.before.number, each.after and each.after.number, each.differs) for each in pairs] == [
        (1, 1, False),
        (2, 2, True),
        (3, 3, False),
        (None, 4, True),
    ]
    client.force_login(world.author)
    shown = client.get(address(following, "changes")).text
    said = re.findall(r"Page \d (?:looks different|looks the same|is new|is gone)", shown)
    assert said == ["Page 1 looks the same", "Page 2 looks different", "Page 3 looks the same", "Page 4 is new"]
    only = client.get(address(following, "changes") + "?only=1").text
    assert re.findall(r"Page \d looks the same", only) == []


def test_a_reader_sees_the_list_of_changes_and_the_pages_that_look_different(client, world):
    first = release(world, with_file(world, scanned("one", "two")))
    services.set_audience(document_id=first.document_id, rules=[Rule("team", str(world.team.pk))], by=world.author)
    services.open_reading_duties(revision_id=first.pk)
    services.see(revision_id=first.pk, by=world.reader)
    services.acknowledge(revision_id=first.pk, by=world.reader, content_hash=first.content.sha256)
    following = revised(world, first, scanned("one", "three"))
    services.change_draft(revision_id=following.pk, change_list="Page 2: the square moved", by=world.author)
    release(world, following)
    services.open_reading_duties(revision_id=following.pk)
    client.force_login(world.reader)
    page = client.get(reverse("documents:read", args=[first.document_id])).text
    assert ("Page 2: the square moved" in page, re.findall(r"Page \d looks \w+", page)) == (
        True,
        ["Page 2 looks different"],
    )


def test_what_cannot_be_rendered_goes_its_way_with_a_cover_sheet_and_a_download(client, world):
    data = b"AC1032" + bytes(200)
    revision = with_file(world, data, "bracket.dwg", "application/octet-stream")
    services.accept_rendition(revision_id=revision.pk, by=world.author)
    released = make_controlled_pdf(revision_id=release(world, revision).pk)
    with open_file(released.controlled_pdf) as stream:
        assert stream.read(5) == b"%PDF-"
    client.force_login(world.reader)
    page = client.get(reverse("documents:read", args=[released.document_id])).text
    assert address(released, "source") in page
    answer = client.get(address(released, "source"))
    name = f"{released.document.number} {released.label} bracket.dwg"
    assert (content(answer), answer.headers["Content-Disposition"]) == (data, f'attachment; filename="{name}"')


def test_real_scans_are_drawn_and_compared(world):
    folder = corpus("g8-odd-pdfs") / "007-imagemagick-images"
    data = (folder / "imagemagick-images.pdf").read_bytes()
    first = release(world, with_file(world, data))
    same = revised(world, first, data)
    assert [each.differs for each in page_changes(first, same)] == [False] * len(pages_of(governing_body(first)))


def test_a_locked_pdf_has_no_pages_and_says_why(client, world):
    path = corpus("g8-odd-pdfs") / "005-libreoffice-writer-password" / "libreoffice-writer-password.pdf"
    revision = with_file(world, path.read_bytes())
    client.force_login(world.author)
    page = client.get(revision.get_absolute_url()).text
    assert (pages_of(governing_body(revision)), "protected with a password" in page) == ([], True)
