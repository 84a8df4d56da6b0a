"""Kinds of record and records for the small house whose pages are looked at."""

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from django.utils import timezone

from documents.models import Record, RecordKind
from documents.services.records import Given, Kept, Sighting, add_kind, correct_record, keep_record
from qms.filing.services.files import store


class Shelf(NamedTuple):
    """A kind of which a record is overdue, one of its records that was corrected, and the one that stands."""

    kind: RecordKind
    wrong: Record
    right: Record


def keep_records(world, form) -> Shelf:
    """Keep records of one kind, none of another; `form` is the document that is filled in."""
    told = {"owner": world.owner, "process": world.process, "by": world.quality}
    add_kind(name="Competence records", shows="Who may do what on which machine", **told)
    kind = add_kind(
        name="Calibration certificates of measuring equipment and its reference standards",
        shows="That gauges and the blocks they are compared with measure what they say",
        period_months=12,
        form=form,
        **told,
    )
    file = Kept(store([b"measured"]), "Certificate 2026-0417 of the block set.txt", "text/plain")
    day = timezone.localdate() - timedelta(days=400)
    wrong = keep_record(kind_id=kind.pk, given=Given("2026-0417", day, file=file), by=world.owner)
    given = Given("2026-0418", day, sighting=Sighting(3, "Cabinet 2", "Blocks 1 to 3, none out of date"))
    right = correct_record(record_id=wrong.pk, given=given, reason="Another number", by=world.owner)
    return Shelf(kind, wrong, right)


def visits_of(shelf: Shelf) -> Iterator[tuple[str, str, tuple[int, ...], str]]:
    """Yield who opens which page of records: its name, the person, the keys of its address, the query."""
    for query in ("", "?show=overdue", "?show=ended"):
        yield "documents:records", "quality", (), query
    for name in ("record_kind", "change_record_kind", "end_record_kind", "add_record"):
        yield f"documents:{name}", "quality", (shelf.kind.pk,), ""
    for kept in (shelf.wrong, shelf.right):
        yield "documents:record", "reader", (kept.pk,), ""
    yield "documents:correct_record", "quality", (shelf.right.pk,), ""
    yield "documents:record_file", "reader", (shelf.wrong.pk,), ""
