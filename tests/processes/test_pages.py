"""The pages of processes: one list, one sheet each, described and changed by those who may."""

import pytest
from django.template import Template
from django.urls import reverse

from qms.core.seams.panels import Panel, process_panels
from qms.organization.models import Process
from qms.processes.queries import sheet_of
from qms.processes.services import End
from tests.processes.saying import flows, form, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def sales(world):
    return Process.objects.create(number="P02", name="Sales", owner=world.owner)


def at(name, *keys):
    return reverse(f"processes:{name}", args=keys)


@pytest.mark.parametrize("count", [1, 4])
def test_the_map_and_the_sheet_take_the_same_few_queries_however_many_processes_there_are(
    world, client, django_assert_num_queries, count
):
    for number in range(count):
        made = Process.objects.create(number=f"Q{number}", name=f"Process {number}", owner=world.owner, site=world.site)
        say(made, world.quality, outputs=[End(f"Thing {number}", world.process.pk)])
        Process.objects.create(number=f"X{number}", name="Ended", is_active=False)
    client.force_login(world.reader)
    client.get(at("register"))
    with django_assert_num_queries(9):
        page = client.get(at("register"))
    with django_assert_num_queries(14):
        client.get(at("sheet", world.process.pk))
    assert (len(page.context["drawing"].arrows), len(page.context["out_of_use"])) == (count, count)


def test_a_process_is_described_in_the_browser_and_a_number_names_another_process(world, client, sales):
    client.force_login(world.owner)
    address = at("describe", world.process.pk)
    rest = {
        "outputs": [("Certificate", "Customer")],
        "needs": [("Masters", "measuring")],
        "seen": sheet_of(world.process).mark,
    }
    answer = client.post(address, form(inputs=[("Order", "p02")], **rest))
    assert (answer.status_code, flows()) == (
        302,
        [("Certificate", "P01 Calibration", "Customer"), ("Order", "P02 Sales", "P01 Calibration")],
    )
    refused = client.post(address, form(inputs=[("", "p02")], **rest))
    assert (refused.status_code, b"Please say what it is." in refused.content) == (422, True)


def test_a_process_that_names_itself_by_its_number_is_told_and_is_no_party_outside(world, client):
    client.force_login(world.owner)
    said = form(outputs=[("Gauge", "p01")], seen=sheet_of(world.process).mark)
    page = client.post(at("describe", world.process.pk), said)
    assert (page.status_code, "not to itself" in page.content.decode(), flows()) == (422, True, [])


def test_a_rule_that_says_no_stands_above_the_form_with_all_that_was_typed(world, client):
    client.force_login(world.owner)
    page = client.post(
        at("describe", world.process.pk),
        form(outputs=[("Gauge \x07", "Customer")], purpose="Mine.", seen=sheet_of(world.process).mark),
    )
    text = page.content.decode()
    assert (page.status_code, "holds a sign that cannot be shown" in text, "Mine." in text) == (422, True, True)


def test_who_describes_at_the_same_time_keeps_their_words_and_sees_what_the_other_said(world, client, sales):
    client.force_login(world.owner)
    address = at("describe", world.process.pk)
    seen = client.get(address).context["form"].description["seen"].value()
    say(world.process, world.quality, inputs=[End("Order", sales.pk)])
    mine = form(inputs=[("Enquiry", "Customer")], purpose="My words.", seen=seen)
    told = client.post(address, mine)
    assert (told.status_code, told.context["unsaid"], "My words." in told.content.decode()) == (
        409,
        ["Inputs: Order (P02 Sales)"],
        True,
    )
    again = client.post(address, {**mine, "seen": told.context["form"].description["seen"].value()})
    assert (again.status_code, sheet_of(world.process).description.purpose) == (302, "My words.")
    assert flows() == [("Enquiry", "Customer", "P01 Calibration"), ("Order", "P02 Sales", "")]


def test_a_line_to_a_process_out_of_use_stays_a_line_to_it(world, client, sales):
    say(world.process, world.quality, inputs=[End("Order", sales.pk)])
    Process.objects.filter(pk=sales.pk).update(is_active=False)
    client.force_login(world.owner)
    page = client.get(at("describe", world.process.pk))
    lines = [line["party"].value() for line in page.context["form"].inputs if line["what"].value()]
    client.post(
        at("describe", world.process.pk),
        form(inputs=[("Order", lines[0])], purpose="Else.", seen=sheet_of(world.process).mark),
    )
    assert sheet_of(world.process).description.purpose == "Else."
    assert (flows(), page.context["form"].parties) == ([("Order", "P02 Sales", "P01 Calibration")], [])


@pytest.mark.parametrize("name", ["describe", "change"])
def test_who_may_not_describe_or_change_finds_no_such_page(world, client, name):
    client.force_login(world.author)
    assert client.get(at(name, world.process.pk)).status_code == 404


SEEING = {"quality", "top", "owner", "auditor", "author", "reader"}


@pytest.mark.parametrize("who", ["quality", "top", "owner", "auditor", "author", "reader", "it", "stranger"])
def test_the_register_is_there_for_those_who_may_see_processes(world, client, who):
    client.force_login(getattr(world, who))
    assert client.get(at("register")).status_code == (200 if who in SEEING else 404)


def test_a_process_is_made_handed_over_ended_and_used_again(world, client):
    client.force_login(world.quality)
    client.post(at("create"), {"number": "P9", "name": "Packing", "owner": "author", "site": ""})
    made = Process.objects.get(number="P9")
    answer = client.post(at("change", made.pk), {"number": "P9", "name": "Packing", "owner": "colleague", "site": ""})
    made.refresh_from_db()
    assert (answer["Location"], made.owner) == (at("sheet", made.pk), world.colleague)
    assert [row.holds for row in world.author.assignments.filter(process=made)] == [False]
    taken = client.post(at("create"), {"number": "P9", "name": "Again", "owner": "", "site": ""})
    assert (taken.status_code, taken.context["form"].errors["__all__"]) == (422, ["“P9” is taken."])
    for wanted in ("0", "1"):
        client.post(at("in_use", made.pk), {"in_use": wanted})
        made.refresh_from_db()
        assert made.is_active is (wanted == "1")
    client.force_login(world.owner)
    assert client.post(at("in_use", made.pk), {"in_use": "0"}).status_code == 404


def test_the_sheet_leads_to_the_documents_in_force_of_the_process(world, client):
    revision = world.effective()
    world.draft(title="Not yet")
    client.force_login(world.reader)
    page = client.get(at("sheet", world.process.pk))
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
        found.append("<p>Clauses of P01</p>" in client.get(at("sheet", world.process.pk)).content.decode())
    assert found == [True, False]


def test_names_are_shown_as_they_are_and_never_as_markup(world, client):
    Process.objects.filter(pk=world.process.pk).update(name="<b>Prüfung & 校准</b>")
    say(world.process, world.quality, inputs=[End("<i>x</i>", outside="</svg><script>")])
    client.force_login(world.reader)
    text = client.get(at("register")).content.decode()
    assert ("<script>" in text.split("</svg>")[0], "&lt;/svg&gt;" in text, "<b>Prüfung" in text) == (False, True, False)
