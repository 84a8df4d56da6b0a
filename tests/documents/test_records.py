"""Kinds of record and records: who adds them, what is refused, what counts as evidence and until when."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents.models import Record, RecordKind
from documents.offered import KINDS_OFFERED, RECORDS_OFFERED
from documents.queries.kept import KIND, RECORD, due_of, kinds_visible_to, records_visible_to
from documents.services.records import (
    Given,
    Kept,
    Sighting,
    add_kind,
    ask_for_records,
    change_kind,
    correct_record,
    end_kind,
    keep_record,
)
from qms.core.actors import SYSTEM
from qms.core.canonical import sha256
from qms.core.days import add_months
from qms.core.errors import NotPermitted, RuleBroken
from qms.core.ids import uuid7
from qms.duties.models import Duty
from qms.filing.services.files import store_bytes
from qms.organization.models import Process
from qms.organization.queries import today
from qms.organization.services import deactivate_person
from qms.organization.states import Role
from qms.search.models import SearchEntry
from qms.standards.catalogue import Catalogue, ClauseRow
from qms.standards.models import Edition
from qms.standards.queries.evidence import standing_of
from qms.standards.services.links import link
from qms.standards.services.loading import load_catalogue
from qms.standards.states import EditionState, Keeps
from qms.trail.models import Entry, EntryTarget

pytestmark = [pytest.mark.django_db, pytest.mark.both]
SEEN = Sighting(12, "Laboratory system", "Certificates of all dial indicators, none out of date")


def kind_of(world, **fields) -> RecordKind:
    told = {"name": "Calibration certificates", "shows": "Fitness of gauges", "owner": world.owner, **fields}
    return add_kind(**{"by": world.quality, "process": world.process, "period_months": 12, **told})


def kept(world, kind, day=None, by=None, **fields) -> Record:
    told = {"title": "C-1", "happened_on": day or today(), "sighting": SEEN, **fields}
    return keep_record(kind_id=kind.pk, given=Given(**told), by=by or world.quality)


def file_of(text: bytes = b"ok") -> Kept:
    return Kept(store_bytes(text), "certificate.pdf", "application/pdf")


@pytest.fixture
def fitness(world) -> Edition:
    clauses = (ClauseRow("7.1.5", "Gauges", 1, keeps=Keeps.RETAIN),)
    catalogue = Catalogue("ISO 9001", "2015", "Quality", state=EditionState.CURRENT, clauses=clauses)
    return load_catalogue(catalogue=catalogue, sha256="0", by=SYSTEM).clauses.get(number="7.1.5")


def linked(world, clause, row, model=KIND, **fields):
    return link(model=model, keys=[str(row.pk)], clauses=[clause], by=world.quality, **fields)


def state(clause, at=None) -> str:
    return standing_of(clause, at).status.state


def test_a_record_keeps_a_clause_current_until_its_period_is_over_and_then_it_is_stale_by_itself(world, fitness):
    kind = kind_of(world)
    linked(world, fitness, kind)
    assert state(fitness) == "none"
    kept(world, kind, today() - timedelta(days=30))
    last = add_months(today() - timedelta(days=30), 12)
    changes = standing_of(fitness).changes
    with time_machine.travel(timezone.now().replace(year=last.year, month=last.month, day=last.day)):
        assert state(fitness) == "current"
    with time_machine.travel(timezone.now() + (last - today()) + timedelta(days=1)):
        found = standing_of(fitness).status
        assert (found.state, found.lacks, state(fitness, changes[0] - timedelta(seconds=1))) == (
            "stale",
            ("retain",),
            "current",
        )


def test_a_newer_record_prolongs_it_without_a_gap(world, fitness):
    kind = kind_of(world)
    linked(world, fitness, kind)
    kept(world, kind, today() - timedelta(days=300))
    first = standing_of(fitness).changes[0]
    kept(world, kind, title="C-2")
    assert (state(fitness), standing_of(fitness).changes[0] > first) == ("current", True)
    assert state(fitness, first + timedelta(days=1)) == "current"


def test_a_record_that_was_corrected_no_longer_counts(world, fitness):
    kind = kind_of(world)
    linked(world, fitness, kind)
    wrong = kept(world, kind, day=today() - timedelta(days=1))
    right = Given("C-1", add_months(today(), -24), sighting=SEEN)
    assert state(fitness) == "current"
    made = correct_record(record_id=wrong.pk, given=right, reason="The year was typed wrong.", by=world.quality)
    assert (state(fitness), made.supersedes) == ("stale", wrong)
    with pytest.raises(RuleBroken, match="corrected already"):
        correct_record(record_id=wrong.pk, given=right, reason="Again", by=world.quality)


def test_a_kind_that_ends_is_evidence_no_more_and_takes_no_more_records(world, fitness):
    kind = kind_of(world)
    linked(world, fitness, kind)
    single = kept(world, kind)
    linked(world, fitness, single, RECORD)
    before = timezone.now()
    end_kind(kind_id=kind.pk, by=world.quality, reason="The laboratory was closed.")
    assert (state(fitness), state(fitness, before)) == ("stale", "current")
    with pytest.raises(RuleBroken, match="has ended: no more records"):
        kept(world, kind)
    with pytest.raises(RuleBroken, match="has ended"):
        change_kind(kind_id=kind.pk, by=world.quality, name="Other")


def test_a_record_of_one_site_does_not_serve_another(world, fitness):
    kind = kind_of(world, process=None)
    linked(world, fitness, kind)
    kept(world, kind, site=world.site)
    assert (state(fitness), standing_of(fitness).status.lacks) == ("none", ("retain",))
    kept(world, kind, site=world.other_site)
    assert state(fitness) == "current"


def test_without_a_period_one_record_is_enough_and_a_period_given_later_counts_at_once(world, fitness):
    kind = kind_of(world, period_months=None)
    linked(world, fitness, kind)
    linked(world, fitness, kept(world, kind, add_months(today(), -40)), RECORD)
    assert (state(fitness), standing_of(fitness).changes, due_of(kind)[1]) == ("current", None, None)
    change_kind(kind_id=kind.pk, by=world.quality, period_months=36, reason="A contract asks for it.")
    assert state(fitness) == "stale"
    detail = Entry.objects.filter(verb="documents.record_kind_changed").get().detail.text
    assert '"after":{"period_months":36},"before":{"period_months":null}' in detail


def test_a_record_linked_by_itself_counts_alone(world, fitness):
    kind = kind_of(world)
    one, other = kept(world, kind), kept(world, kind, title="C-2")
    linked(world, fitness, one, RECORD)
    assert state(fitness) == "current"
    correct_record(record_id=one.pk, given=Given("C-1b", today()), reason="Another number", by=world.quality)
    assert (state(fitness), Record.objects.filter(correction=None, pk=other.pk).count()) == ("stale", 1)


def test_what_is_offered_of_many_records_is_asked_by_one_question(world):
    kind, now = kind_of(world, process=None), timezone.now()
    places = [(site, process) for site in (None, world.site, world.other_site) for process in (None, world.process)]
    Record.objects.bulk_create(
        Record(
            uid=uuid7(),
            kind=kind,
            title=f"C-{number}",
            happened_on=today() - timedelta(days=number),
            site=places[number % 6][0],
            process=places[number % 6][1],
            recorded_at=now,
            recorded_by=world.quality,
            sighted=1,
            sighted_at_place="Shelf",
            sighted_words="Whole",
        )
        for number in range(600)
    )
    key = str(kind.pk)
    with CaptureQueriesContext(connection) as asked:
        offers = KINDS_OFFERED.offers([key], now)[key]
    told = [each["sql"] for each in asked if "documents_record" in each["sql"]]
    assert (len(told), len(asked), len(offers), len({offer.until for offer in offers})) == (1, 2, 6, 6)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {told[0]}")
            assert "record_last_of_place" in str(cursor.fetchall())


def test_the_next_is_wanted_where_it_is_wanted_first_and_nowhere_that_is_out_of_use(world):
    kind = kind_of(world, process=None)
    assert kind.wanted_by == add_months(today(), 12)
    kept(world, kind, add_months(today(), -6), site=world.site)
    kept(world, kind, add_months(today(), -10), site=world.other_site)
    kind.refresh_from_db()
    assert (kind.last_on, kind.wanted_by) == (
        add_months(today(), -6),
        add_months(add_months(today(), -10), 12),
    )
    world.other_site.is_active = False
    world.other_site.save()
    assert due_of(kind)[1] == add_months(add_months(today(), -6), 12)


def test_the_owner_owes_a_record_thirty_days_before_it_is_wanted_until_a_newer_one_is_there(world):
    kind = kind_of(world)
    kept(world, kind, add_months(today(), -11))
    assert world.owed(world.owner) == ["documents.record_wanted"]
    assert ask_for_records() == 0
    kept(world, kind)
    assert world.owed(world.owner) == []
    with time_machine.travel(timezone.now() + timedelta(days=340)):
        assert (ask_for_records(), world.owed(world.owner)) == (1, ["documents.record_wanted"])
    assert list(Duty.objects.filter(outcome="done").values_list("kind", flat=True)) == ["documents.record_wanted"]


def test_what_is_owed_goes_with_owner_and_end(world):
    kind = kind_of(world)
    kept(world, kind, add_months(today(), -13))
    change_kind(kind_id=kind.pk, by=world.quality, owner=world.colleague)
    assert (world.owed(world.owner), world.owed(world.colleague)) == ([], ["documents.record_wanted"])
    end_kind(kind_id=kind.pk, by=world.quality, reason="Bought outside now.")
    assert world.owed(world.colleague) == []
    assert set(Duty.objects.values_list("outcome", flat=True)) == {"moved", "void"}


def test_process_owners_keep_kinds_and_records_of_their_process_and_the_owner_of_a_kind_adds_to_it(world):
    other = Process.objects.create(number="P02", name="Sales", owner=world.owner, site=world.site)
    mine, theirs = kind_of(world, by=world.owner, owner=world.reader), kind_of(world, name="Orders", process=other)
    assert kept(world, mine, by=world.reader).recorded_by == world.reader
    assert kept(world, mine, by=world.owner).process == world.process
    theirs = change_kind(kind_id=theirs.pk, by=world.quality, owner=world.colleague)
    for refused in (
        lambda: kept(world, theirs, by=world.owner),
        lambda: kept(world, mine, by=world.colleague),
        lambda: change_kind(kind_id=theirs.pk, by=world.owner, name="Mine"),
        lambda: change_kind(kind_id=mine.pk, by=world.reader, name="Mine"),
        lambda: change_kind(kind_id=mine.pk, by=world.owner, process=other),
        lambda: kind_of(world, name="More", by=world.owner, process=None),
    ):
        with pytest.raises(NotPermitted):
            refused()


def test_who_reads_documents_in_a_place_reads_its_records(world):
    plant = world.person("plant")
    world.give(plant, Role.READER, site=world.other_site)
    kind = kind_of(world, process=None)
    here, there = kept(world, kind, site=world.site), kept(world, kind, site=world.other_site)
    at_head_office = kind_of(world, name="Orders", process=None, site=world.site)
    assert set(records_visible_to(world.reader)) == {here, there}
    assert set(records_visible_to(plant)) == {there}
    assert set(kinds_visible_to(plant)) == {kind}
    assert set(kinds_visible_to(world.reader)) == {kind, at_head_office}
    for nobody in (world.it, world.stranger):
        assert (list(kinds_visible_to(nobody)), list(records_visible_to(nobody))) == ([], [])


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"happened_on": date(2200, 1, 1)}, "still to come"),
        ({"happened_on": date(1950, 1, 1)}, "50 years back"),
        ({"title": "  "}, "numbered or named"),
        ({"title": "C\x07-1"}, "cannot be read"),
        ({"title": "C-\u202e1"}, "cannot be read"),
        ({"title": "x" * 201}, "at most 200"),
        ({"sighting": None}, "Put the file in"),
        ({"sighting": replace(SEEN, count=0)}, "how many"),
        ({"sighting": replace(SEEN, seen=" ")}, "how many"),
    ],
)
def test_what_is_no_record_is_refused_in_words(world, wrong, words):
    kind = kind_of(world)
    entries = Entry.objects.count()
    with pytest.raises(RuleBroken, match=words):
        kept(world, kind, **{**wrong, "day": wrong.get("happened_on")})
    assert (Record.objects.count(), Entry.objects.count()) == (0, entries)


def test_a_file_and_a_sighting_at_once_and_the_site_of_another_are_refused(world):
    kind = kind_of(world, site=world.site)
    with pytest.raises(RuleBroken, match="not both"):
        kept(world, kind, file=file_of())
    with pytest.raises(RuleBroken, match="own site and process"):
        kept(world, kind, site=world.other_site)
    wrong = kept(world, kind)
    with pytest.raises(RuleBroken, match="Please give a reason"):
        correct_record(record_id=wrong.pk, given=Given("C", today()), reason=" ", by=world.quality)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": " "}, "A name is missing"),
        ({"name": "calibration  CERTIFICATES"}, "is taken"),
        ({"name": "a\x00b"}, "cannot be read"),
        ({"name": "Other", "shows": ""}, "what these records show"),
        ({"name": "Other", "period_months": 0}, "between 1 and 600"),
    ],
)
def test_a_kind_that_is_none_is_refused_in_words(world, wrong, words):
    kind_of(world)
    with pytest.raises(RuleBroken, match=words):
        kind_of(world, **wrong)
    assert RecordKind.objects.count() == 1


def test_the_name_of_an_ended_kind_is_free_and_nobody_who_left_owns_one(world):
    end_kind(kind_id=kind_of(world).pk, by=world.quality, reason="Named anew")
    assert kind_of(world).is_active
    deactivate_person(person_id=world.colleague.pk, by=world.it)
    world.colleague.refresh_from_db()
    with pytest.raises(RuleBroken, match="has left"):
        kind_of(world, name="Other", owner=world.colleague)


def test_a_record_names_the_revision_of_its_form_that_was_in_force_on_its_day(world):
    form = world.effective(title="Calibration sheet")
    kind = kind_of(world, form=form.document)
    assert kept(world, kind).form_revision == form
    assert kept(world, kind, today() - timedelta(days=3)).form_revision is None


def test_a_record_is_written_once_with_its_hash_in_the_trail(world):
    made = kept(world, kind_of(world), sighting=None, file=file_of(b"certificate"))
    entry = Entry.objects.get(verb="documents.record_kept")
    assert sha256(made.canonical()) in entry.leaf
    assert EntryTarget.objects.filter(entry=entry, model=RECORD, key=str(made.pk)).count() == 1
    assert made.file.sha256 in entry.detail.text
    with pytest.raises(TypeError):
        made.save()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE documents_record SET title = 'x'")


def test_kinds_are_named_by_their_name_and_records_by_theirs_where_only_one_carries_it(world):
    kind = kind_of(world)
    one = kept(world, kind)
    for _twice in range(2):
        kept(world, kind, title="C-2")
    assert KINDS_OFFERED.numbered(["CALIBRATION certificates", "none"], world.reader) == {
        "CALIBRATION certificates": str(kind.pk)
    }
    assert RECORDS_OFFERED.numbered(["C-1", "C-2"], world.reader) == {"C-1": str(one.pk)}
    told = RECORDS_OFFERED.described([str(one.pk)], world.reader)[str(one.pk)]
    assert (told.number, told.title, told.url) == ("", f"{kind.name}: C-1", one.get_absolute_url())
    assert KINDS_OFFERED.described([str(kind.pk)], world.reader)[str(kind.pk)].title == kind.name
    assert KINDS_OFFERED.linkable([str(kind.pk)], world.owner) == {str(kind.pk)}
    assert KINDS_OFFERED.linkable([str(kind.pk)], world.reader) == set()
    assert RECORDS_OFFERED.linkable([str(one.pk)], world.owner) == {str(one.pk)}
    assert RECORDS_OFFERED.linkable([str(one.pk)], world.author) == set()


def test_search_finds_kinds_and_the_records_that_stand(world):
    kind = kind_of(world)
    wrong = kept(world, kind)
    made = correct_record(record_id=wrong.pk, given=Given("C-9", today()), reason="Number", by=world.quality)
    found = SearchEntry.objects.filter(subject_model__in=[KIND, RECORD])
    assert set(found.values_list("subject_model", "subject_key")) == {(KIND, kind.pk), (RECORD, made.pk)}
