"""Saying what a process is for, takes, gives and needs: both ends of a thing stay true to each other."""

import pytest
from django.db import IntegrityError, transaction

from qms.core.errors import NotPermitted, RuleBroken, Stale
from qms.organization.history import history_of
from qms.organization.models import Process
from qms.processes.models import Flow
from qms.processes.queries import overview, sheet_of
from qms.processes.sequence import Gap
from qms.processes.services import End, Need
from qms.processes.states import ResourceKind
from qms.trail.queries import about
from tests.processes.saying import flows, say

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def sales(world):
    return Process.objects.create(number="P02", name="Sales", owner=world.owner)


def test_what_one_process_gives_and_another_takes_is_one_thing(world, sales):
    say(sales, world.quality, outputs=[End("Order")])
    say(world.process, world.quality, inputs=[End("order", sales.pk), End("Gauge", outside="Customer")])
    assert flows() == [("Gauge", "Customer", "P01 Calibration"), ("order", "P02 Sales", "P01 Calibration")]


def test_what_is_struck_out_at_one_end_is_open_at_the_other(world, sales):
    say(world.process, world.quality, inputs=[End("Order", sales.pk)])
    say(world.process, world.quality)
    assert flows() == [("Order", "P02 Sales", "")]
    assert [(each.gap, each.what) for each in sheet_of(sales).gaps if each.what] == [(Gap.NOBODY_TAKES, "Order")]


def test_what_was_said_before_is_kept_with_the_time_it_held(world):
    say(world.process, world.quality, needs=[Need(ResourceKind.MEASURING, "Masters")])
    say(world.process, world.quality, purpose="To know.", needs=[Need(ResourceKind.PEOPLE, "Two technicians")])
    needs = [(each.what, each.valid_until is None) for each in world.process.resources.order_by("pk")]
    purposes = [(each.purpose, each.valid_until is None) for each in world.process.descriptions.order_by("pk")]
    assert needs == [("Masters", False), ("Two technicians", True)]
    assert purposes == [("To calibrate.", False), ("To know.", True)]


def test_measures_and_risks_are_said_one_in_each_line(world):
    say(world.process, world.quality, measures=" Certificates in time \r\n\r\nComplaints", risks="A master is lost")
    sheet = sheet_of(world.process)
    assert (sheet.measures, sheet.risks) == (["Certificates in time", "Complaints"], ["A master is lost"])


def test_saying_the_same_again_changes_nothing_and_writes_no_entry(world):
    for _turn in range(2):
        say(world.process, world.quality, inputs=[End("Gauge", outside="Customer")])
    assert [entry.verb for entry in about(world.process)] == ["processes.described"]


def test_the_history_tells_what_came_and_went_at_both_ends(world, sales):
    say(world.process, world.quality)
    say(sales, world.quality, purpose="To sell.")
    say(world.process, world.quality, purpose="To know.", inputs=[End("Order", sales.pk)], measures="Complaints")
    say(world.process, world.quality, purpose="To know.", measures="Complaints")
    told = [each["text"] for each in history_of(sales)]
    assert told == [
        "Quality Person described P01 Calibration: inputs (− Order)",
        "Quality Person described P01 Calibration: purpose; inputs (+ Order); measures",
        "Quality Person described P02 Sales for the first time",
    ]


def test_who_saw_another_sheet_is_told_and_nothing_is_lost(world, sales):
    seen = sheet_of(sales).mark
    say(world.process, world.quality, inputs=[End("Order", sales.pk)])
    with pytest.raises(Stale):
        say(sales, world.quality, purpose="To sell.", seen=seen)
    assert (sales.descriptions.count(), flows()) == (0, [("Order", "P02 Sales", "P01 Calibration")])
    say(sales, world.quality, seen=sheet_of(sales).mark)
    assert sales.descriptions.count() == 1


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"purpose": " "}, "Please say what the process is for."),
        (
            {"needs": [Need(ResourceKind.PEOPLE, str(at)) for at in range(61)]},
            "That is more than one process can show: at most 60 lines.",
        ),
        ({"outputs": [End("Bell \x07")]}, "“Bell \\?” holds a sign that cannot be shown."),
        ({"inputs": [End("Order", outside="Cus\x1btomer")]}, "“Cus\\?tomer” holds a sign that cannot be shown."),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_changes_nothing(world, said, words):
    with pytest.raises(RuleBroken, match=words):
        say(world.process, world.quality, **said)
    assert (list(world.process.descriptions.all()), flows()) == ([], [])


def test_a_thing_said_twice_is_one_and_white_space_is_a_space(world):
    twice = [End("Released gauge", outside="Customer"), End(" released\u00a0 Gauge", outside="customer")]
    say(world.process, world.quality, outputs=[End("Report\t1"), *twice])
    assert flows() == [("Released gauge", "P01 Calibration", "Customer"), ("Report 1", "P01 Calibration", "")]


def test_a_process_gives_nothing_to_itself(world):
    with pytest.raises(RuleBroken, match="not to itself"):
        say(world.process, world.quality, outputs=[End("Gauge", world.process.pk)])
    with pytest.raises(IntegrityError), transaction.atomic():
        Flow.objects.create(what="x", maker=world.process, taker=world.process, valid_from="2026-01-01T00:00Z")


def test_the_database_takes_no_open_thing_twice_and_none_without_a_process(world):
    given = {"what": "x", "maker": world.process, "valid_from": "2026-01-01T00:00Z"}
    Flow.objects.create(**given)
    for wrong in (
        given,
        {"what": "y", "valid_from": "2026-01-01T00:00Z"},
        {**given, "what": "z", "maker_outside": "A"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Flow.objects.create(**wrong)


def test_its_owner_and_quality_describe_a_process_and_nobody_else(world, sales):
    say(world.process, world.owner)
    with pytest.raises(NotPermitted):
        say(sales, world.author)


def test_a_process_out_of_use_is_on_no_map_and_who_takes_from_it_is_told(world, sales):
    say(sales, world.quality, inputs=[End("Enquiry", outside="Customer")], outputs=[End("Order", world.process.pk)])
    sales.is_active = False
    sales.save()
    found = overview()
    assert ([each.number for each in found.processes], [each.what for each in found.flows]) == (["P01"], ["Order"])
    assert [box.node.title for box in found.drawing.boxes] == ["Calibration"]
    assert [each.gap for each in found.gaps[world.process.pk] if each.what] == [Gap.OUT_OF_USE]
