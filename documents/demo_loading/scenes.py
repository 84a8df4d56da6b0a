"""When each step of the plan is played: in order of its day, then of the documents, then of the steps."""

from collections.abc import Iterator
from functools import partial
from itertools import groupby

from django.utils import timezone

from documents.demo_loading import records
from documents.demo_loading.data import Told, plan
from documents.demo_loading.stage import Stage
from documents.demo_loading.verbs import VERBS
from documents.queries import due_for_review
from documents.services.periodic import ask_owners
from documents.services.records import ask_for_records
from documents.services.release import release_due
from qms.core.seams.demo import Days, DemoPart, Scene
from qms.organization.demo_loading import told as organization

FIRST_MINUTE = 1  # of a day: what takes effect by itself and which reviews come near
NINE, LATEST = 9 * 60, 17 * 60
SLOTS = (7 * 60 + 40, 13 * 60 + 20)  # when people come round to reading
MONDAY, SATURDAY = 0, 5


def scenes(days: Days) -> list[Scene]:
    """Return everything that happened to the documents, in order of time."""
    stage, begin = Stage(days), organization()["system"]["set_up"]
    found = [Scene(days.at(begin, NINE + 60), stage.make_types)]
    found += [Scene(days.at(day, FIRST_MINUTE), _first_minute) for day in _eventful(days, begin)]
    found += [*_steps(stage), *records.scenes(days)]
    return sorted(found, key=lambda scene: scene.at)


def _eventful(days: Days, begin: int) -> list[int]:
    """Return the days on which the room's tick has something to do: something takes effect, or a week begins."""
    planned = {step["day"] for told in plan()["documents"] for step in told["history"] if step["do"] == "take_effect"}
    weeks = {day for day in range(begin + 1, 0) if days.day(day).weekday() == MONDAY}
    return sorted(planned | weeks | {0})


def _first_minute() -> None:
    """What the room's tick does every minute."""
    release_due(timezone.now())
    ask_owners(due_for_review())
    ask_for_records()


def _steps(stage: Stage) -> Iterator[Scene]:
    steps = [(document, step) for document in plan()["documents"] for step in document["history"]]
    played = [pair for pair in steps if pair[1]["do"] != "take_effect"]
    at_once = [pair for pair in played if pair[1]["by"] != "everyone_owing"]
    for day, pairs in groupby(sorted(at_once, key=_day), key=_day):
        yield from _day_of_work(stage, day, list(pairs))
    for document, step in played:
        if step["by"] == "everyone_owing":
            yield from _one_after_the_other(stage, document, step)


def _day(pair: tuple[Told, Told]) -> int:
    day: int = pair[1]["day"]
    return day


def _day_of_work(stage: Stage, day: int, pairs: list[tuple[Told, Told]]) -> Iterator[Scene]:
    """Spread the steps of a day over its hours, on no two days alike."""
    first = NINE + abs(day) * 37 % 90
    pause = min(48, (LATEST - first) // len(pairs))
    for number, (document, step) in enumerate(pairs):
        play = partial(VERBS[step["do"]], stage, document, step)
        yield Scene(stage.days.at(day, first + number * pause), play)


def _one_after_the_other(stage: Stage, document: Told, step: Told) -> Iterator[Scene]:
    """Spread the readers over the working days until the last one: in each slot a fair share of those who still owe."""
    span = range(step["day"], step["until"] + 1)
    working = [day for day in span if stage.days.day(day).weekday() < SATURDAY] or list(span)
    slots = [(day, minutes) for day in working for minutes in SLOTS]
    for number, (day, minutes) in enumerate(slots):
        left = len(slots) - number
        play = partial(stage.some_acknowledge, document, step, left)
        yield Scene(stage.days.at(day, minutes), play)


PART = DemoPart(scenes=scenes, waits=frozenset({"documents.make_controlled_pdf", "documents.index"}))
