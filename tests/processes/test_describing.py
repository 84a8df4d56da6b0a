"""Saying what a process is for, takes, gives and needs: both ends of a thing stay true to each other."""

import pytest
from django.db import IntegrityError, transaction
from django.template import Template
from django.urls import reverse

from qms.core.errors import NotPermitted, RuleBroken
from qms.core.seams.panels import Panel, process_panels
from qms.organization.models import Process
from qms.processes.models import Flow
from qms.processes.queries import overview, sheet_of
from qms.processes.sequence import Gap
from qms.processes.services import End, Need, describe
from qms.processes.states import Band, ResourceKind
from qms.trail.queries import about

pytestmark = pytest.mark.django_db


@pytest.fixture
def sales(world):
    return Process.objects.create(number="P02", name="Sales", owner=world.owner)


def say(process, by, **said):
    values = {"band": Band.CORE, "purpose": "To calibrate.", "inputs": [], "outputs": [], "needs": [], **said}
    return describe(process_id=process.pk, by=by, **values)


def flows():
    rows = Flow.objects.filter(valid_until=None).order_by("what", "pk")
    return [(row.what, str(row.maker or row.maker_outside), str(row.taker or row.taker_outside)) for row in rows]


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


def test_saying_the_same_again_changes_nothing_and_writes_no_entry(world):
    for _turn in range(2):
        say(world.process, world.quality, inputs=[End("Gauge", outside="Customer")])
    assert [entry.verb for entry in about(world.process)] == ["processes.described"]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"purpose": " "}, "Please say what the process is for."),
        (
            {"needs": [Need(ResourceKind.PEOPLE, str(at)) for at in range(61)]},
            "That is more than one process can show: at most 60 lines.",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_changes_nothing(world, said, words):
    with pytest.raises(RuleBroken, match=words):
        say(world.process, world.quality, **said)
    assert (list(world.process.descriptions.all()), flows()) == ([], [])


def test_a_process_gives_nothing_to_itself(world):
    with pytest.raises(RuleBroken, match="not to itself"):
        say(world.process, world.quality, outputs=[End("Gauge", world.process.pk)])
    with pytest.raises(IntegrityError), transaction.atomic():
        Flow.objects.create(what="x", maker=world.process, taker=world.process, valid_from="2026-01-01T00:00Z")


def test_its_owner_and_quality_describe_a_process_and_nobody_else(world, sales):
    say(world.process, world.owner)
    with pytest.raises(NotPermitted):
        say(sales, world.author)


def test_the_map_and_the_sheet_take_few_queries_however_many_processes_there_are(
    world, client, django_assert_num_queries
):
    client.force_login(world.reader)
    client.get(reverse("processes:register"))
    for at in range(5):
        made = Process.objects.create(number=f"Q{at}", name=f"Process {at}", owner=world.owner)
        say(made, world.quality, outputs=[End(f"Thing {at}", world.process.pk)])
    with django_assert_num_queries(8):
        page = client.get(reverse("processes:register"))
    with django_assert_num_queries(12):
        client.get(reverse("processes:sheet", args=[world.process.pk]))
    assert len(page.context["drawing"].arrows) == 5


def lines(prefix, **said):
    return {f"{prefix}-TOTAL_FORMS": 1, f"{prefix}-INITIAL_FORMS": 0} | {
        f"{prefix}-0-{name}": value for name, value in said.items()
    }


def test_a_process_is_described_in_the_browser_and_a_number_names_another_process(world, client, sales):
    client.force_login(world.owner)
    address = reverse("processes:describe", args=[world.process.pk])
    rest = {
        **lines("out", what="Certificate", party="Customer"),
        **lines("need", what="Masters", kind="measuring"),
        "purpose": "To calibrate.",
        "band": "core",
    }
    answer = client.post(address, {**rest, **lines("in", what="Order", party="p02")})
    assert (answer.status_code, flows()) == (
        302,
        [("Certificate", "P01 Calibration", "Customer"), ("Order", "P02 Sales", "P01 Calibration")],
    )
    refused = client.post(address, {**rest, **lines("in", what="", party="p02")})
    assert (refused.status_code, b"Please say what it is." in refused.content) == (200, True)


def test_who_may_not_describe_finds_no_such_page(world, client):
    client.force_login(world.author)
    assert client.get(reverse("processes:describe", args=[world.process.pk])).status_code == 404


def test_a_process_out_of_use_is_on_no_map(world, sales):
    say(sales, world.quality, outputs=[End("Order", world.process.pk)])
    sales.is_active = False
    sales.save()
    found = overview()
    assert [each.number for each in found.processes] == ["P01"]
    assert [each.gap for each in found.gaps[world.process.pk] if each.what] == [Gap.OUT_OF_USE]


def test_the_sheet_leads_to_the_documents_in_force_of_the_process(world, client):
    revision = world.effective()
    world.draft(title="Not yet")
    client.force_login(world.reader)
    page = client.get(reverse("processes:sheet", args=[world.process.pk]))
    assert [(line.words, line.url, line.note) for line in page.context["legs"]["how"]] == [
        ("SOP-0001 Calibration of gauges", f"/documents/{revision.document_id}/", "1.0")
    ]


def test_another_room_shows_a_panel_on_the_sheet_to_those_it_chooses(world, client, monkeypatch):
    def told(person, process):
        return {"words": f"Clauses of {process.number}"} if person == world.owner else None

    panel = Panel(Template("<p>{{ given.words }}</p>"), told)
    monkeypatch.setattr(process_panels, "_answers", {"test": panel})
    found = []
    for person in (world.owner, world.reader):
        client.force_login(person)
        page = client.get(reverse("processes:sheet", args=[world.process.pk]))
        found.append("<p>Clauses of P01</p>" in page.content.decode())
    assert found == [True, False]
