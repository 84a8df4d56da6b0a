"""Evidence packs: what is in them, that others can check them, and that nothing stops them."""

import hashlib
import io
import json
import zipfile

import bagit
import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.urls import reverse

from documents import services
from documents.services.prints import make_controlled_pdf
from qms.core.errors import NotPermitted, RuleBroken
from qms.core.seams.evidence import Selection
from qms.evidence.models import Pack
from qms.evidence.services import build, request_pack
from qms.evidence.services.building import _part, members_of
from qms.filing.services import open_file
from qms.trail.models import Entry

pytestmark = pytest.mark.django_db


class Quietly:
    def step(self, done, total, words=""):
        pass


class Killed(Exception):
    pass


class KilledHalfway:
    """Progress of a worker that is killed while it writes the zip."""

    def step(self, done, total, words=""):
        if "MB" in words:
            raise Killed


@pytest.fixture
def pack(world):
    revision = world.effective()
    make_controlled_pdf(revision_id=revision.pk)
    return request_pack(
        selection=Selection(), words="everything", recipient="Auditor", purpose="Surveillance", by=world.quality
    )


def unpacked(pack, folder):
    with open_file(pack.file) as stream, zipfile.ZipFile(io.BytesIO(stream.read())) as bundle:
        bundle.extractall(folder)
    return folder / pack.download_name.removesuffix(".zip")


def test_bagit_accepts_the_bag(pack, tmp_path):
    root = unpacked(build(pack_id=pack.pk, progress=Quietly()), tmp_path)
    assert bagit.Bag(str(root)).is_valid()


def test_it_holds_source_pdf_facts_signatures_and_acknowledgements(pack, tmp_path):
    root = unpacked(build(pack_id=pack.pk, progress=Quietly()), tmp_path)
    folder = root / "data" / "documents" / "SOP-0001" / "1.0"
    assert sorted(path.name for path in folder.iterdir()) == [
        "SOP-0001-1.0-source-en.md",
        "SOP-0001-1.0.pdf",
        "acknowledgements.json",
        "content.json",
        "metadata.json",
        "signatures.json",
    ]
    assert [each["name"] for each in json.loads((folder / "signatures.json").read_text())] == ["Approver Person"]


def test_what_was_signed_hashes_to_what_the_signature_names(pack, tmp_path):
    root = unpacked(build(pack_id=pack.pk, progress=Quietly()), tmp_path)
    folder = root / "data" / "documents" / "SOP-0001" / "1.0"
    signed = json.loads((folder / "signatures.json").read_text())[0]
    assert hashlib.sha256((folder / "content.json").read_bytes()).hexdigest() == signed["content_sha256"]


def test_every_entry_hashes_again_with_its_salt(pack, tmp_path):
    root = unpacked(build(pack_id=pack.pk, progress=Quietly()), tmp_path)
    lines = [json.loads(line) for line in (root / "data" / "trail" / "entries.jsonl").read_text().splitlines()]
    entries = [line for line in lines if "leaf" in line]
    hashes = [hashlib.sha256(bytes.fromhex(e["salt"]) + e["detail"].encode()).hexdigest() for e in entries]
    assert hashes == [json.loads(e["leaf"])["detail_hash"] for e in entries]
    assert len(entries) == 8


def test_the_export_is_an_entry_that_names_the_hash_of_the_zip(pack):
    built = build(pack_id=pack.pk, progress=Quietly())
    entry = Entry.objects.get(verb="evidence.exported")
    assert json.loads(entry.detail.text)["sha256"] == built.file.sha256


def test_a_killed_worker_goes_on_where_it_was(pack):
    with pytest.raises(Killed):
        build(pack_id=pack.pk, progress=KilledHalfway())
    pack.refresh_from_db()
    half = _part(pack).stat().st_size
    assert half > 0
    built = build(pack_id=pack.pk, progress=Quietly())
    with open_file(built.file) as stream, zipfile.ZipFile(io.BytesIO(stream.read())) as bundle:
        assert (bundle.testzip(), len(bundle.namelist())) == (None, len(members_of(built)))


def test_a_missing_file_is_listed_and_stops_nothing(pack, tmp_path, world):
    revision = world.draft().document.revisions.get()
    lost = services.submit_for_review(revision_id=revision.pk, reviewers=[world.colleague], by=world.author)
    assert lost.content is not None
    body = Pack.objects.get(pk=pack.pk)
    source = world.effective(title="Another").bodies.get().source
    default_storage.delete(source.storage_name)
    root = unpacked(build(pack_id=body.pk, progress=Quietly()), tmp_path)
    assert bagit.Bag(str(root)).is_valid()
    assert source.sha256 in (root / "data" / "missing.txt").read_text()


def test_drafts_stay_at_home(pack, world, tmp_path):
    world.draft(title="Not yet")
    root = unpacked(build(pack_id=pack.pk, progress=Quietly()), tmp_path)
    assert sorted(path.name for path in (root / "data" / "documents").iterdir()) == ["SOP-0001"]


def test_a_reader_exports_nothing(world):
    with pytest.raises(NotPermitted):
        request_pack(selection=Selection(), words="", recipient="Me", purpose="Curious", by=world.reader)


def test_a_pack_says_for_whom_and_why(world):
    with pytest.raises(RuleBroken, match="for whom"):
        request_pack(selection=Selection(), words="", recipient=" ", purpose="Audit", by=world.quality)


def test_the_command_line_takes_the_same_pack_away(pack, world, tmp_path):
    out = tmp_path / "pack.zip"
    call_command("export_pack", "--out", str(out), "--type", "SOP")
    with zipfile.ZipFile(out) as bundle:
        assert bundle.testzip() is None


def test_a_quality_manager_asks_for_a_pack_in_the_browser(client, world, pack):
    client.force_login(world.quality)
    answer = client.post(
        reverse("evidence:new"), {"recipient": "Auditor", "purpose": "Audit", "build": "1"}, follow=True
    )
    assert (answer.status_code, Pack.objects.count()) == (200, 2)


def test_packs_of_others_look_like_missing(client, world, pack):
    client.force_login(world.auditor)
    assert client.get(pack.get_absolute_url()).status_code == 404
