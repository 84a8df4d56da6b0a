"""The organization's logo: a picture of ours made of what was uploaded, on pages and on prints."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from documents.printing import controlled_copy
from qms.core.errors import NotPermitted, RuleBroken
from qms.organization import services
from qms.organization.queries import logo_in_use

pytestmark = pytest.mark.django_db


def drawn(size=(1660, 400), format_="PNG") -> bytes:
    out = BytesIO()
    Image.new("RGBA", size, (0, 110, 120, 128)).save(out, format_)
    return out.getvalue()


def test_a_logo_is_taken_shown_to_guests_and_printed(client, world):
    client.force_login(world.quality)
    upload = SimpleUploadedFile("logo.png", drawn(), "image/png")
    assert client.post(reverse("organization:change_logo"), {"logo": upload}).status_code == 302
    client.logout()
    address = reverse("organization:logo", args=[logo_in_use().sha256])
    assert f'<img class="logo" src="{address}" alt="">' in client.get("/accounts/login/").text
    answer = client.get(address)
    with Image.open(BytesIO(answer.content)) as kept:
        assert (answer.headers["Content-Type"], kept.size) == ("image/png", (830, 200))
    assert controlled_copy(world.draft()).logo.data == answer.content


def test_prints_carry_no_logo_once_it_is_taken_away(client, world):
    services.put_logo(chunks=[drawn()], by=world.quality)
    client.force_login(world.quality)
    assert client.post(reverse("organization:remove_logo")).status_code == 302
    assert (logo_in_use(), controlled_copy(world.draft()).logo) == (None, None)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<svg><script>1</script></svg>", "PNG, JPEG, GIF or WebP file"),
        (bytes(2 * 1024 * 1024 + 1), "larger than 2 MB"),
    ],
    ids=["drawing with a script", "too large"],
)
def test_what_cannot_be_a_logo_is_refused_in_words(client, world, data, words):
    client.force_login(world.quality)
    answer = client.post(reverse("organization:change_logo"), {"logo": SimpleUploadedFile("logo.png", data)})
    assert (answer.status_code, words in answer.text, logo_in_use()) == (422, True, None)


def test_only_who_changes_settings_changes_the_logo(world):
    with pytest.raises(NotPermitted):
        services.put_logo(chunks=[drawn()], by=world.reader)
    with pytest.raises(NotPermitted):
        services.remove_logo(by=world.it)


def test_an_unknown_logo_is_not_found(client):
    assert client.get(reverse("organization:logo", args=["0" * 64])).status_code == 404


def test_a_damaged_picture_is_no_logo(world):
    with pytest.raises(RuleBroken, match="damaged"):
        services.put_logo(chunks=[drawn()[:60]], by=world.quality)
