"""Records in evidence packs: their files, their canonical form that the trail names, what corrects them."""

import hashlib
import json
from datetime import timedelta

import pytest

from documents.packed.kept import CHOICE, count, within
from documents.queries.kept import RECORD
from documents.services.records import Given, Kept, Sighting, add_kind, correct_record, end_kind, keep_record
from qms.core.seams.evidence import Selection
from qms.evidence.queries import what_fits
from qms.evidence.services import build, request_pack
from qms.filing.services.files import store_bytes
from qms.organization.queries import today
from tests.evidence.test_packs import Quietly, unpacked

pytestmark = pytest.mark.django_db


def kind_of(world, name="Certificates", **fields):
    return add_kind(**{"name": name, "shows": "Fitness", "owner": world.owner, "by": world.quality, **fields})


def keep(world, kind, title="C-1", day=None, **fields):
    contents = fields or {"file": Kept(store_bytes(b"seven"), "certificate 7.txt", "text/plain")}
    return keep_record(kind_id=kind.pk, given=Given(title, day or today(), **contents), by=world.quality)


def test_a_pack_holds_each_record_with_its_file_and_what_the_trail_names_of_it(world, tmp_path):
    kind = kind_of(world, process=world.process)
    wrong = keep(world, kind)
    right = correct_record(record_id=wrong.pk, given=Given("C-7", today()), reason="Its number", by=world.quality)
    chosen = Selection(types=(f"{CHOICE}{kind.pk}",))
    asked = request_pack(selection=chosen, words="records", recipient="Auditor", purpose="Audit", by=world.quality)
    root = unpacked(build(pack_id=asked.pk, progress=Quietly()), tmp_path) / "data"
    folder = root / "records" / f"certificates-{kind.pk}"
    assert (folder / str(right.pk) / "certificate 7.txt").read_bytes() == b"seven"
    listed = json.loads((root / "index.json").read_text())["records"]
    assert [(each["number"], each["state"]) for each in listed] == [("C-1", "corrected"), ("C-7", "stands")]
    leaves = [json.loads(line).get("leaf", "") for line in (root / "trail" / "entries.jsonl").read_text().splitlines()]
    for record in (wrong, right):
        told = (folder / str(record.pk) / "record.json").read_bytes()
        assert sum(hashlib.sha256(told).hexdigest() in leaf for leaf in leaves) >= 1
    assert "Its number" in (root / "index.html").read_text()


def test_records_are_narrowed_by_kind_place_and_day_and_left_out_where_documents_are_named(world):
    one, other = kind_of(world, process=world.process), kind_of(world, "Orders")
    keep(world, one, day=today() - timedelta(days=40))
    keep(world, other, sighting=Sighting(3, "Shelf", "Whole"), site=world.site)
    fitting = {
        Selection(): 2,
        Selection(types=(f"{CHOICE}{one.pk}",)): 1,
        Selection(types=("SOP",)): 0,
        Selection(numbers=("SOP-0001",)): 0,
        Selection(processes=(world.process.pk,)): 1,
        Selection(sites=(world.site.pk,)): 1,
        Selection(since=today() - timedelta(days=30)): 1,
        Selection(until=today() - timedelta(days=30)): 1,
        Selection(types=(f"{CHOICE}x",)): 0,
    }
    assert {wanted: count(wanted, world.quality) for wanted in fitting} == fitting
    assert what_fits(Selection(), world.quality) == ["2 records: Certificates, Orders"]


def test_who_may_take_documents_away_takes_records_and_an_ended_kind_is_packed_too(world):
    kind = kind_of(world, process=world.process)
    made = keep(world, kind)
    end_kind(kind_id=kind.pk, by=world.quality, reason="Bought outside")
    found = [count(Selection(), person) for person in (world.quality, world.auditor, world.owner, world.reader)]
    assert found == [1, 1, 1, 0]
    targets = [(RECORD, str(made.pk)), ("documents.recordkind", str(kind.pk))]
    assert (within(targets, world.owner), within(targets, world.reader)) == (True, False)
