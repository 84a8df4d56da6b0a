"""Bodies as files: read in the sandbox, rendered, accepted, printed; whatever came in stays byte for byte."""

import pikepdf
import pytest

from documents import services
from documents.services.bodies import read_body
from documents.services.prints import make_controlled_pdf
from qms.core.errors import RuleBroken
from qms.filing.services import open_file
from qms.filing.services.files import store_bytes
from tests.corpora import corpus

pytestmark = pytest.mark.django_db

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def with_file(world, path, media_type, own_pdf=None):
    revision = world.draft(text="")
    file = store_bytes(path.read_bytes())
    pdf = store_bytes(own_pdf.read_bytes()) if own_pdf else None
    body = services.put_file(
        revision_id=revision.pk, file=file, name=path.name, media_type=media_type, by=world.author, own_pdf=pdf
    )
    return revision, read_body(body_id=body.pk)


def release(world, revision):
    services.submit_for_review(revision_id=revision.pk, reviewers=[world.colleague], by=world.author)
    world.reviewed(revision)
    return make_controlled_pdf(revision_id=world.approve(revision).pk)


def test_a_real_docx_is_read_rendered_accepted_and_printed(world):
    folder = corpus("g2-openchain-docx-xlsx") / "Open-Source-Compliance-Support-Material" / "Activity-Checklists" / "en"
    revision, body = with_file(world, folder / "Training.docx", DOCX)
    assert (body.outcome, body.rendition_state) == ("text", "made")
    with pytest.raises(RuleBroken, match="accept it first"):
        services.submit_for_review(revision_id=revision.pk, reviewers=[world.colleague], by=world.author)
    services.accept_rendition(revision_id=revision.pk, by=world.author)
    released = release(world, revision)
    with open_file(released.controlled_pdf) as stream:
        assert stream.read(5) == b"%PDF-"


def test_the_authors_own_pdf_is_what_is_signed_and_stamped(world):
    folder = corpus("g2-openchain-docx-xlsx") / "Open-Source-Compliance-Support-Material" / "Activity-Checklists" / "en"
    revision, body = with_file(world, folder / "Training.docx", DOCX, own_pdf=folder / "Training.pdf")
    assert (body.rendition_is_own, body.rendition.size) == (True, (folder / "Training.pdf").stat().st_size)
    released = release(world, revision)
    with open_file(released.controlled_pdf) as stream, pikepdf.open(stream) as printed:
        embedded = [each.get_file().read_bytes() for each in printed.attachments.values()]
    assert embedded == [(folder / "Training.pdf").read_bytes()]


def test_an_encrypted_pdf_is_kept_said_and_can_be_submitted(world):
    path = corpus("g8-odd-pdfs") / "005-libreoffice-writer-password" / "libreoffice-writer-password.pdf"
    revision, body = with_file(world, path, "application/pdf")
    assert (body.outcome, body.source.size) == ("encrypted", path.stat().st_size)
    released = release(world, revision)
    with open_file(released.controlled_pdf) as stream:
        assert stream.read(5) == b"%PDF-"


def test_a_file_that_cannot_be_rendered_gets_a_cover_sheet(world, tmp_path):
    path = tmp_path / "drawing.dwg"
    path.write_bytes(b"AC1032" + bytes(200))
    revision, body = with_file(world, path, "application/octet-stream")
    assert (body.rendition_state, body.outcome) == ("cover_sheet", "unsupported")
    services.accept_rendition(revision_id=revision.pk, by=world.author)
    assert release(world, revision).controlled_pdf is not None


def test_a_newer_file_is_not_overtaken_by_the_reading_of_an_older_one(world, tmp_path):
    path = tmp_path / "a.md"
    path.write_text("# One")
    revision, body = with_file(world, path, "text/markdown")
    services.write_markdown(revision_id=revision.pk, text="# Two", version=body.version, by=world.author)
    read_body(body_id=body.pk)
    body.refresh_from_db()
    assert (body.markdown, body.rendition_state) == ("# Two", "none")
