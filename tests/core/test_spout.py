"""Very many rows at once are the rows that one at a time would have been, on both databases."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction

from qms.core.actors import SYSTEM
from qms.core.canonical import sha256
from qms.core.spout import BLOCK, Spout, spouts
from qms.duties.models import Duty
from qms.organization.models import Site
from qms.trail.models import Entry, EntryTarget
from qms.trail.services import Draft, Target, pour_entries, record_many

pytestmark = [pytest.mark.both, pytest.mark.django_db]
AT = datetime(2026, 11, 19, 13, 30, 5, 123456, tzinfo=UTC)
ODD = 'tab\t, line\nend, back\\slash, "quotes", \\N, ärger, 漢字'


def test_values_of_every_kind_come_back_as_they_were_given(world):
    with (
        transaction.atomic(),
        spouts((Duty, "person", "kind", "subject_model", "subject_key", "opened_at", "due_on")) as (duties,),
    ):
        key = duties.add(world.reader.pk, "kind", ODD, "7", AT, date(2026, 12, 1))
    duty = Duty.objects.get(pk=key)
    assert (duty.person, duty.subject_model, duty.opened_at, duty.due_on) == (world.reader, ODD, AT, date(2026, 12, 1))
    assert (duty.step, duty.closed_at, duty.outcome) == (0, None, "")


def test_keys_go_on_between_blocks_and_rows_made_the_usual_way():
    with transaction.atomic():
        before = Site.objects.create(code="A", name="A").pk
        spout = Spout(Site, "code", "name")
        keys = [spout.add(f"B{number}", "B") for number in range(BLOCK + 3)]
        spout.close()
        after = Site.objects.create(code="C", name="C").pk
    assert len({before, *keys, after}) == Site.objects.count() == BLOCK + 5
    assert Site.objects.get(code=f"B{BLOCK + 2}").pk == keys[-1]


def test_a_key_can_be_asked_for_before_its_row_is_there():
    with transaction.atomic():
        spout = Spout(Site, "code", "name")
        key = spout.key()
        spout.add("X", "X", key=key)
        spout.close()
    assert Site.objects.get(pk=key).code == "X"


def test_entries_poured_have_the_bytes_of_entries_recorded():
    draft = Draft("trail.tested", (Target("organization.site", "1", "ab" * 32), Target("x.y", "2")), {"text": ODD})
    with transaction.atomic(), pour_entries() as write:
        write(draft, "person:7", AT)
    with transaction.atomic():
        record_many([draft], by=SYSTEM, at=AT + timedelta(days=1))
    poured, recorded = Entry.objects.select_related("detail").order_by("pk")
    assert (poured.at, poured.actor, poured.verb, poured.detail.text) == (
        AT,
        "person:7",
        draft.verb,
        recorded.detail.text,
    )
    assert sha256(bytes(poured.detail.salt) + poured.detail.text.encode()) == poured.detail_hash
    same = recorded.leaf.replace(recorded.detail_hash, poured.detail_hash).replace(str(recorded.uid), str(poured.uid))
    assert same.replace('"system"', '"person:7"').replace("2026-11-20", "2026-11-19") == poured.leaf
    targets = EntryTarget.objects.filter(entry=poured).order_by("pk").values_list("model", "key")
    assert list(targets) == [("organization.site", "1"), ("x.y", "2")]


@pytest.mark.django_db(transaction=True)
def test_entries_are_poured_in_a_transaction_only():
    with pytest.raises(RuntimeError), pour_entries():
        pass
