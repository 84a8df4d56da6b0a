"""The processes' part of the demo: each is described when the system is set up."""

from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import yaml

from qms.core.seams.demo import Days, DemoPart, Scene
from qms.organization.demo_loading import person
from qms.organization.demo_loading import told as organization
from qms.organization.models import Process
from qms.processes.services import End, Need, describe
from qms.processes.states import Band, ResourceKind

FILE = Path(__file__).parent / "demo" / "processes.yaml"
TEN = 10 * 60  # minutes after midnight
AUTHOR = "miriam.okafor"


@cache
def told() -> dict[str, Any]:
    """Return what the file tells."""
    found: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return found


def scenes(days: Days) -> Iterator[Scene]:
    """Yield how each process was described, in the weeks after the system was set up."""
    begin = organization()["system"]["set_up"]
    for at, number in enumerate(told()["described"]):
        yield Scene(days.at(begin + 20, TEN + at), partial(_describe, number))


def _describe(number: str) -> None:
    said = told()["described"][number]
    keys = dict(Process.objects.values_list("number", "pk"))
    flows = told()["flows"]
    needs = told()["needs"].get(number, {})
    describe(
        process_id=keys[number],
        band=Band(said["band"]),
        purpose=said["purpose"],
        measures="\n".join(said["measures"]),
        risks="\n".join(said["risks"]),
        inputs=[_end(what, maker, keys) for what, maker, taker in flows if taker == number],
        outputs=[_end(what, taker, keys) for what, maker, taker in flows if maker == number],
        needs=[Need(ResourceKind(kind), what) for kind, things in needs.items() for what in things],
        by=person(AUTHOR),
    )


def _end(what: str, party: str, keys: dict[str, int]) -> End:
    return End(what, keys.get(party), "" if party in keys else party)


PART = DemoPart(scenes)
