"""A folder of procedures comes in: as it is found, once, and can be taken back."""

import json
import shutil

import pytest
from django.core.management import call_command

from documents import services
from documents.importing import Mapping
from documents.imports import as_line, import_folder, planned_rows, read_folder
from documents.models import Document, Revision
from documents.queries.importing import blockers_of
from documents.services import adopt, adoption_hash
from documents.services.importing import undo_run
from qms.core.errors import NotPermitted, RuleBroken
from qms.duties.models import Duty
from qms.signatures.states import Meaning
from tests.corpora import corpus

pytestmark = pytest.mark.django_db

SOP = """---
number: SOP-0042
title: Cleaning of lapping plates
revision: C
owner: Owner Person
effective: 2024-03-01
approved by: Old Boss
---
# Cleaning of lapping plates

Clean the plate.
"""


@pytest.fixture
def folder(tmp_path):
    """Two revisions of one document, a rendition, a duplicate, an empty file and a broken one."""
    place = tmp_path / "procedures"
    (place / "copies").mkdir(parents=True)
    (place / "SOP-0042 rev C.md").write_text(SOP)
    (place / "SOP-0042 rev B.md").write_text(SOP.replace("revision: C", "revision: B").replace("Clean", "Wipe"))
    (place / "copies" / "same.md").write_text(SOP)
    (place / "Zero.txt").write_bytes(b"")
    (place / "broken.docx").write_bytes(b"PK\x03\x04 nothing of a zip")
    return place


def brought(run):
    return {row.name: row.outcome for row in run.rows.all()}


def test_documents_come_in_with_number_label_date_and_approvers_as_found(world, folder):
    (folder / "Zero.txt").unlink()
    import_folder(folder=folder, mapping_text="", by=world.quality, source="old system")
    revisions = Revision.objects.filter(document__number="SOP-0042").order_by("sequence")
    found = [(r.label, r.state, str(r.origin_effective_on), r.origin_approvers) for r in revisions]
    assert found == [
        ("B", "migrated", "2024-03-01", "Old Boss"),
        ("C", "migrated", "2024-03-01", "Old Boss"),
    ]
    assert revisions[0].document.owner == world.owner


def test_a_dry_run_tells_what_the_run_does_and_changes_nothing(world, folder):
    (folder / "Zero.txt").unlink()
    planned = {row.name: row.outcome for row in planned_rows(read_folder(folder, Mapping()))}
    assert Document.objects.count() == 0
    run = import_folder(folder=folder, mapping_text="", by=world.quality, source="old")
    assert brought(run) == planned


def test_running_twice_changes_nothing(world, folder):
    (folder / "Zero.txt").unlink()
    import_folder(folder=folder, mapping_text="", by=world.quality, source="old")
    before = list(Revision.objects.values_list("pk", "label", "state"))
    again = import_folder(folder=folder, mapping_text="", by=world.quality, source="old")
    assert list(Revision.objects.values_list("pk", "label", "state")) == before
    assert sorted(set(brought(again).values())) == ["duplicate", "problem", "unchanged"]


def test_a_broken_file_comes_in_byte_for_byte_only_when_somebody_says_so_and_is_marked(world, folder):
    (folder / "Zero.txt").unlink()
    refused = import_folder(folder=folder, mapping_text="", by=world.quality, source="old")
    assert brought(refused)["broken.docx"] == "problem"
    accepted = "files: {broken.docx: {accept: yes}}"
    row = import_folder(folder=folder, mapping_text=accepted, by=world.quality, source="old").rows.get(
        name="broken.docx"
    )
    assert row.words.startswith("nobody can read it here, it comes in as it is: ")
    body = Revision.objects.get(pk=row.subject_key).bodies.get()
    assert (body.source.size, body.outcome != "text", body.outcome_words != "") == (21, True, True)


def test_an_empty_file_cannot_come_in_as_the_plan_says_and_stops_nothing(world, folder):
    planned = {row.name: row.outcome for row in planned_rows(read_folder(folder, Mapping()))}
    assert planned["Zero.txt"] == "problem"
    run = import_folder(folder=folder, mapping_text="", by=world.quality, source="old")
    assert (brought(run)["Zero.txt"], brought(run)["SOP-0042 rev C.md"]) == ("problem", "new")


def test_an_import_is_taken_back_while_nothing_was_built_on_it(world, folder):
    (folder / "Zero.txt").unlink()
    run = import_folder(folder=folder, mapping_text="", by=world.quality, source="old")
    undo_run(run_id=run.pk, by=world.quality)
    assert set(Revision.objects.values_list("state", flat=True)) == {"cancelled"}
    again = import_folder(folder=folder, mapping_text="", by=world.quality, source="old")
    assert brought(again)["SOP-0042 rev C.md"] == "new"


def test_an_import_that_was_taken_back_has_used_no_number(world, folder):
    (folder / "Zero.txt").unlink()
    discarded = services.create_document(type_=world.procedure, title="Never mind", by=world.author)
    services.discard_draft(revision_id=discarded.revisions.get().pk, by=world.author)
    run = import_folder(folder=folder, mapping_text="", by=world.quality, source="old")
    undo_run(run_id=run.pk, by=world.quality)
    assert Document.objects.filter(number="SOP-0042").count() == 0
    made = services.create_document(type_=world.procedure, title="The next", by=world.author)
    assert (discarded.number, made.number) == ("SOP-0001", "SOP-0002")


def test_a_number_that_was_issued_after_an_import_stays_behind_it(world, folder):
    (folder / "Zero.txt").unlink()
    run = import_folder(folder=folder, mapping_text="", by=world.quality, source="old")
    later = services.create_document(type_=world.procedure, title="Later", by=world.author)
    undo_run(run_id=run.pk, by=world.quality)
    made = services.create_document(type_=world.procedure, title="The next", by=world.author)
    assert (later.number, made.number) == ("SOP-0043", "SOP-0044")


def test_what_was_adopted_is_not_taken_back(world, folder):
    (folder / "Zero.txt").unlink()
    run = import_folder(folder=folder, mapping_text="", by=world.quality, source="old")
    newest = Revision.objects.get(document__number="SOP-0042", label="C")
    proof = world.proof(world.quality, Meaning.ADOPTED, adoption_hash([newest]))
    adopt(revisions=[newest], by=world.quality, proof=proof)
    newest.refresh_from_db()
    assert (newest.state, newest.label, blockers_of(run) != []) == ("effective", "C", True)
    with pytest.raises(RuleBroken, match="built on this import"):
        undo_run(run_id=run.pk, by=world.quality)


def test_adoption_gives_nobody_a_duty_on_the_first_day(world, folder):
    (folder / "Zero.txt").unlink()
    import_folder(folder=folder, mapping_text="", by=world.quality, source="old")
    newest = Revision.objects.get(document__number="SOP-0042", label="C")
    proof = world.proof(world.quality, Meaning.ADOPTED, adoption_hash([newest]))
    adopt(revisions=[newest], by=world.quality, proof=proof)
    assert Duty.objects.count() == 0


def test_numbers_that_are_taken_are_refused_in_words_and_sequences_go_on_behind_those_that_are_kept(world, tmp_path):
    taken = services.create_document(type_=world.procedure, title="Ours", by=world.author)
    texts = {"SOP-0001 Theirs": "A", "SOP_0007 Kept": "B", "Nameless": "C", "QP-09 One": "D", "QP-09 Two": "E"}
    for name, text in texts.items():
        (tmp_path / f"{name}.md").write_text(f"# {name.partition(' ')[2] or name}\n\n{text}\n")
    run = import_folder(folder=tmp_path, mapping_text="", by=world.quality, source="old")
    assert taken.number == "SOP-0001"
    assert {row.name: row.words for row in run.rows.filter(outcome="problem")} == {
        "SOP-0001 Theirs.md": "the number SOP-0001 belongs to “Ours” here: correct it, or leave this out",
        "QP-09 Two.md": (
            "another text under the number and revision of QP-09 One.md: correct one of them, or leave one out"
        ),
    }
    came = Document.objects.exclude(pk=taken.pk).order_by("number").values_list("number", "title")
    assert list(came) == [("QP-09", "One"), ("SOP-0002", "Nameless"), ("SOP_0007", "Kept")]


def test_links_between_files_lead_to_the_documents_and_those_to_nothing_are_text(client, world, tmp_path):
    (tmp_path / "tools").mkdir()
    text = "# Goods\n\n[Tools](tools/WI%204.2%20Tools.md#use) [gone](./gone.md) [out](https://gauge.example/)\n"
    (tmp_path / "QP-07 Goods.md").write_text(text)
    (tmp_path / "tools" / "WI 4.2 Tools.md").write_text("# Tools\n\n[back](../QP-07%20Goods.md)\n")
    import_folder(folder=tmp_path, mapping_text="", by=world.quality, source="old")
    client.force_login(world.quality)
    shown = [client.get(each.get_absolute_url()).content.decode() for each in Revision.objects.order_by("pk")]
    assert (
        '<a href="/go/WI%204.2" rel="noopener noreferrer">Tools</a> gone <a href="https://gauge.example/"' in shown[0]
    )
    assert '<a href="/go/QP-07" rel="noopener noreferrer">back</a>' in shown[1]


def test_what_systems_add_is_listed_as_left_out(world, tmp_path):
    for name in ("Thumbs.db", ".DS_Store", "list.csv"):
        (tmp_path / name).write_bytes(b"x,y")
    rows = planned_rows(read_folder(tmp_path, Mapping()))
    assert [(row.name, row.outcome, row.words) for row in rows] == [
        ("list.csv", "left_out", "data, not a document"),
        (".DS_Store", "left_out", "added by the system, not a document"),
        ("Thumbs.db", "left_out", "added by the system, not a document"),
    ]


def test_an_author_imports_nothing(world, folder):
    with pytest.raises(NotPermitted):
        import_folder(folder=folder, mapping_text="", by=world.author, source="old")


def test_a_mapping_wins_over_what_files_say(world, folder):
    (folder / "Zero.txt").unlink()
    mapping = "files:\n  SOP-0042 rev C.md: {title: Plates}\nrules:\n  - {match: 'copies/*', skip: yes}\n"
    run = import_folder(folder=folder, mapping_text=mapping, by=world.quality, source="old")
    assert Revision.objects.get(label="C").title == "Plates"
    assert brought(run)["copies/same.md"] == "left_out"


def test_a_mapping_that_is_none_is_refused_in_words(world, folder):
    with pytest.raises(RuleBroken, match="unknown fields: colour"):
        import_folder(folder=folder, mapping_text="defaults: {colour: red}", by=world.quality, source="old")


def test_the_command_prints_exactly_what_it_would_do(world, folder, capsys):
    (folder / "Zero.txt").unlink()
    call_command("import_folder", str(folder), "--dry-run")
    heading, *told = capsys.readouterr().out.splitlines()
    columns = "Number | Type | Title | Revision | Owner | Where the number comes from"
    assert heading == f"What happens                  File  {columns}"
    expected = [as_line(row) for row in planned_rows(read_folder(folder, Mapping()))]
    assert told[:-1] == expected
    assert told[-1] == "4 files: 1 duplicate, 2 new, 1 problem (dry run, nothing changed)"


def test_real_renditions_and_revisions_of_one_document_are_one_document(world, tmp_path):
    source = corpus("g2-openchain-docx-xlsx") / "Open-Source-Compliance-Support-Material" / "Activity-Checklists" / "en"
    for name in ("Training.docx", "Training.odt", "Training.pdf", "Policy.docx", "Policy.odt"):
        shutil.copy(source / name, tmp_path / name)
    run = import_folder(folder=tmp_path, mapping_text="", by=world.quality, source="g2")
    assert brought(run) == {"Policy.docx": "new", "Training.docx": "new"}
    training = Revision.objects.get(pk=run.rows.get(name="Training.docx").subject_key)
    assert training.bodies.get().rendition_is_own is True


def test_translations_of_one_text_are_one_document_that_one_of_them_governs(world, tmp_path):
    for language, words in (("de", "Wischen."), ("en", "Wipe."), ("ja", "拭く。")):
        (tmp_path / language).mkdir()
        (tmp_path / language / "Cleaning.md").write_text(f"# Cleaning\n\n{words}\n")
    run = import_folder(folder=tmp_path, mapping_text="", by=world.quality, source="old")
    assert brought(run) == {"en/Cleaning.md": "new"}
    revision = Revision.objects.get()
    bodies = revision.bodies.order_by("language").values_list("language", "governing", "markdown")
    assert list(bodies) == [
        ("de", False, "# Cleaning\n\nWischen.\n"),
        ("en", True, "# Cleaning\n\nWipe.\n"),
        ("ja", False, "# Cleaning\n\n拭く。\n"),
    ]
    assert [each["language"] for each in json.loads(revision.content.text)["bodies"]] == ["en", "de", "ja"]
    assert "also in de, ja" in run.rows.get().words
    again = import_folder(folder=tmp_path, mapping_text="", by=world.quality, source="old")
    assert (brought(again), Revision.objects.count()) == ({"en/Cleaning.md": "unchanged"}, 1)


def test_a_translation_that_comes_after_its_revision_is_left_aside_and_said(world, tmp_path):
    (tmp_path / "en").mkdir()
    (tmp_path / "fr").mkdir()
    (tmp_path / "en" / "Cleaning.md").write_text("# Cleaning\n\nWipe.\n")
    import_folder(folder=tmp_path, mapping_text="", by=world.quality, source="old")
    (tmp_path / "fr" / "Cleaning.md").write_text("# Cleaning\n\nEssuyer.\n")
    words = "not brought in, for the revision is here already: fr"
    assert [row.words for row in planned_rows(read_folder(tmp_path, Mapping()))] == [words]
    again = import_folder(folder=tmp_path, mapping_text="", by=world.quality, source="old")
    assert (brought(again), again.rows.get().words) == ({"en/Cleaning.md": "unchanged"}, words)


def test_real_checklists_in_five_languages_are_one_document(world, tmp_path):
    source = corpus("g2-openchain-docx-xlsx") / "OpenChain-Standards-Self-Certification" / "Checklist"
    name = "iso-5230-2020-Self-Certification-Checklist.md"
    for path in sorted((source / "ISO-IEC-5230").glob(f"*/{name}")):
        shutil.copytree(path.parent, tmp_path / path.parent.name, ignore=shutil.ignore_patterns("Legacy*"))
    import_folder(folder=tmp_path, mapping_text="", by=world.quality, source="g2")
    found = Revision.objects.get().bodies.order_by("language").values_list("language", "governing")
    assert list(found) == [
        ("de", False),
        ("en", True),
        ("ja", False),
        ("ko", False),
        ("zh-hans", False),
        ("zh-hant", False),
    ]


def test_real_procedures_of_a_folder_all_come_in(world):
    folder = corpus("g1-openregulatory-md") / "templates" / "qms"
    run = import_folder(folder=folder, mapping_text="", by=world.quality, source="g1")
    outcomes = sorted(set(brought(run).values()))
    assert (outcomes, len(brought(run))) == (["new"], len(list(folder.rglob("*.md"))))


def test_a_number_of_a_file_that_can_be_none_does_not_come_in_and_the_plan_says_why(world, tmp_path):
    (tmp_path / "Goods.md").write_text("---\nnumber: <b>SOP-7</b>\n---\n# Goods\n\nText.\n")
    run = import_folder(folder=tmp_path, mapping_text="", by=world.quality, source="old")
    told = 'The number “<b>SOP-7</b>” holds one of < > ", which no number may hold. Correct it, or empty it.'
    assert [(row.outcome, row.words) for row in run.rows.all()] == [("problem", told)]


def test_documents_of_one_title_are_told_apart_by_the_names_of_their_files(world, tmp_path):
    for name in ("Checklist cleaning.md", "Checklist packing.md", "Other.md"):
        (tmp_path / name).write_text(f"# {'Other' if name == 'Other.md' else 'Official Checklist'}\n\n{name}\n")
    rows = planned_rows(read_folder(tmp_path, Mapping()))
    assert [(row.name, row.words, json.loads(row.data)["title_of_name"]) for row in rows] == [
        ("Checklist cleaning.md", "the same title as Checklist packing.md", "Checklist cleaning"),
        ("Checklist packing.md", "the same title as Checklist cleaning.md", "Checklist packing"),
        ("Other.md", "", ""),
    ]


HEADS = {
    "straight.md": "# SOP-0001 Cleaning\n\nRevision: 3\nOwner: Owner Person\nDate: 2025-03-01\n\n## Scope\n\nAll.\n",
    "shipping.md": "# Shipping\nDocument no.: SOP-0102\nRevision: 7\nOwner: *Owner Person*\n\nPack it.\n",
    "tight.md": "# SOP-0103 Storing\n\n**Revision:** 2\n**Owner:** Owner Person\n",
    "f.txt": "SOP-0105 Text\n\nRevision: 4\nOwner: Owner Person\n\nRead it.\n",
}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("straight.md", ["SOP-0001", "Cleaning", "3", "Owner Person", "2025-03-01"]),
        ("shipping.md", ["SOP-0102", "Shipping", "7", "Owner Person", None]),
        ("tight.md", ["SOP-0103", "Storing", "2", "Owner Person", None]),
        ("f.txt", ["SOP-0105", "Text", "4", "Owner Person", None]),
    ],
)
def test_each_line_of_a_head_says_what_it_says(world, tmp_path, name, expected):
    (tmp_path / name).write_text(HEADS[name])
    [row] = planned_rows(read_folder(tmp_path, Mapping()))
    told = json.loads(row.data)
    assert [told[field] for field in ("number", "title", "revision", "owner", "effective")] == expected


def test_a_long_text_is_no_revision_until_somebody_says_which_it_is(world, tmp_path):
    (tmp_path / "long.md").write_text("# SOP-0001 Cleaning\n\nRevision: see the list of changes at the end\n\nAll.\n")
    [row] = planned_rows(read_folder(tmp_path, Mapping()))
    assert (row.outcome, row.words, json.loads(row.data)["offers"]) == (
        "problem",
        "which revision is it? The file says “see the list of changes at the end”",
        ["revision", "skip"],
    )
    [answered] = planned_rows(read_folder(tmp_path, Mapping(files={"long.md": {"revision": "3"}})))
    assert (answered.outcome, json.loads(answered.data)["revision"]) == ("new", "3")


def test_a_word_file_that_holds_no_word_asks_as_a_damaged_one_does(world, tmp_path):
    (tmp_path / "Broken.docx").write_text("plain text under the name of a Word file")
    (tmp_path / "Cut.docx").write_bytes(b"PK\x03\x04 nothing of a zip")
    rows = planned_rows(read_folder(tmp_path, Mapping()))
    assert [(row.name, row.outcome, json.loads(row.data)["offers"]) for row in rows] == [
        ("Broken.docx", "problem", ["accept"]),
        ("Cut.docx", "problem", ["accept"]),
    ]
