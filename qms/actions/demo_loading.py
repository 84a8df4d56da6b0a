"""The actions' part of the demo: what was agreed since the system was set up, and what became of it."""

from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import yaml

from qms.actions import services
from qms.actions.models import Action
from qms.actions.queries import Named, record_numbered
from qms.core.seams.demo import Days, DemoPart, Scene
from qms.organization.demo_loading import person, process
from qms.organization.models import User

FILE = Path(__file__).parent / "demo" / "actions.yaml"
ELEVEN, PAUSE = 11 * 60, 7  # minutes after midnight, and between what is done on one day


@cache
def told() -> list[dict[str, Any]]:
    """Return the actions as they are written."""
    found: list[dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["actions"]
    return found


def scenes(days: Days) -> list[Scene]:
    """Return how each action was given, and all that was done with it, in order of time."""
    found: list[Scene] = []
    for at, what in enumerate(told()):
        found += scenes_of(what, days, ELEVEN + PAUSE * at, partial(_record, number=what.get("from")))
    return sorted(found, key=lambda scene: scene.at)


def scenes_of(
    what: dict[str, Any], days: Days, minutes: int, origin: Callable[[User], Named | None]
) -> Iterator[Scene]:
    """Yield how one action was given, for the record that `origin` names then, and all that was done with it."""
    yield Scene(days.at(what["given"][0], minutes), partial(_give, what, days, origin))
    for step in what.get("then", ()):
        yield Scene(days.at(step["day"], minutes), partial(_go, what, step, days))


def _give(what: dict[str, Any], days: Days, origin: Callable[[User], Named | None]) -> None:
    by = person(what["given"][1])
    services.give(
        title=what["title"],
        words=what.get("words", ""),
        owner=person(what["owner"]),
        verifier=person(what["verifier"]),
        due_on=days.day(what["due"]),
        origin=origin(by),
        gate=_record(by, what.get("waits_for")),
        process=process(what.get("process")),
        by=by,
    )


def _record(by: User, number: str | None) -> Named | None:
    """Return a document by its number; none where the room of documents is left out."""
    return record_numbered(by, number) if number else None


def _go(what: dict[str, Any], step: dict[str, Any], days: Days) -> None:
    said: dict[str, Any] = {name: step[name] for name in ("words", "reason") if name in step}
    if "to" in step:
        said["to"] = person(step["to"])
    if "until" in step:
        said["new_due_on"] = days.day(step["until"])
    action = Action.objects.get(title=what["title"])
    getattr(services, step["do"])(action_id=action.pk, by=person(step["by"]), **said)


PART = DemoPart(scenes)
