"""Giving an action: the way in for people, and for every room that has something done."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.actions.models import Action
from qms.actions.queries import Named
from qms.actions.rights import Can
from qms.actions.services.moving import index_later, owe
from qms.actions.states import State
from qms.core.actors import Actor
from qms.core.errors import NotPermitted, RuleBroken
from qms.core.seams.after import Happening, after
from qms.core.seams.gates import gates
from qms.filing.services import issue_number
from qms.organization.models import Process, Site, User
from qms.organization.queries import may, today
from qms.trail.services import Draft, Target, record_many, target

PATTERN = "A-{n:04}"


@transaction.atomic
def give(
    *,
    title: str,
    owner: User,
    due_on: date,
    by: Actor,
    words: str = "",
    verifier: User | None = None,
    origin: Named | None = None,
    gate: Named | None = None,
    site: Site | None = None,
    process: Process | None = None,
) -> Action:
    """Give somebody an action, for any record or for none; return it (docs/lifecycles.md, row T1).

    `origin` is the record it comes from (`Named.of(row)`), `gate` a record it waits for. The owner owes it from now on.
    Raises NotPermitted for a person who may not, RuleBroken for what cannot be.
    """
    if isinstance(by, User) and not may(by, Can.GIVE):
        raise NotPermitted(_("You may not give actions."))
    _check(title, due_on, gate)
    check_people(owner, verifier)
    action = Action.objects.create(
        number=issue_number(PATTERN),
        title=title.strip(),
        words=words.strip(),
        owner=owner,
        due_on=due_on,
        verifier=verifier,
        given_at=timezone.now(),
        given_by_id=by.person_id,
        site=site,
        process=process,
        state=State.OPEN,
        **naming("subject", origin),
        **naming("gate", gate),
    )
    owe(action, by)
    _record(action, by)
    index_later(action)
    return action


def naming(name: str, record: Named | None) -> dict[str, str]:
    """Return the fields that name a record; all empty for none."""
    values = (record.model, record.key, record.label) if record else ("", "", "")
    return dict(zip((f"{name}_model", f"{name}_key", f"{name}_label"), values, strict=True))


def check_people(owner: User, verifier: User | None) -> None:
    """Raise RuleBroken unless these can be the owner and the verifier of an action."""
    problem = people_problem(owner, verifier)
    if problem:
        raise RuleBroken(problem, code="person_unfit")


def people_problem(owner: User, verifier: User | None) -> str:
    """Return why these cannot be the owner and the verifier of an action; empty when they can."""
    for person in (owner, verifier):
        if person is not None and not person.is_active:
            return _("%(name)s has left.") % {"name": person.name}
    if verifier is not None and verifier.pk == owner.pk:
        return _("%(name)s owns this; somebody else verifies it.") % {"name": owner.name}
    return ""


def _check(title: str, due_on: date, gate: Named | None) -> None:
    if not title.strip():
        raise RuleBroken(_("Say what is to be done."), code="title_missing")
    if due_on < today():
        raise RuleBroken(_("This day has gone. Choose one that is still to come."), code="day_gone")
    if gate is not None and gate.model not in gates:
        raise RuleBroken(_("An action cannot wait for such a record."), code="no_gate")


def _record(action: Action, by: Actor) -> None:
    detail = {
        "number": action.number,
        "title": action.title,
        "owner": action.owner_id,
        "verifier": action.verifier_id,
        "due_on": action.due_on.isoformat(),
        "person": action.owner_id,
    }
    targets = [target(action)]
    if action.subject_model:
        targets.append(Target(action.subject_model, action.subject_key))
    record_many([Draft("actions.given", tuple(targets), detail)], by=by)
    after.run(Happening("actions.given", "actions.action", str(action.pk), by, detail))
