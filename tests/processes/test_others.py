"""Processes elsewhere: on paper, as a table and in the search."""

import csv
from io import BytesIO, StringIO

import pikepdf
import pytest
from django.urls import reverse

from qms.organization.models import Process
from qms.organization.services import change_process, create_process
from qms.processes.queries import overview
from qms.processes.services import End, Need
from qms.processes.states import ResourceKind
from qms.search.queries import search
from tests.processes.saying import say
from tests.reports.reading import flowing

pytestmark = pytest.mark.django_db


@pytest.fixture
def described(world):
    """Calibration, which takes an order from Sales and gives a certificate to the customer."""
    sales = Process.objects.create(number="P02", name="Sales", owner=world.owner)
    say(
        world.process,
        world.quality,
        inputs=[End("Order", sales.pk), End("Ring gauge", outside="Customer")],
        outputs=[End("Certificate", outside="Customer"), End("Scrap")],
        needs=[Need(ResourceKind.MEASURING, "Masters of class K")],
        measures="Certificates in time",
        risks="A master is lost",
    )
    return world.process


def unsaid(made, words):
    """Return the words that a PDF does not hold."""
    text = flowing(made)
    return [each for each in words if "".join(each.split()) not in text]


def test_the_map_is_printed_with_a_link_on_each_box_then_the_register_and_the_flows(world, client, described):
    client.force_login(world.reader)
    made = client.get(reverse("processes:export", args=["pdf"])).content
    with pikepdf.open(BytesIO(made)) as pdf:
        links = [str(each.A.URI).split("/", 3)[3] for each in pdf.pages[0].Annots]
    said = ("Register", "What goes from whom to whom", "Output “Scrap”: nobody takes it.")
    assert links == [f"processes/{each.pk}/" for each in overview().processes]
    assert unsaid(made, said) == []


def test_a_sheet_is_printed_on_one_page_with_links_to_what_is_beside_it(world, client, described):
    client.force_login(world.reader)
    made = client.get(reverse("processes:sheet_on_paper", args=[described.pk, "pdf"])).content
    sales = Process.objects.get(number="P02")
    with pikepdf.open(BytesIO(made)) as pdf:
        links = [str(each.A.URI).split("/", 3)[3] for each in pdf.pages[0].Annots]
        assert (len(pdf.pages), links) == (1, [f"processes/{sales.pk}/"])
    said = ("To calibrate.", "Order ← P02 Sales", "Masters of class K", "Certificates in time", "A master is lost")
    assert unsaid(made, said) == []


def test_a_sheet_of_which_nothing_was_said_is_printed_too(world, client):
    client.force_login(world.reader)
    made = client.get(reverse("processes:sheet_on_paper", args=[world.process.pk, "pdf"])).content
    assert unsaid(made, ["Nobody has said yet what this process is for."]) == []


def test_the_table_holds_all_that_is_said_one_thing_in_each_line(world, client, described):
    client.force_login(world.reader)
    answer = client.get(reverse("processes:export", args=["csv"]))
    rows = list(csv.reader(StringIO(answer.getvalue().decode("utf-8-sig"))))
    head = next(at for at, row in enumerate(rows) if "Number" in row)
    told = dict(zip(rows[head], rows[head + 1], strict=True))
    assert {name: told[name] for name in ("Inputs", "Outputs", "Resources", "Measures", "Risks and opportunities")} == {
        "Inputs": "Order ← P02 Sales\nRing gauge ← Customer",
        "Outputs": "Certificate → Customer\nScrap → nobody",
        "Resources": "Masters of class K (Measuring equipment)",
        "Measures": "Certificates in time",
        "Risks and opportunities": "A master is lost",
    }
    assert client.get(reverse("processes:export", args=["xlsx"])).status_code == 200
    assert client.get(reverse("processes:export", args=["docx"])).status_code == 404


def found(person, words):
    return [(hit.model, hit.title) for hit in search(person, words)]


def test_a_process_is_found_by_number_name_and_what_goes_in_and_out(world, described):
    made = create_process(number="P07", name="Lapping", by=world.quality)
    calibration, lapping = ("organization.process", "Calibration"), ("organization.process", "Lapping")
    asked = {words: found(world.reader, words) for words in ("Ring gauge", "Certificate", "masters class", "P07")}
    assert asked == {
        "Ring gauge": [calibration],
        "Certificate": [calibration],
        "masters class": [calibration],
        "P07": [lapping],
    }
    change_process(process_id=made.pk, name="Polishing", by=world.quality)
    assert found(world.reader, "polishing") == [("organization.process", "Polishing")]
    assert found(world.stranger, "polishing") == []


def test_the_palette_leads_to_a_process(world, client, described):
    client.force_login(world.reader)
    text = client.get(reverse("home:palette"), {"q": "calibration"}).content.decode()
    assert f'href="{reverse("processes:sheet", args=[described.pk])}"' in text
