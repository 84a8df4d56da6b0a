"""The standards' part of the demo: the library, and the scope of a maker of gauges."""

from collections.abc import Iterator
from functools import partial

from qms.core.seams.demo import Days, DemoPart, Scene
from qms.jobs.services import later
from qms.organization.demo_loading import person, told
from qms.standards import services
from qms.standards.models import Edition
from qms.standards.services.loading import INDEX

NINE = 9 * 60  # minutes after midnight, an hour after the day began on which everything is set up
PRODUCTS = "Design, making, repair and calibration of dial indicators, bore gauges, setting rings and gauge blocks"
ANSWERS = {
    "design": "ourselves",
    "special": "no",
    "measuring": "yes",
    "property": "yes",
    "install": "no",
    "service": "yes",
    "owed": "yes",
    "outside": "yes",
}
NO_SPECIAL_PROCESS = "Hardening is bought outside, and every gauge is measured before it leaves."


def scenes(days: Days) -> Iterator[Scene]:
    """Yield how the library came in, and what the management system was said to cover."""
    begin = told()["system"]["set_up"]
    yield Scene(days.at(begin, NINE + 30), _load)
    yield Scene(days.at(begin + 14, NINE), partial(_confirm, "miriam.okafor"))


def _load() -> None:
    services.load_shipped()
    later(INDEX, subject=("standards.library", ""))


def _confirm(username: str) -> None:
    quality, environment = (Edition.objects.get(standard=each, edition="2015") for each in ("ISO 9001", "ISO 14001"))
    item = services.LeftOut(quality.clauses.get(number="8.5.1"), NO_SPECIAL_PROCESS, "f")
    services.confirm_scope(
        products=PRODUCTS,
        editions=[quality, environment],
        sites=[],
        answers=ANSWERS,
        left_out=[item],
        by=person(username),
    )


PART = DemoPart(scenes, waits=frozenset({INDEX}))
