"""The demo plan played on paper: lifecycles and reading duties without a database, and every rule it breaks."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
BODIES = ROOT / "documents/demo/documents"
GRACE = 14
OPEN = {"draft", "in_review", "in_approval", "approved"}
ONWARDS = {
    "submit_for_review": ({"draft"}, "in_review"),
    "agree_in_review": ({"in_review"}, "in_review"),
    "want_changes": ({"in_review"}, "draft"),
    "withdraw_from_review": ({"in_review"}, "draft"),
    "start_approval": ({"draft", "in_review"}, "in_approval"),
    "withdraw_from_approval": ({"in_approval"}, "draft"),
    "reject": ({"in_approval"}, "draft"),
    "approve": ({"in_approval"}, "in_approval"),
    "return_to_approval": ({"approved"}, "in_approval"),
    "take_effect": ({"approved"}, "effective"),
    "release_now": ({"approved"}, "effective"),
    "cancel_revision": (OPEN, "cancelled"),
    "write": ({"draft"}, "draft"),
    "adopt": ({"migrated"}, "effective"),
    "ask_retirement": ({"effective"}, "effective"),
    "agree_retirement": ({"effective"}, "obsolete"),
    "review_periodically": ({"effective"}, "effective"),
    "confirm_periodic_review": ({"effective"}, "effective"),
}
BIRTHS = {"create_document": "draft", "start_revision": "draft", "import_migrated": "migrated"}


@cache
def organization() -> dict[str, Any]:
    """The demo organization as it is written."""
    return yaml.safe_load((ROOT / "qms/organization/demo/organization.yaml").read_text(encoding="utf-8"))


@cache
def plan() -> dict[str, Any]:
    """The plan as it is written."""
    return yaml.safe_load((ROOT / "documents/demo/plan.yaml").read_text(encoding="utf-8"))


@cache
def types() -> dict[str, Any]:
    """Profiles and types as they are written."""
    return yaml.safe_load((ROOT / "documents/demo/types.yaml").read_text(encoding="utf-8"))


@cache
def people() -> dict[str, dict[str, Any]]:
    """The people of the demo organization by username."""
    return {person["username"]: person for person in organization()["people"]}


@cache
def documents() -> dict[str, dict[str, Any]]:
    """The documents of the plan by number."""
    return {document["number"]: document for document in plan()["documents"]}


def profile(document: dict[str, Any]) -> dict[str, Any]:
    """The approval profile of a document's type."""
    code = next(kind["profile"] for kind in types()["types"] if kind["code"] == document["type"])
    return next(each for each in types()["profiles"] if each["code"] == code)


def there(username: str, day: int) -> bool:
    """Whether a person belongs to the organization on a day."""
    person = people()[username]
    return person["joined"] <= day < min(person.get("left", 999), person.get("until", 998) + 1)


def role_spans(username: str) -> Iterator[tuple[str, str, str, int, int]]:
    """Each role of a person as (role, site, process, from, until)."""
    person = people()[username]
    begin = max(organization()["system"]["set_up"], person["joined"])
    end = min(person.get("left", 999), person.get("until", 999))
    for held in person["roles"]:
        scope = {} if held["scope"] == "organization" else held["scope"]
        span = (held.get("from", begin), min(end, held.get("until", end)))
        yield held["role"], scope.get("site", ""), scope.get("process", ""), *span


def roles_in(username: str, document: dict[str, Any], day: int) -> set[str]:
    """The roles that a person holds on a day where a document lies."""
    return {
        role
        for role, site, process, begin, end in role_spans(username)
        if begin <= day <= end and site in {"", document["site"]} and process in {"", document["process"]}
    }


def audience(document: dict[str, Any], day: int) -> set[str]:
    """Whom a document's audience reaches on a day."""
    wanted = document["audience"]
    teams = [team for team in organization()["teams"] if team["code"] in wanted.get("teams", [])]
    teams += [team for team in organization()["teams"] if team["process"] in wanted.get("processes", [])]
    found = {member for team in teams for member in team["members"]} | set(wanted.get("people", []))
    for username in people():
        for role, _site, process, begin, end in role_spans(username):
            if begin <= day <= end and (role in wanted.get("roles", []) or process in wanted.get("processes", [])):
                found.add(username)
    return {username for username in found if there(username, day)}


@dataclass
class Revision:
    """One revision while the plan is played."""

    sequence: int
    author: str
    state: str
    change_class: str
    migrated: bool = False
    reviewers: dict[str, bool] = field(default_factory=dict)
    review_agreed: bool = False
    steps: list[list[str]] = field(default_factory=list)
    signed: list[str] = field(default_factory=list)
    effective_on: int | None = None
    comments: dict[str, bool] = field(default_factory=dict)
    bodies: list[str] = field(default_factory=list)

    def awaited(self, mode: str) -> list[str]:
        """Who is asked to sign now."""
        open_steps = [[who for who in step if who not in self.signed] for step in self.steps]
        waiting = [step for step in open_steps if step]
        return (waiting[0] if mode == "ordered" else [who for step in waiting for who in step]) if waiting else []


@dataclass
class Told:
    """What came of the plan."""

    problems: list[str] = field(default_factory=list)
    revisions: dict[str, list[Revision]] = field(default_factory=dict)
    owed: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    to_be_trained: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    read: set[tuple[str, str]] = field(default_factory=set)
    credited: set[tuple[str, int, str]] = field(default_factory=set)
    ended: list[tuple[str, str, str]] = field(default_factory=list)
    objections: set[tuple[str, str]] = field(default_factory=set)
    reviews: dict[str, int] = field(default_factory=dict)
    verbs: list[str] = field(default_factory=list)


class Player:
    """Plays the steps of all documents in order of their days."""

    def __init__(self) -> None:
        self.told = Told()
        self.rounds: dict[str, list[str]] = {}

    def play(self) -> Told:
        """Play everything."""
        for _day, _order, action, arguments in sorted(self._events(), key=lambda event: event[:2]):
            action(*arguments)
        return self.told

    def _events(self) -> Iterator[tuple[int, int, Any, tuple[Any, ...]]]:
        for username, person in people().items():
            if person["joined"] > organization()["system"]["set_up"]:
                yield person["joined"], -2, self._join, (username, person["joined"])
            if "left" in person:
                yield person["left"], -1, self._leave, (username,)
        order = 0
        for document in documents().values():
            for step in document["history"]:
                yield step["day"], order, self._step, (document, step)
                order += 1

    def _join(self, username: str, day: int) -> None:
        for document in documents().values():
            current = self._newest(document["number"], "effective")
            if current and not current.migrated and username in audience(document, day):
                self.told.owed[(document["number"], username)] = (current.sequence, day + GRACE)
            coming = self._newest(document["number"], "approved")
            if coming and coming.change_class == "training" and username in audience(document, day):
                self.told.to_be_trained[(document["number"], username)] = (coming.sequence, day + GRACE)

    def _leave(self, username: str) -> None:
        for key in [key for key in self.told.owed if key[1] == username]:
            del self.told.owed[key]
            self.told.ended.append((key[0], username, "left"))

    def _newest(self, number: str, *states: str) -> Revision | None:
        found = [each for each in self.told.revisions.get(number, []) if each.state in states]
        return found[-1] if found else None

    def _wrong(self, document: dict[str, Any], step: dict[str, Any], words: str) -> None:
        self.told.problems.append(f"{document['number']} day {step['day']} {step['do']} by {step['by']}: {words}")

    def _step(self, document: dict[str, Any], step: dict[str, Any]) -> None:
        verb = step["do"]
        self.told.verbs.append(verb)
        if verb in BIRTHS:
            self._begin(document, step)
        elif verb in ONWARDS:
            self._move(document, step)
        else:
            getattr(self, f"_{verb}")(document, step)

    def _begin(self, document: dict[str, Any], step: dict[str, Any]) -> None:
        rows = self.told.revisions.setdefault(document["number"], [])
        if any(row.state in OPEN for row in rows):
            self._wrong(document, step, "another revision is open")
        if (step["do"] == "start_revision") != bool(rows):
            self._wrong(document, step, "not the first revision, or no base")
        kind = step.get("class", "major")
        rows.append(Revision(len(rows) + 1, step["by"], BIRTHS[step["do"]], kind, step["do"] == "import_migrated"))
        rows[-1].bodies.append(step["body"])

    def _move(self, document: dict[str, Any], step: dict[str, Any]) -> None:
        sources, target = ONWARDS[step["do"]]
        row = self._newest(document["number"], *sources)
        if row is None:
            self._wrong(document, step, "nothing is in the state for it")
            return
        came_from, row.state = row.state, target
        hook = getattr(self, f"_on_{step['do']}", None)
        if hook is not None:
            hook(document, step, row, came_from)

    def _on_write(self, document: dict[str, Any], step: dict[str, Any], row: Revision, _from: str) -> None:
        row.bodies.append(step["body"])

    def _on_submit_for_review(self, document: dict[str, Any], step: dict[str, Any], row: Revision, _from: str) -> None:
        row.reviewers, row.review_agreed = dict.fromkeys(step["reviewers"], False), False
        if row.author in step["reviewers"] or len(step["reviewers"]) != len(set(step["reviewers"])):
            self._wrong(document, step, "author reviews, or somebody twice")

    def _on_agree_in_review(self, document: dict[str, Any], step: dict[str, Any], row: Revision, _from: str) -> None:
        if row.reviewers.get(step["by"]) is not False:
            self._wrong(document, step, "is not asked to review")
        row.reviewers[step["by"]] = True

    def _on_want_changes(self, document: dict[str, Any], step: dict[str, Any], row: Revision, _from: str) -> None:
        if row.reviewers.get(step["by"]) is not False:
            self._wrong(document, step, "is not asked to review")

    def _on_start_approval(self, document: dict[str, Any], step: dict[str, Any], row: Revision, came: str) -> None:
        agreed = bool(row.reviewers) and all(row.reviewers.values())
        row.review_agreed = row.review_agreed or (came == "in_review" and agreed)
        if came == "in_review" and not agreed:
            self._wrong(document, step, "reviewers have not answered")
        if came == "draft" and row.change_class in {"major", "training"} and not row.review_agreed:
            self._wrong(document, step, "needs a review first")
        if any(row.comments.values()):
            self._wrong(document, step, "a blocking comment is open")
        named = [who for group in step["steps"] for who in group]
        if row.author in named or len(named) != len(set(named)):
            self._wrong(document, step, "author approves, or somebody twice")
        row.steps, row.signed, row.effective_on = step["steps"], [], step["effective_on"]

    def _on_approve(self, document: dict[str, Any], step: dict[str, Any], row: Revision, _from: str) -> None:
        wanted = profile(document)
        if step["by"] not in row.awaited(wanted["mode"]):
            self._wrong(document, step, "is not asked to sign now")
        row.signed.append(step["by"])
        total = wanted["needed"] if wanted["mode"] == "n_of" else sum(map(len, row.steps))
        if len(row.signed) >= total:
            row.state = "approved"
            if row.change_class == "training":
                self._ask_readers(document, row, step["day"], row.effective_on)

    def _on_reject(self, document: dict[str, Any], step: dict[str, Any], row: Revision, _from: str) -> None:
        if step["by"] not in row.awaited(profile(document)["mode"]):
            self._wrong(document, step, "is not asked to sign now")

    def _on_return_to_approval(self, document: dict[str, Any], step: dict[str, Any], row: Revision, _from: str) -> None:
        row.signed = []

    def _on_take_effect(self, document: dict[str, Any], step: dict[str, Any], row: Revision, _from: str) -> None:
        if step["day"] != row.effective_on:
            self._wrong(document, step, f"takes effect on {row.effective_on}")
        self._in_force(document, step, row)

    def _on_release_now(self, document: dict[str, Any], step: dict[str, Any], row: Revision, _from: str) -> None:
        self._in_force(document, step, row)

    def _on_adopt(self, document: dict[str, Any], step: dict[str, Any], row: Revision, _from: str) -> None:
        self._review_due(document, step["day"])

    def _in_force(self, document: dict[str, Any], step: dict[str, Any], row: Revision) -> None:
        for other in self.told.revisions[document["number"]]:
            if other is not row and other.state == "effective":
                other.state = "superseded"
        self._review_due(document, step["day"])
        if row.change_class != "training":
            self._ask_readers(document, row, step["day"], step["day"] + GRACE)

    def _review_due(self, document: dict[str, Any], day: int) -> None:
        months = next(kind["review_months"] for kind in types()["types"] if kind["code"] == document["type"])
        self.told.reviews[document["number"]] = day + round(months * 30.44)

    def _ask_readers(self, document: dict[str, Any], row: Revision, day: int, due: int | None) -> None:
        number = document["number"]
        still = {who for (doc, who) in self.told.owed if doc == number}
        for who in still:
            del self.told.owed[(number, who)]
            self.told.ended.append((number, who, "superseded"))
        if row.change_class == "administrative":
            return
        for who in audience(document, day):
            if who in {row.author, *row.signed}:
                self.told.credited.add((number, row.sequence, who))
                self.told.read.add((number, who))
            elif row.change_class != "minor" or (number, who) not in self.told.read or who in still:
                assert due is not None
                self.told.owed[(number, who)] = (row.sequence, due)

    def _comment(self, document: dict[str, Any], step: dict[str, Any]) -> None:
        row = self._newest(document["number"], *OPEN)
        if row is None:
            self._wrong(document, step, "there is no open revision")
        else:
            row.comments[step["mark"]] = bool(step.get("blocking"))

    def _answer_comment(self, document: dict[str, Any], step: dict[str, Any]) -> None:
        row = self._newest(document["number"], *OPEN)
        if row is None or row.comments.pop(step["mark"], None) is None:
            self._wrong(document, step, "there is no such comment")

    def _on_ask_retirement(self, document: dict[str, Any], step: dict[str, Any], row: Revision, _from: str) -> None:
        self._open_round(document, step, row)

    def _on_review_periodically(
        self, document: dict[str, Any], step: dict[str, Any], row: Revision, _from: str
    ) -> None:
        self._open_round(document, step, row)

    def _open_round(self, document: dict[str, Any], step: dict[str, Any], row: Revision) -> None:
        if self._newest(document["number"], *OPEN):
            self._wrong(document, step, "another revision is open")
        if row.author in step["approvers"] or step["by"] in step["approvers"]:
            self._wrong(document, step, "agrees with themselves")
        self.rounds[document["number"]] = list(step["approvers"])

    def _on_agree_retirement(self, document: dict[str, Any], step: dict[str, Any], row: Revision, _from: str) -> None:
        self._answer_round(document, step)
        self.told.reviews.pop(document["number"], None)

    def _on_confirm_periodic_review(
        self, document: dict[str, Any], step: dict[str, Any], row: Revision, _from: str
    ) -> None:
        self._answer_round(document, step)
        self._review_due(document, step["day"])

    def _answer_round(self, document: dict[str, Any], step: dict[str, Any]) -> None:
        waiting = self.rounds.get(document["number"], [])
        if step["by"] not in waiting:
            self._wrong(document, step, "is not asked")
        else:
            waiting.remove(step["by"])

    def _change_document(self, document: dict[str, Any], step: dict[str, Any]) -> None:
        self.told.reviews[document["number"]] = step["next_review_on"]

    def _acknowledge(self, document: dict[str, Any], step: dict[str, Any]) -> None:
        number = document["number"]
        owing = {who for (doc, who) in self.told.owed if doc == number}
        readers = owing - set(step.get("except", [])) if step["by"] == "everyone_owing" else step["by"]
        if not readers or step.get("until", step["day"]) > 0:
            self._wrong(document, step, "nobody owes it, or it ends after today")
        for who in sorted(readers):
            if who not in owing:
                self._wrong(document, step, f"{who} does not owe it")
            self.told.owed.pop((number, who), None)
            self.told.objections.discard((number, who))
            self.told.read.add((number, who))

    def _see(self, document: dict[str, Any], step: dict[str, Any]) -> None:
        if (document["number"], step["by"]) not in self.told.owed:
            self._wrong(document, step, "does not owe it")

    def _object_to(self, document: dict[str, Any], step: dict[str, Any]) -> None:
        self._see(document, step)
        self.told.objections.add((document["number"], step["by"]))

    def _answer_objection(self, document: dict[str, Any], step: dict[str, Any]) -> None:
        if (document["number"], step["to"]) not in self.told.objections or step["by"] != document["owner"]:
            self._wrong(document, step, "there is no such objection, or not the owner answers")
        self.told.objections.discard((document["number"], step["to"]))

    def _excuse(self, document: dict[str, Any], step: dict[str, Any]) -> None:
        if self.told.owed.pop((document["number"], step["person"]), None) is None or step["by"] == step["person"]:
            self._wrong(document, step, "nothing is owed, or excuses themselves")
        self.told.ended.append((document["number"], step["person"], "excused"))


@cache
def told() -> Told:
    """The plan, played once."""
    return Player().play()
