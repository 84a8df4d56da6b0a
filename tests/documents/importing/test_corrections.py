"""A plan is corrected line by line in the browser, thrown away, run, and what came in is corrected before adoption."""

import zipfile

import pytest
from django.urls import reverse
from django.utils import timezone

from documents.imports import import_folder
from documents.models import Document, Revision
from documents.services import adoption_hash
from documents.services.correcting import correct_migrated
from qms.core.errors import RuleBroken
from qms.imports.models import ImportRun
from qms.jobs.queries import jobs_due
from qms.jobs.services import run as run_job
from tests.world import PASSWORD

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


def test_only_the_documents_that_are_ticked_are_adopted(client, world, brought):
    client.force_login(world.quality)
    goods = Revision.objects.get(document__number="QP-07")
    adopt = page("adopt", brought.pk)
    nothing = client.post(adopt, {"choose": "1"})
    assert [str(each) for each in nothing.context["messages"]] == ["Tick at least one document."]
    shown = client.post(adopt, {"choose": "1", "chosen": [goods.pk]})
    assert shown.context["chosen"] == {goods.pk}
    signed = {"batch": str(goods.pk), "content_hash": adoption_hash([goods]), "password": PASSWORD}
    client.post(adopt, signed)
    states = Revision.objects.order_by("document__number").values_list("document__number", "state")
    assert list(states) == [("QP-07", "effective"), ("QP-08", "migrated")]
    with pytest.raises(RuleBroken, match="adopted already"):
        correct_migrated(document_id=goods.document_id, number="X-1", title="X", by=world.quality)
