"""Evidence packs: what is in them, that others can check them, and that nothing stops them."""

import hashlib
import io
import json
import subprocess
import sys
import textwrap
import zipfile

import bagit
import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from documents import services
from documents.models import Revision
from documents.services.asking import ask
from documents.services.prints import make_controlled_pdf
from documents.states import ReviewOutcome, State
from qms.core.errors import NotPermitted, RuleBroken
from qms.core.seams.evidence import Selection
from qms.evidence.models import Pack
from qms.evidence.services import build, request_pack
from qms.evidence.services.building import _part, members_of
from qms.filing.services import attach, open_file
from qms.filing.services.files import detach, store_bytes
from qms.organization.models import Process, RoleAssignment
from qms.organization.queries import today
from qms.organization.states import Role
from qms.signatures.states import Meaning
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


def test_it_tells_what_periodic_reviews_found(world, tmp_path):
    revision = world.effective()
    services.review_periodically(
        revision_id=revision.pk,
        outcome=ReviewOutcome.MINOR,
        approvers=[world.approver],
        by=world.owner,
        proof=world.proof(world.owner, Meaning.REVIEW_CONFIRMED, revision.content.sha256),
        words="The limits are old.",
    )
    proof = world.proof(world.approver, Meaning.REVIEW_CONFIRMED, revision.content.sha256)
    services.confirm_periodic_review(revision_id=revision.pk, by=world.approver, proof=proof)
    asked = request_pack(selection=Selection(), words="all", recipient="Auditor", purpose="Audit", by=world.quality)
    root = unpacked(build(pack_id=asked.pk, progress=Quietly()), tmp_path)
    told = json.loads(next(root.rglob("periodic-reviews.json")).read_text())
    assert [(each["by"], each["outcome"], each["words"]) for each in told] == [
        ("Owner Person", ReviewOutcome.MINOR.value, "The limits are old.")
    ]
    assert "The limits are old." in (root / "data" / "index.html").read_text()


def test_it_holds_the_other_forms_of_a_revision_and_says_that_no_print_was_made_yet(world, tmp_path):
    revision = world.effective()
    kept = store_bytes(b"Gauges. Clean.")
    attach(row=revision, file=kept, name="gauges.docx", media_type="text/plain", by=world.quality)
    gone = attach(row=revision, file=store_bytes(b"Old"), name="old.docx", media_type="text/plain", by=world.quality)
    detach(attachment=gone, row=revision, by=world.quality)
    asked = request_pack(selection=Selection(), words="all", recipient="Auditor", purpose="Audit", by=world.quality)
    made = build(pack_id=asked.pk, progress=Quietly())
    root = unpacked(made, tmp_path)
    found = {each.name: each.read_bytes() for each in root.rglob("*.docx")}
    assert found == {"SOP-0001-1.0-gauges.docx": b"Gauges. Clean."}
    told = json.loads((root / "data" / "index.json").read_text())["records"][0]["facts"]
    assert ["Controlled PDF", "not made when this pack was"] in told


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


def test_the_command_line_refuses_a_place_that_is_not_there_before_it_builds_anything(pack, tmp_path):
    out = tmp_path / "no such folder" / "pack.zip"
    with pytest.raises(CommandError) as refused:
        call_command("export_pack", "--out", str(out))
    words = f"The pack cannot be written to {out}: name a file in a folder that is there and yours."
    assert (str(refused.value), Pack.objects.count()) == (words, 1)


def test_a_quality_manager_asks_for_a_pack_in_the_browser(client, world, pack):
    client.force_login(world.quality)
    answer = client.post(
        reverse("evidence:new"), {"recipient": "Auditor", "purpose": "Audit", "build": "1"}, follow=True
    )
    assert (answer.status_code, Pack.objects.count()) == (200, 2)


def test_packs_of_others_look_like_missing(client, world, pack):
    client.force_login(world.auditor)
    assert client.get(pack.get_absolute_url()).status_code == 404


def test_a_pack_is_gone_with_the_right_to_take_it_away(client, world):
    world.effective(process=world.process)
    pack = request_pack(selection=Selection(), words="", recipient="Auditor", purpose="Audit", by=world.owner)
    build(pack_id=pack.pk, progress=Quietly())
    addresses = [pack.get_absolute_url(), reverse("evidence:download", args=[pack.pk])]
    client.force_login(world.owner)

    def answers():
        found = [client.get(each) for each in addresses]
        for each in found:
            for close in each._resource_closers:
                close()
        return [each.status_code for each in found]

    before = answers()
    RoleAssignment.objects.filter(person=world.owner).update(valid_until=timezone.now())
    elsewhere = Process.objects.create(number="P02", name="Sales", owner=world.owner, site=world.site)
    gone = answers()
    world.give(world.owner, Role.PROCESS_OWNER, process=elsewhere)
    assert (before, gone, answers()) == ([200, 200], [404, 404], [404, 404])


def test_an_internal_auditor_takes_away_what_the_form_counts(client, world):
    world.effective()
    client.force_login(world.auditor)
    counted = client.post(reverse("evidence:new"), {"look": "1"}).context["count"]
    pack = request_pack(selection=Selection(), words="", recipient="Auditor", purpose="Audit", by=world.auditor)
    built = build(pack_id=pack.pk, progress=Quietly())
    assert (counted, sum(member.path.endswith("metadata.json") for member in members_of(built))) == (1, 1)


def test_a_pack_with_nothing_in_it_is_refused_before_it_is_built(client, world):
    client.force_login(world.auditor)
    answer = client.post(reverse("evidence:new"), {"recipient": "Auditor", "purpose": "Audit", "build": "1"})
    assert (answer.status_code, Pack.objects.count()) == (422, 0)
    assert "A pack with nothing in it is not built." in answer.content.decode()


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"since": "2026-03-01", "until": "2026-02-01"}, "until", "This is before the first day."),
        ({"numbers": "SOP-0001, XX-9"}, "numbers", "There is no such record, or not for you: XX-9."),
    ],
)
def test_a_question_that_makes_no_sense_is_told_at_its_field(client, world, given, field, words):
    world.effective()
    client.force_login(world.quality)
    answer = client.post(reverse("evidence:new"), {**given, "look": "1"})
    assert (answer.status_code, answer.context["form"].errors) == (422, {field: [words]})


def test_numbers_are_found_however_they_are_written_and_sites_narrow(client, world):
    world.effective(site=world.site)
    client.force_login(world.quality)
    asked = [{"numbers": "sop-0001"}, {"sites": [world.site.pk]}, {"sites": [world.other_site.pk]}]
    counts = [client.post(reverse("evidence:new"), {**each, "look": "1"}).context["count"] for each in asked]
    assert counts == [1, 1, 0]


def test_a_number_may_hold_spaces_and_is_found_in_any_case(client, world):
    for number in ("VA 7.5 Lenkung", "Prüf-1", "WI-3"):
        world.effective(number=number)
    client.force_login(world.quality)
    asked = {"numbers": "va 7.5 lenkung; PRÜF-1\nwi-3,, ", "look": "1"}
    answer = client.post(reverse("evidence:new"), asked)
    assert (answer.context["form"].errors, answer.context["count"]) == ({}, 3)
    assert answer.context["form"].selection().numbers == ("VA 7.5 Lenkung", "Prüf-1", "WI-3")


def test_looking_says_what_fits_and_for_whom_and_why_stay_asked(client, world):
    for title in ("One", "Two"):
        world.effective(title=title)
    world.approve(start_approval_of_next(world))
    client.force_login(world.quality)
    answer = client.post(reverse("evidence:new"), {"look": "1"})
    form = answer.context["form"]
    assert (answer.context["fits"], answer.context["count"]) == (["3 revisions of 2 documents: SOP-0001, SOP-0002"], 3)
    assert [form.fields[name].required for name in ("recipient", "purpose")] == [True, True]
    assert (answer.status_code, form.errors) == (200, {})
    assert form.fields["until"].help_text == "Days begin and end at midnight in UTC."


def test_the_page_of_a_pack_says_what_is_in_it(client, pack):
    build(pack_id=pack.pk, progress=Quietly())
    client.force_login(pack.requested_by)
    page = client.get(pack.get_absolute_url())
    assert page.context["pack"].contents == {
        "records": ["1 revision of 1 document: SOP-0001"],
        "counts": [["Signatures", 1], ["Acknowledgements", 0], ["Entries of the trail", 8]],
    }
    shown = page.content.decode()
    assert "<dt>Entries of the trail</dt><dd>8</dd>" in shown


def start_approval_of_next(world):
    document = Revision.objects.get(title="One").document
    revision = world.next_revision(document)
    services.submit_for_review(revision_id=revision.pk, reviewers=[world.colleague], by=world.author)
    return world.reviewed(revision)


def test_the_index_names_who_reviewed_signed_read_and_has_not_yet(world, tmp_path):
    revision = world.effective()
    ask(revision, [world.reader.pk, world.stranger.pk], today())
    services.see(revision_id=revision.pk, by=world.reader)
    services.acknowledge(revision_id=revision.pk, by=world.reader, content_hash=revision.content.sha256)
    pack = request_pack(selection=Selection(), words="", recipient="Auditor", purpose="Audit", by=world.quality)
    root = unpacked(build(pack_id=pack.pk, progress=Quietly()), tmp_path)
    record = json.loads((root / "data" / "index.json").read_text())["records"][0]
    told = {heading: [line.split(" · ")[0] for line in lines] for heading, lines in record["lists"]}
    assert told == {
        "Reviewed by": ["Colleague Person"],
        "Signed by": ["Approver Person"],
        "Acknowledged by": ["Reader Person"],
        "Not yet acknowledged by": ["Stranger Person"],
    }
    shown = (root / "data" / "index.html").read_text()
    assert [name in shown for name in ("Colleague Person · no objection", "Approver Person · Approved")] == [True] * 2


def test_the_bag_says_who_the_people_are_and_how_it_is_checked_and_that_works(pack, world, tmp_path):
    root = unpacked(build(pack_id=pack.pk, progress=Quietly()), tmp_path)
    people = json.loads((root / "data" / "trail" / "people.json").read_text())
    assert people[f"person:{world.author.pk}"] == "Author Person"
    readme = (root / "README.txt").read_text()
    script = textwrap.dedent(readme.partition('python3 -c "\n')[2].partition('\n   "')[0])
    runs = [
        subprocess.run(command, cwd=root, capture_output=True, check=False)
        for command in (
            ["sha256sum", "--check", "--quiet", "manifest-sha256.txt"],
            ["sha256sum", "--check", "--quiet", "tagmanifest-sha256.txt"],
            [sys.executable, "-c", script],
        )
    ]
    assert [(run.returncode, run.stdout, run.stderr) for run in runs] == [(0, b"", b"")] * 3


def test_what_was_brought_in_and_never_adopted_is_in_no_pack(world):
    revision = world.effective()
    Revision.objects.filter(pk=revision.pk).update(state=State.MIGRATED)
    asked = {"words": "all", "recipient": "Auditor", "purpose": "Audit", "by": world.quality}
    with pytest.raises(RuleBroken):
        request_pack(selection=Selection(since=today()), **asked)
