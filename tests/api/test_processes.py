"""Processes through the API: the register, and the sheet of one."""

from qms.organization.models import Process
from qms.processes.services import End, Need
from qms.processes.states import ResourceKind
from tests.processes.saying import say


def test_the_api_lists_processes_and_answers_the_sheet_of_one(world, program):
    sales = Process.objects.create(number="P02", name="Sales", owner=world.owner)
    described = say(
        world.process,
        world.quality,
        inputs=[End("Order", sales.pk), End("Ring gauge", outside="Customer")],
        outputs=[End("Scrap")],
        needs=[Need(ResourceKind.MEASURING, "Masters of class K")],
        measures="Certificates in time",
        risks="A master is lost",
    )
    reader = program(world.reader)
    listed = reader.get("processes/").json()["results"]
    assert [(row["number"], row["is_active"]) for row in listed] == [("P01", True), ("P02", True)]
    sheet = reader.get(f"processes/{described.pk}/").json()
    assert {name: sheet[name] for name in ("band", "purpose", "inputs", "resources", "measures", "risks", "open")} == {
        "band": "core",
        "purpose": "To calibrate.",
        "inputs": [
            {"what": "Order", "process": sales.pk, "outside": ""},
            {"what": "Ring gauge", "process": None, "outside": "Customer"},
        ],
        "resources": [{"kind": "measuring", "what": "Masters of class K"}],
        "measures": ["Certificates in time"],
        "risks": ["A master is lost"],
        "open": ["Output “Scrap”: nobody takes it."],
    }
    hidden = program(world.it)
    assert [hidden.get(path).status_code for path in ("processes/", f"processes/{described.pk}/")] == [404, 404]
