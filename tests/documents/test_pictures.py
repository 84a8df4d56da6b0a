"""Pictures in a text: written anew, frozen by their hashes, shown on the page and in the controlled PDF."""

import json
from io import BytesIO

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from documents import services
from documents.queries import governing_body
from documents.redlines import changes_between
from documents.services.prints import make_controlled_pdf
from documents.states import ChangeClass
from qms.core.errors import RuleBroken
from qms.filing.services import open_file

pytestmark = pytest.mark.django_db

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def drawn(colour="teal", format_="PNG", **options) -> bytes:
    out = BytesIO()
    Image.new("RGB", (40, 20), colour).save(out, format_, **options)
    return out.getvalue()


def put(world, revision, data=None, name="Flow chart (1).png", alt="The way of a gauge"):
    return services.put_picture(revision_id=revision.pk, chunks=[data or drawn()], name=name, alt=alt, by=world.author)


def write(world, revision, text):
    body = governing_body(revision)
    return services.write_markdown(revision_id=revision.pk, text=text, version=body.version, by=world.author)


def illustrated(world, **picture):
    revision = world.draft()
    made = put(world, revision, **picture)
    write(world, revision, f"# Purpose\n\n{made.mark}\n")
    return revision, made


def address(revision, verb, *more):
    return reverse(f"documents:{verb}", args=[revision.document_id, revision.pk, *more])


def test_a_picture_is_written_anew_without_what_the_camera_put_in_it(world):
    exif = Image.Exif()
    exif[0x010F] = "Maker of the camera"
    made = put(world, world.draft(), drawn(format_="JPEG", exif=exif), name="photo.jpeg")
    with open_file(made.file) as stream, Image.open(stream) as kept:
        assert (made.name, made.media_type, kept.format, dict(kept.getexif())) == (
            "photo.jpg",
            "image/jpeg",
            "JPEG",
            {},
        )


def test_two_pictures_of_one_name_are_two_pictures(world):
    revision = world.draft()
    assert [put(world, revision).name, put(world, revision).name] == ["flow-chart-1.png", "flow-chart-1-2.png"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (SVG, "PNG, JPEG, GIF or WebP"),
        (b"GIF89a", "damaged"),
        (b"", "PNG, JPEG, GIF or WebP"),
        (bytes(10 * 1024 * 1024 + 1), "larger than 10 MB"),
    ],
    ids=["drawing with a script", "cut off", "empty", "too large"],
)
def test_what_is_no_picture_or_too_large_is_refused_in_words(world, data, words):
    revision = world.draft()
    with pytest.raises(RuleBroken, match=words):
        services.put_picture(revision_id=revision.pk, chunks=[data], name="a.png", alt="A", by=world.author)
    assert governing_body(revision).pictures.count() == 0


def test_a_picture_is_asked_what_it_shows(world):
    with pytest.raises(RuleBroken, match="what the picture shows"):
        put(world, world.draft(), alt="  ")


def test_a_text_is_not_submitted_while_a_picture_or_its_words_are_missing(world):
    revision, made = illustrated(world)
    write(world, revision, f"![](attachment:{made.name}) ![Plan](attachment:plan.png)")
    with pytest.raises(
        RuleBroken, match=r"the picture “plan.png”, words for what the picture “flow-chart-1.png” shows"
    ):
        services.submit_for_review(revision_id=revision.pk, reviewers=[world.colleague], by=world.author)


def test_what_is_signed_covers_the_pictures_that_the_text_shows(world):
    revision, made = illustrated(world)
    put(world, revision, drawn("red"), name="unused.png")
    frozen = services.submit_for_review(revision_id=revision.pk, reviewers=[world.colleague], by=world.author)
    body = json.loads(frozen.content.text)["bodies"][0]
    assert body["pictures"] == [{"name": "flow-chart-1.png", "sha256": made.file.sha256}]


def test_a_text_without_pictures_is_frozen_as_it_always_was(world):
    assert "pictures" not in json.loads(world.in_review().content.text)["bodies"][0]


def test_a_picture_in_the_text_is_not_taken_away(world):
    revision, made = illustrated(world)
    with pytest.raises(RuleBroken, match="Take it out of the text first"):
        services.remove_picture(revision_id=revision.pk, name=made.name, by=world.author)
    write(world, revision, "# Purpose")
    services.remove_picture(revision_id=revision.pk, name=made.name, by=world.author)
    assert governing_body(revision).pictures.count() == 0


def test_nothing_is_put_beside_a_text_that_has_left_draft(world):
    with pytest.raises(RuleBroken, match="Only a draft can be changed"):
        put(world, world.in_review())


def test_the_controlled_pdf_shows_the_picture_with_its_words(world):
    revision, _made = illustrated(world)
    services.submit_for_review(revision_id=revision.pk, reviewers=[world.colleague], by=world.author)
    revision.refresh_from_db()
    with open_file(make_controlled_pdf(revision_id=revision.pk).controlled_pdf) as stream, pikepdf.open(stream) as pdf:
        sizes = {(int(each.Width), int(each.Height)) for page in pdf.pages for each in page.get_images().values()}
        words = {str(each.Alt) for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and "/Alt" in each}
    assert ((40, 20) in sizes, "The way of a gauge" in words) == (True, True)


def test_the_next_revision_has_the_pictures_and_another_picture_is_a_change(world):
    revision, made = illustrated(world)
    services.submit_for_review(revision_id=revision.pk, reviewers=[world.colleague], by=world.author)
    world.reviewed(revision)
    world.approve(revision)
    revision.refresh_from_db()
    following = services.start_revision(
        document=revision.document, change_class=ChangeClass.MAJOR, reason="New flow", by=world.author
    )
    body = governing_body(following)
    assert changes_between(revision, following).places == 0
    write(world, following, "# Purpose")
    services.remove_picture(revision_id=following.pk, name=made.name, by=world.author)
    put(world, following, drawn("red"))
    write(world, following, body.markdown)
    found = changes_between(revision, following)
    assert (found.places, found.html.count("<img"), found.html.count("Picture: The way of a gauge")) == (1, 2, 2)
    gone, _sep, come = found.html.partition("</del>")
    assert (address(revision, "picture", made.name) in gone, address(following, "picture", made.name) in come) == (
        True,
        True,
    )


def test_the_editor_puts_a_picture_in_and_shows_it(client, world):
    revision = world.draft()
    client.force_login(world.author)
    upload = SimpleUploadedFile("plan.png", drawn(), "image/png")
    answer = client.post(
        address(revision, "put_picture"), {"picture": upload, "alt": "The plan"}, headers={"HX-Request": "true"}
    )
    assert (answer.status_code, 'data-mark="![The plan](attachment:plan.png)"' in answer.text) == (201, True)
    preview = client.post(address(revision, "preview"), {"text": "![The plan](attachment:plan.png)"}).text
    source = address(revision, "picture", "plan.png")
    assert f'src="{source}?v=' in preview
    shown = client.get(source)
    assert b"".join(shown.streaming_content)[:4] == b"\x89PNG"
    assert (shown.headers["Content-Type"], shown.headers["Content-Security-Policy"]) == (
        "image/png",
        "sandbox; default-src 'none'",
    )


def test_without_scripts_the_editor_says_what_is_wrong_with_a_picture(client, world):
    revision = world.draft()
    client.force_login(world.author)
    upload = SimpleUploadedFile("plan.png", SVG, "image/png")
    answer = client.post(address(revision, "put_picture"), {"picture": upload, "alt": "The plan"})
    assert (answer.status_code, "PNG, JPEG, GIF or WebP file" in answer.text) == (422, True)


def test_who_may_not_read_a_revision_does_not_see_its_pictures(client, world):
    revision, made = illustrated(world)
    client.force_login(world.stranger)
    assert client.get(address(revision, "picture", made.name)).status_code == 404
