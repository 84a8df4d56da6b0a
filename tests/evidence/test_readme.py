"""What the README of a pack says is true when it is followed to the letter, for every kind of signature."""

import hashlib
import io
import json
import subprocess
import sys
import textwrap
import zipfile
from datetime import timedelta

import pytest
from django.utils import timezone

from documents import services
from documents.models import Revision
from documents.services.acknowledging import excusal_hash
from documents.services.asking import ask
from documents.services.crediting import credit
from documents.services.freezing import freeze
from qms.core.seams.evidence import Selection
from qms.evidence.services import build, request_pack
from qms.filing.services import comment, link, open_file
from qms.organization.queries import today
from qms.organization.services import change_setting
from qms.signatures.states import Meaning

pytestmark = pytest.mark.django_db


class Quietly:
    def step(self, done, total, words=""):
        pass


def taken(world, folder, by=None, selection=None):
    asked = request_pack(
        selection=selection or Selection(),
        words="",
        recipient="Auditor",
        purpose="Audit",
        by=by or world.quality,
        in_background=False,
    )
    pack = build(pack_id=asked.pk, progress=Quietly())
    with open_file(pack.file) as stream, zipfile.ZipFile(io.BytesIO(stream.read())) as bundle:
        bundle.extractall(folder)
    return folder / pack.download_name.removesuffix(".zip")


def adopted(world, *drafts):
    for each in drafts:
        freeze(each)
        Revision.objects.filter(pk=each.pk).update(state="migrated", origin="Binder", origin_approvers="A. Old")
    rows = list(Revision.objects.filter(pk__in=[each.pk for each in drafts]))
    proof = world.proof(world.quality, Meaning.ADOPTED, services.adoption_hash(rows))
    services.adopt(revisions=rows, by=world.quality, proof=proof)


def refuse(world, revision, by, reason):
    proof = world.proof(by, Meaning.REJECTED, revision.content.sha256)
    return services.reject(revision_id=revision.pk, by=by, proof=proof, reason=reason)


def approved_again(world, revision, text=None):
    """Have a refused draft approved, after its text was changed where another one is given."""
    if text is not None:
        version = revision.bodies.get().version
        services.write_markdown(revision_id=revision.pk, text=text, version=version, by=world.author)
    services.submit_for_review(revision_id=revision.pk, reviewers=[world.colleague], by=world.author)
    world.reviewed(revision)
    return world.approve(revision)


def excuse(world, revision, person, reason):
    signed = excusal_hash(revision, person, reason)
    proof = world.proof(world.quality, Meaning.EXCUSED, signed)
    services.excuse(revision_id=revision.pk, person=person, by=world.quality, proof=proof, reason=reason)


@pytest.fixture
def lived(world):
    """Documents whose signatures are of every kind: adopted, changed, refused, excused, void and plain."""
    adopted(world, world.draft(title="Found"), world.draft(title="Found too", text="# Other\n"))
    changed = world.in_approval(world.approver, world.second, title="Changed")
    world.approve(changed)
    changed = refuse(world, changed, world.second, "Step 4 is missing.")
    approved_again(world, changed, "# Purpose\n\nWith step 4.\n")
    void = world.in_approval(world.approver, world.second, title="Void")
    world.approve(void)
    approved_again(world, refuse(world, void, world.second, "Not today."))
    plain = world.effective(title="Plain")
    credit(plain, [world.author.pk, world.approver.pk])
    ask(plain, [world.reader.pk, world.stranger.pk], today())
    excuse(world, plain, world.stranger, "Leaves on Friday.")
    services.see(revision_id=plain.pk, by=world.reader)
    services.acknowledge(revision_id=plain.pk, by=world.reader, content_hash=plain.content.sha256)
    return world


def scripts(root):
    return [part.partition('\n   "')[0] for part in (root / "README.txt").read_text().split('python3 -c "\n')[1:]]


def followed(root):
    """Run what the README tells to run, and return what it said."""
    checks = [["sha256sum", "--check", "--quiet", f"{name}-sha256.txt"] for name in ("manifest", "tagmanifest")]
    checks += [[sys.executable, "-c", textwrap.dedent(script)] for script in scripts(root)]
    runs = [subprocess.run(each, cwd=root, capture_output=True, check=False, text=True) for each in checks]
    assert [(run.returncode, run.stderr) for run in runs] == [(0, "")] * 4
    return "".join(run.stdout for run in runs).splitlines()


def signatures(root):
    """Return every signature in a pack with the folder in which it is told."""
    for file in sorted((root / "data" / "documents").rglob("signatures.json")):
        yield from ((file.parent, each) for each in json.loads(file.read_text()))


def sha256_of(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _list_of(root):
    """Return the one list of an adoption that a pack holds."""
    (found,) = (root / "data" / "adoptions").iterdir()
    return found


def test_every_signature_is_checked_by_the_readme_or_named_as_one_that_cannot_be(lived, tmp_path):
    root = taken(lived, tmp_path)
    said = [line.split(" signatures.json ")[-1].split("/")[2] for line in followed(root)]
    told = {
        (folder.parent.name, each["name"].split()[0], each["meaning"]): (each["standing"], each["signed_file"])
        for folder, each in signatures(root)
    }
    list_ = f"../../../adoptions/{_list_of(root).name}"
    assert told | {("SOP-0004", "Approver", "approved"): "last"} == {
        ("SOP-0001", "Quality", "adopted"): ("valid", list_),
        ("SOP-0002", "Quality", "adopted"): ("valid", list_),
        ("SOP-0003", "Approver", "approved"): ("valid", "content.json"),
        ("SOP-0003", "Second", "rejected"): ("content_changed", None),
        ("SOP-0004", "Approver", "approved"): "last",
        ("SOP-0004", "Second", "rejected"): ("valid", "content.json"),
        ("SOP-0005", "Approver", "approved"): ("valid", "content.json"),
        ("SOP-0005", "Quality", "excused"): ("valid", "excused-1.json"),
    }
    assert said == ["SOP-0003", "SOP-0003"]
    given = [each["standing"] for folder, each in signatures(root) if folder.parent.name == "SOP-0004"]
    assert given == ["void", "valid", "valid"]
    refusal = [each for _folder, each in signatures(root) if each["standing"] == "content_changed"][1]
    assert (refusal["words"], "earlier content, frozen at" in refusal["not_here"]) == ("Step 4 is missing.", True)


def test_what_the_readme_says_of_the_files_holds(lived, tmp_path):
    root = taken(lived, tmp_path)
    lines = json.loads(_list_of(root).read_text())["adopted"]
    documents = root / "data" / "documents"
    kept = {each["number"]: each["content"] for each in lines}
    folders = {folder.parent.name: folder for folder, _each in signatures(root)}
    assert kept == {number: sha256_of(folders[number] / "content.json") for number in ("SOP-0001", "SOP-0002")}
    metadata = json.loads((folders["SOP-0001"] / "metadata.json").read_text())
    assert (folders["SOP-0001"] / metadata["adopted_with"]).resolve() == _list_of(root)
    excused = json.loads((folders["SOP-0005"] / "excused-1.json").read_text())
    people = json.loads((root / "data" / "trail" / "people.json").read_text())
    assert excused["content"] == sha256_of(folders["SOP-0005"] / "content.json")
    assert (excused["reason"], excused["excused"]) == ("Leaves on Friday.", lived.stranger.pk)
    assert people[f"person:{lived.stranger.pk}"] == "Stranger Person"
    for folder in folders.values():
        sources = [each["source"] for each in json.loads((folder / "content.json").read_text())["bodies"]]
        assert sources == [sha256_of(file) for file in folder.glob("*-source-*")]
        given = json.loads((folder / "acknowledgements.json").read_text())["acknowledgements"]
        assert {each["content_sha256"] for each in given} <= {sha256_of(folder / "content.json")}
    assert len(list(documents.rglob("content.json"))) == 5


def test_each_row_stands_in_the_trail_of_the_pack(lived, tmp_path):
    root = taken(lived, tmp_path)
    lines = (root / "data" / "trail" / "entries.jsonl").read_text().splitlines()
    leaves = [json.loads(json.loads(line)["leaf"]) for line in lines if "leaf" in json.loads(line)]
    hashes = {row_hash for leaf in leaves for _model, _key, row_hash in leaf["targets"]}
    rows = [each["canonical"] for _folder, each in signatures(root)]
    for file in root.rglob("acknowledgements.json"):
        rows += [each["canonical"] for each in json.loads(file.read_text())["acknowledgements"]]
    assert (len(rows), {hashlib.sha256(row.encode()).hexdigest() for row in rows} <= hashes) == (13, True)


def test_the_list_of_an_adoption_stays_at_home_where_the_maker_may_not_see_all_of_it(world, tmp_path):
    adopted(world, world.draft(title="Theirs"), world.draft(title="Hidden", process=None, site=world.other_site))
    root = taken(world, tmp_path, by=world.owner)
    assert not (root / "data" / "adoptions").exists()
    (said,) = followed(root)
    assert said.endswith("Quality Person adopted The list names records that the maker of this pack may not see.")
    assert json.loads((root / "data/documents/SOP-0001/1.0/metadata.json").read_text())["adopted_with"] is None


def test_the_index_sets_apart_what_does_not_count_and_says_who_was_only_credited(lived, tmp_path):
    root = taken(lived, tmp_path)
    records = {
        each["number"]: dict(each["lists"]) for each in json.loads((root / "data/index.json").read_text())["records"]
    }

    def names(number, heading):
        return [" · ".join(line.split(" · ")[:2]) for line in records[number].get(heading, [])]

    changed = records["SOP-0003 1.0"]["Refused, returned or no longer valid"]
    assert names("SOP-0003 1.0", "Signed by") == ["Approver Person · Approved"]
    assert [line.partition("UTC · ")[2] for line in changed] == [
        "no longer valid: the content has changed since",
        "Step 4 is missing. · no longer valid: the content has changed since",
    ]
    void = records["SOP-0004 1.0"]["Refused, returned or no longer valid"]
    assert [line.partition("UTC · ")[2] for line in void] == [
        "no longer valid: what it agreed to did not come about",
        "Not today.",
    ]
    assert [line.rpartition(" · ")[0] for line in records["SOP-0005 1.0"]["Acknowledged by"]] == [
        "Author Person · credited as author",
        "Approver Person · credited as approver",
        "Reader Person",
    ]
    assert names("SOP-0005 1.0", "Excused") == ["Stranger Person · signed by Quality Person"]
    assert names("SOP-0005 1.0", "Signed by") == ["Approver Person · Approved"]


def entries(root):
    lines = [json.loads(line) for line in (root / "data" / "trail" / "entries.jsonl").read_text().splitlines()]
    return [json.loads(line["leaf"]) for line in lines[:-1]], lines[-1]


def test_the_trail_in_a_pack_tells_of_no_draft_and_not_of_what_readers_asked(world, tmp_path):
    plain = world.effective()
    ask(plain, [world.reader.pk], today())
    objection = services.object_to(revision_id=plain.pk, by=world.reader, text="I have no such gauge.")
    services.answer_objection(objection_id=objection.pk, by=world.owner, answer="Ask the store.")
    comment(row=plain, text="Really?", by=world.colleague)
    draft = world.next_revision(plain.document)
    other = world.draft(title="Elsewhere").document
    link(row=plain.document, to=other, kind="refers", by=world.quality)
    leaves, _end = entries(taken(world, tmp_path))
    told = {(model, key) for leaf in leaves for model, key, _hash in leaf["targets"]}
    assert told & {("documents.revision", str(draft.pk)), ("documents.document", str(other.pk))} == set()
    verbs = [leaf["verb"] for leaf in leaves]
    assert verbs == [
        "documents.created",
        "documents.draft_started",
        "documents.submit_for_review",
        "documents.agree_in_review",
        "documents.start_approval",
        "documents.approve",
        "documents.complete_approval",
        "documents.take_effect",
    ]


def test_the_trail_in_a_pack_keeps_to_the_period_and_the_readme_says_which(world, tmp_path):
    change_setting(key="organization.zone", value="Asia/Tokyo", by=world.quality)
    past, yesterday = timezone.now() - timedelta(days=9), today() - timedelta(days=1)
    Revision.objects.filter(pk=world.effective().pk).update(effective_at=past)
    root = taken(world, tmp_path, selection=Selection(since=past.date(), until=yesterday))
    leaves, end = entries(root)
    assert (leaves, end["end"]) == ([], f"{yesterday}T14:59:59.999999Z")
    said = f"from {past.date()} 00:00:00 JST to {yesterday} 23:59:59 JST"
    texts = [(root / name).read_text() for name in ("README.txt", "data/index.html")]
    assert [said in text for text in texts] == [True, True]
