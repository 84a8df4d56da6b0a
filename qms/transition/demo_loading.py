"""The transition's part of the demo: what is linked to clauses, and a move to the next edition that is half way."""

from collections.abc import Iterator
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

import yaml

from qms.actions.demo_loading import scenes_of
from qms.actions.queries import Named
from qms.core.seams.demo import Days, DemoPart, Scene
from qms.core.seams.evidence_status import status_sources
from qms.organization.demo_loading import person
from qms.organization.models import User
from qms.signatures.services import make_proof
from qms.signatures.states import Meaning, Method
from qms.standards.models import Clause, ClauseLink, Mapping
from qms.standards.services import judging
from qms.standards.services.links import confirm, link
from qms.standards.states import Standing
from qms.transition import services
from qms.transition.models import Line, Project
from qms.transition.states import Outcome

FOLDER = Path(__file__).parent / "demo"
MODELS = {"documents": "documents.document", "processes": "organization.process"}
FOURTEEN, PAUSE = 14 * 60, 3  # minutes after midnight, and between what is done on one day

Told = dict[str, Any]


@cache
def told(name: str) -> Told:
    """Return what a file of the demo says: links, or move."""
    found: Told = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return found


def scenes(days: Days) -> list[Scene]:
    """Return how records were linked to clauses, and how the move began and went on, in order of time."""
    return sorted([*_linking(days), *_moving(days), *_acting(days)], key=lambda scene: scene.at)


def _linking(days: Days) -> Iterator[Scene]:
    said = told("links")
    for room, model in MODELS.items():
        for batch in said[room]:
            yield Scene(days.at(batch["day"], FOURTEEN), partial(_link, model, batch["linked"], said["by"]))
    for each in said["expected"]:
        yield Scene(days.at(each["day"], FOURTEEN), partial(_expect, each))
    for each in said["judged"]:
        yield Scene(days.at(each["day"], FOURTEEN), partial(_judge, each))


def _link(model: str, linked: Told, username: str) -> None:
    """Link what there is by these numbers; nothing where the room that keeps it is left out."""
    by, source = person(username), status_sources.get(model)
    keys = source.numbered(list(linked), by) if source else {}
    for number, key in keys.items():
        clauses = [each for name, numbers in linked[number].items() for each in _clauses(name, numbers)]
        link(model=model, keys=[key], clauses=clauses, by=by)


def _clauses(name: str, numbers: list[str]) -> list[Clause]:
    """Return clauses of an edition as it is called, such as ISO 9001:2015."""
    standard, _colon, edition = name.rpartition(":")
    found = Clause.objects.filter(edition__standard=standard, edition__edition=edition, number__in=numbers)
    return list(found.order_by("position"))


def _expect(each: Told) -> None:
    clause = _clauses(each["clause"][0], [each["clause"][1]])[0]
    judging.expect(
        clause=clause,
        maintain=each["maintain"],
        retain=each["retain"],
        reason=each["reason"],
        by=person(each["by"]),
    )


def _judge(each: Told) -> None:
    clause, by = _clauses(each["clause"][0], [each["clause"][1]])[0], person(each["by"])
    content = judging.judgement_hash(clause, each["said"], by)
    proof = make_proof(
        person=by, method=Method.PASSWORD, meaning=Meaning.JUDGED, content_hash=content, session_key="demo"
    )
    judging.judge(clause=clause, said=each["said"], by=by, proof=proof)


def _moving(days: Days) -> Iterator[Scene]:
    said = told("move")
    yield Scene(days.at(said["begun"][0], FOURTEEN), _start)
    yield Scene(days.at(said["end"]["day"], FOURTEEN), _set_end)
    for each in said["confirmed"]:
        yield Scene(days.at(each["day"], FOURTEEN + 60), partial(_confirm, each))
    for at, each in enumerate(said["assessed"]):
        yield Scene(days.at(each["day"], FOURTEEN + PAUSE * at), partial(_assess, each))


def _start() -> None:
    said = told("move")
    family = {"source__standard": said["standard"], "target__standard": said["standard"]}
    mapping = Mapping.objects.get(source__edition=said["from"], target__edition=said["to"], **family)
    services.start(mapping=mapping, by=person(said["begun"][1]))


def _set_end() -> None:
    said = told("move")["end"]
    services.set_end(
        project=Project.objects.get(),
        ends_on=date.fromisoformat(said["until"]),
        source=said["source"],
        by=person(said["by"]),
    )


def _confirm(each: Told) -> None:
    said = told("move")
    clauses = _clauses(f"{said['standard']}:{said['to']}", each["clauses"])
    carried = ClauseLink.objects.filter(clause__in=clauses, standing=Standing.CARRIED, valid_until=None)
    confirm(links=list(carried.values_list("pk", flat=True)), by=person(each["by"]))


def _assess(each: Told) -> None:
    found = Line.objects.filter(source__number__in=each["lines"]).select_related("project", "source")
    services.assess(
        lines=list(found), outcome=Outcome(each["outcome"]), words=each["words"].strip(), by=person(each["by"])
    )


def _acting(days: Days) -> Iterator[Scene]:
    for at, what in enumerate(told("move")["actions"]):
        yield from scenes_of(what, days, FOURTEEN + 90 + PAUSE * at, partial(_line, what["line"]))


def _line(number: str, _by: User) -> Named:
    return Named.of(Line.objects.get(source__number=number))


PART = DemoPart(scenes)
