"""Records through the API: read as on the pages, and what was seen elsewhere put in."""

import pytest

from documents.models import Record, RecordKind
from documents.services.records import Given, Kept, Sighting, add_kind, correct_record, keep_record
from qms.filing.services.files import store_bytes
from qms.organization.queries import today
from tests.api.test_costs import MOST, cost

SEEN = Sighting(12, "Shelf 4", "All whole")


@pytest.fixture
def kind(world) -> RecordKind:
    told = {"owner": world.owner, "process": world.process, "period_months": 12, "kept_at": "Shelf 4"}
    return add_kind(name="Certificates", shows="Fitness", by=world.quality, **told)


def keep(world, kind, title="C-1", **fields) -> Record:
    given = Given(title, today(), **{"sighting": SEEN, **fields})
    return keep_record(kind_id=kind.pk, given=given, by=world.quality)


def test_what_was_seen_elsewhere_is_put_in_by_who_may(world, program, kind):
    told = {"kind": kind.pk, "title": "July", "happened_on": today().isoformat(), "count": 12, "seen": "All whole"}
    answer = program(world.owner).post("records/", told)
    made = Record.objects.get()
    found = answer.json()
    assert (answer.status_code, found["record"], found["count"], found["where"], found["sha256"]) == (
        201,
        f"documents.record/{made.pk}",
        12,
        "Shelf 4",
        None,
    )
    assert program(world.reader).post("records/", told).status_code == 403
    assert program(world.stranger).post("records/", told).status_code == 404
    late = program(world.owner).post("records/", {**told, "happened_on": "2199-01-01"})
    assert (late.status_code, Record.objects.count()) == (409, 1)
    other = program(world.owner).post("records/", {**told, "process": world.process.pk, "count": 0})
    assert (other.status_code, list(other.json()["error"]["fields"])) == (422, ["count"])


def test_kinds_and_records_are_read_with_what_corrects_them_and_their_file(world, program, kind):
    file = Kept(store_bytes(b"seven"), "c.txt", "text/plain")
    wrong = keep(world, kind, sighting=None, file=file)
    right = correct_record(record_id=wrong.pk, given=Given("C-2", today()), reason="Number", by=world.quality)
    reader = program(world.reader)
    assert reader.get("record-kinds/").json()["results"] == [reader.get(f"record-kinds/{kind.pk}/").json()]
    assert reader.get("record-kinds/", show="ended").json()["results"] == []
    rows = reader.get("records/", kind=kind.pk).json()["results"]
    assert [(row["id"], row["supersedes"], row["corrected_by"]) for row in rows] == [
        (right.pk, wrong.pk, None),
        (wrong.pk, None, right.pk),
    ]
    assert rows[1] == reader.get(f"records/{wrong.pk}/").json()
    assert b"".join(reader.get(f"records/{right.pk}/file/")) == b"seven"
    assert reader.get("records/", kind="none").json()["results"] == []
    assert program(world.stranger).get(f"records/{wrong.pk}/").status_code == 404


def test_their_lists_cost_the_same_with_one_row_and_with_more(world, program, kind):
    keep(world, kind)
    reader, paths = program(world.reader), ("record-kinds/", "records/")
    before = [cost(reader, path) for path in paths]
    for number in (2, 3):
        keep(world, kind, f"C-{number}")
        add_kind(name=f"Kind {number}", shows="More", owner=world.owner, by=world.quality)
    after = [cost(reader, path) for path in paths]
    assert ([rows for rows, _spent in after], [spent for _rows, spent in after]) == (
        [3, 3],
        [spent for _rows, spent in before],
    )
    assert max(spent for _rows, spent in after) <= MOST
