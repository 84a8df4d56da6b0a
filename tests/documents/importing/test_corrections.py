"""A plan is corrected line by line in the browser, thrown away, run, and what came in is corrected before adoption."""

import zipfile

import pytest
from django.urls import reverse
from django.utils import timezone

from documents.imports import import_folder
from documents.models import Document, Revision
from qms.imports.models import ImportRun
from qms.jobs.queries import jobs_due
from qms.jobs.services import run as run_job

pytestmark = pytest.mark.django_db

TEXTS = {"QP-07 Goods rev B.md": "old", "QP-07 Goods rev C.md": "new", "Cleaning.md": "c", "Packing.md": "p"}


def work():
    for job in jobs_due(timezone.now()):
        if job.kind.startswith("documents.import"):
            run_job(job_id=job.pk)


def page(name, *keys):
    return reverse(f"documents:{name}", args=keys)


@pytest.fixture
def planned(client, world, tmp_path):
    """A zip that was sent in the browser and read."""
    path = tmp_path / "folder.zip"
    with zipfile.ZipFile(path, "w") as package:
        for name, text in TEXTS.items():
            package.writestr(name, f"# {name.split()[1] if 'QP' in name else name[:-3]}\n\n{text}\n")
        package.writestr("list.csv", "a,b\n1,2\n")
        package.writestr("Thumbs.db", "x")
    client.force_login(world.quality)
    with path.open("rb") as stream:
        client.post(page("imports"), {"file": stream, "mapping": ""})
    work()
    return ImportRun.objects.get()


def corrections(client, run, **said):
    """Return what the forms of a plan send, with corrections by file name and field."""
    sent = {}
    for line in client.get(page("import", run.pk)).context["lines"]:
        for field in line.form or []:
            value = said.get(line.row.name, {}).get(field.name, field.initial)
            sent |= {field.html_name: value} if value not in (None, False) else {}
    return sent


def rows(run):
    return {row.name: (row.outcome, *row.proposed[:2]) for row in run.rows.all()}


def test_lines_are_corrected_before_the_run_which_does_what_the_new_plan_says(client, world, planned):
    said = {
        "QP-07 Goods rev C.md": {"number": "QP-70"},
        "Cleaning.md": {"title": "Plates", "owner": "Owner Person", "revision": "7"},
        "Packing.md": {"skip": "on"},
        "list.csv": {"accept": "on"},
    }
    client.post(page("import_start", planned.pk), corrections(client, planned, **said))
    assert Document.objects.count() == 0
    work()
    before = rows(planned)
    assert before == {
        "QP-07 Goods rev B.md": ("new", "QP-70", "SOP"),
        "QP-07 Goods rev C.md": ("new", "QP-70", "SOP"),
        "Cleaning.md": ("new", "SOP", "Plates"),
        "list.csv": ("new", "SOP", "List"),
        "Packing.md": ("left_out",),
        "Thumbs.db": ("left_out",),
    }
    client.post(page("import_start", planned.pk))
    work()
    assert rows(planned) == before
    plates = Revision.objects.get(title="Plates")
    assert (plates.label, plates.document.owner, Document.objects.count()) == ("7", world.owner, 3)
    assert plates.get_absolute_url() in client.get(page("import", planned.pk)).content.decode()


def test_corrections_to_a_plan_that_was_made_anew_are_refused(client, planned):
    sent = {**corrections(client, planned), "1-file": "another.md"}
    answer = client.post(page("import", planned.pk), sent)
    planned.refresh_from_db()
    assert (answer.status_code, planned.state, planned.mapping) == (422, "planned", "")


def test_a_plan_is_thrown_away_and_cannot_run_then(client, planned):
    client.post(page("import_drop", planned.pk))
    client.post(page("import_start", planned.pk))
    planned.refresh_from_db()
    assert (planned.state, Document.objects.count()) == ("dropped", 0)


@pytest.fixture
def brought(world, tmp_path):
    """Two documents that came in."""
    for name in ("QP-07 Goods.md", "QP-08 Tools.md"):
        (tmp_path / name).write_text(f"# {name[6:-3]}\n\n{name}\n")
    return import_folder(folder=tmp_path, mapping_text="", by=world.quality, source="old")


def test_number_and_title_are_corrected_before_adoption_and_what_is_signed_says_so(client, world, brought):
    client.force_login(world.quality)
    document = Document.objects.get(number="QP-07")
    correct = page("correct_found", brought.pk, document.pk)
    refused = client.post(correct, {"number": "qp-08", "title": "Goods"})
    taken = "The number QP-08 belongs to “Tools” already."
    assert (refused.status_code, refused.context["form"].errors["number"]) == (422, [taken])
    client.post(correct, {"number": "QP-70", "title": "Incoming goods"})
    revision = document.revisions.get()
    document.refresh_from_db()
    assert (document.number, document.title, revision.title) == ("QP-70", "Incoming goods", "Incoming goods")
    assert ('"number":"QP-70"' in revision.content.text, '"title":"Incoming goods"' in revision.content.text) == (
        True,
        True,
    )


def test_lines_keep_their_places_when_they_are_corrected_and_the_page_says_why_the_plan_is_there_again(
    client, world, planned
):
    before = [row.name for row in planned.rows.order_by("position")]
    said = {"Packing.md": {"number": "AA-01"}, "Cleaning.md": {"skip": "on"}}
    answer = client.post(page("import_start", planned.pk), corrections(client, planned, **said))
    work()
    shown = client.get(answer.headers["Location"])
    assert "Nothing has come in yet: you had corrected lines." in shown.text
    assert [line.row.name for line in shown.context["lines"]] == before


def test_the_plan_shows_who_becomes_owner_and_the_number_that_comes_next(client, world, planned):
    world.draft()
    lines = {line.row.name: line for line in client.get(page("import", planned.pk)).context["lines"]}
    assert (lines["Cleaning.md"].owner, lines["Cleaning.md"].next_number) == ("Quality Person", "SOP-0002")
    assert (lines["QP-07 Goods rev C.md"].next_number, lines["Thumbs.db"].owner) == ("", "")


def test_the_title_of_a_line_is_taken_from_the_name_of_its_file_with_one_tick(client, world, tmp_path):
    path = tmp_path / "folder.zip"
    with zipfile.ZipFile(path, "w") as package:
        for name in ("Form cleaning.md", "Form packing.md"):
            package.writestr(name, f"# Official Checklist\n\n{name}\n")
        package.writestr("Odd.md", "---\nnumber: <b>7\n---\n# Odd\n\nText.\n")
    client.force_login(world.quality)
    with path.open("rb") as stream:
        client.post(page("imports"), {"file": stream, "mapping": ""})
    work()
    run = ImportRun.objects.get()
    said = {"Form cleaning.md": {"use_name": "on"}}
    client.post(page("import", run.pk), corrections(client, run, **said))
    work()
    titles = {line.row.name: line.told["title"] for line in client.get(page("import", run.pk)).context["lines"]}
    assert titles == {"Form cleaning.md": "Form cleaning", "Form packing.md": "Official Checklist", "Odd.md": "Odd"}
