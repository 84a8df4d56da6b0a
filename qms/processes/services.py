"""The verb of this room: say what a process is for, takes, gives and needs."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar
from unicodedata import category

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.core.actors import Actor
from qms.core.errors import NotPermitted, RuleBroken, Stale
from qms.core.seams.after import Happening, after
from qms.organization.models import Process, User
from qms.processes.models import NOW, Description, Flow, Resource
from qms.processes.queries import may_describe, sheet_of
from qms.processes.searching import PROCESS, sources_of
from qms.processes.states import Band, ResourceKind
from qms.search.services import index
from qms.trail.services import record

T = TypeVar("T")

MOST = 60  # things that one process takes, gives or needs


@dataclass(frozen=True)
class End:
    """Something that a process takes or gives, and who stands at the other end: a process, a party outside, nobody."""

    what: str
    process_id: int | None = None
    outside: str = ""


@dataclass(frozen=True)
class Need:
    """Something that a process needs."""

    kind: ResourceKind
    what: str


@transaction.atomic
def describe(
    *,
    process_id: int,
    band: Band,
    purpose: str,
    inputs: Iterable[End],
    outputs: Iterable[End],
    needs: Iterable[Need],
    by: Actor,
    measures: str = "",
    risks: str = "",
    seen: str | None = None,
) -> Process:
    """Say anew what a process is for, takes, gives and needs; return it (ISO 9001, 4.4.1 a to f).

    `measures` and `risks` hold one in each line. What another process gives or takes stays said of that one: an input
    that is struck out here is an output that nobody takes there. One entry says what changed, about this process and
    those at the other ends; nothing changed writes none. `seen` is the mark of the sheet that the person saw.
    Raises NotPermitted, Stale when the sheet has changed since, and RuleBroken for what cannot be.
    """
    process = _locked(process_id, by)
    if seen is not None and seen != sheet_of(process).mark:
        raise Stale(_("Somebody else has described this process since you opened it. Nothing of yours was saved yet."))
    taken, given, needed = _once(map(_end, inputs)), _once(map(_end, outputs)), _once(map(_need, needs))
    _check(process, purpose, taken, given, needed)
    now = timezone.now()
    words = {"purpose": purpose, "measures": _lines(measures), "risks": _lines(risks)}
    changed = {
        **_described(process, {"band": band.value, **{name: text.strip() for name, text in words.items()}}, now),
        **_needed(process, needed, now),
        **_said("inputs", "taker", "maker", process, taken, now),
        **_said("outputs", "maker", "taker", process, given, now),
    }
    if changed:
        _written(process, changed, by, now)
    return process


def _written(process: Process, changed: dict[str, Any], by: Actor, now: datetime) -> None:
    """Write the entry, tell the rooms above, and bring search up to date with all whose things changed."""
    met = _met(process, now)
    record("processes.described", process, *met, by=by, process=str(process), changed=changed)
    after.run(Happening("processes.described", PROCESS, str(process.pk), by, {"changed": changed}))
    for source in sources_of([process.pk, *(each.pk for each in met)]):
        index(source)


def _met(process: Process, now: datetime) -> list[Process]:
    """Return the processes at the other ends of what was opened or closed just now."""
    touched = Flow.objects.filter(Q(valid_from=now) | Q(valid_until=now))
    keys = {end for flow in touched.values_list("maker", "taker") for end in flow if end}
    return list(Process.objects.filter(pk__in=keys - {process.pk}).order_by("pk"))


def index_after(happening: Happening) -> None:
    """Bring search up to date with a process that was made or changed."""
    for source in sources_of([int(happening.subject_key)]):
        index(source)


def _lines(text: str) -> str:
    """Return what stands in a text, one thing in each line."""
    return "\n".join(line for each in text.splitlines() if (line := each.strip()))


def _locked(process_id: int, by: Actor) -> Process:
    """Return a process for describing. A flow belongs to both its ends, so all processes are held: one at a time."""
    processes = {each.pk: each for each in Process.objects.select_for_update(of=("self",)).order_by("pk")}
    process = processes.get(process_id)
    if process is None:
        raise RuleBroken(_("There is no such process."), code="no_such_process")
    if isinstance(by, User) and not may_describe(by, process):
        raise NotPermitted(_("You may not do this."))
    return process


def _check(process: Process, purpose: str, taken: set[End], given: set[End], needed: set[Need]) -> None:
    if not purpose.strip():
        raise RuleBroken(_("Please say what the process is for."), code="purpose_missing")
    if max(len(taken), len(given), len(needed)) > MOST:
        raise RuleBroken(_("That is more than one process can show: at most %(most)s lines.") % {"most": MOST})
    if any(end.process_id == process.pk for end in taken | given):
        raise RuleBroken(_("A process takes from others and gives to others, not to itself."), code="to_itself")


def _end(end: End) -> End:
    return replace(end, what=_plain(end.what), outside=_plain(end.outside))


def _need(need: Need) -> Need:
    return replace(need, what=_plain(need.what))


def _plain(words: str) -> str:
    """Return words on one line; raise RuleBroken for signs that nobody can see."""
    plain = " ".join(words.split())
    if any(category(sign) in {"Cc", "Cs"} for sign in plain):
        shown = "".join(sign if sign.isprintable() else "?" for sign in plain)
        raise RuleBroken(_("“%(words)s” holds a sign that cannot be shown.") % {"words": shown}, code="odd_sign")
    return plain


def _once(items: Iterable[T]) -> set[T]:
    """Return things said several times once, as they were said first; capitals make no difference."""
    found: dict[str, T] = {}
    for item in items:
        found.setdefault(str(item).casefold(), item)
    return set(found.values())


def _described(process: Process, wanted: dict[str, str], now: datetime) -> dict[str, Any]:
    before = process.descriptions.filter(NOW).first()
    told = {name: getattr(before, name) if before else "" for name in wanted}
    changed = {name: [told[name], wanted[name]] for name in wanted if told[name] != wanted[name]}
    if changed:
        process.descriptions.filter(NOW).update(valid_until=now)
        Description.objects.create(process=process, valid_from=now, **wanted)
    return changed


def _needed(process: Process, needed: set[Need], now: datetime) -> dict[str, Any]:
    before = {Need(ResourceKind(row.kind), row.what): row.pk for row in process.resources.filter(NOW)}
    gone, new = before.keys() - needed, needed - before.keys()
    process.resources.filter(pk__in=[before[each] for each in gone]).update(valid_until=now)
    Resource.objects.bulk_create(
        Resource(process=process, kind=each.kind, what=each.what, valid_from=now) for each in _sorted(new)
    )
    return _change("resources", (each.what for each in new), (each.what for each in gone))


def _said(name: str, own: str, other: str, process: Process, wanted: set[End], now: datetime) -> dict[str, Any]:
    """Make the flows at one end of a process exactly these; `own` and `other` are the ends, "maker" and "taker"."""
    rows = Flow.objects.filter(NOW, **{own: process})
    before = {End(row.what, getattr(row, f"{other}_id"), getattr(row, f"{other}_outside")): row for row in rows}
    gone, new = before.keys() - wanted, wanted - before.keys()
    _close(Flow.objects.filter(pk__in=[before[each].pk for each in gone]), now)
    for each in _sorted(new):
        _close(_loose(other, own, each), now)
        Flow.objects.create(
            what=each.what,
            valid_from=now,
            **{own: process, f"{other}_id": each.process_id, f"{other}_outside": each.outside},
        )
    for each in _sorted(gone):
        if each.process_id and not _loose(other, own, each).exists():
            Flow.objects.create(what=each.what, valid_from=now, **{f"{other}_id": each.process_id})
    return _change(name, (each.what for each in new), (each.what for each in gone))


def _loose(end: str, open_end: str, each: End) -> QuerySet[Flow]:
    """Return what the other process says of the same thing, with nobody at the open end."""
    ends = {f"{end}_id": each.process_id, f"{open_end}__isnull": True, f"{open_end}_outside": ""}
    return Flow.objects.filter(NOW, what__iexact=each.what, **ends) if each.process_id else Flow.objects.none()


def _close(rows: QuerySet[Flow], now: datetime) -> None:
    rows.update(valid_until=now)


def _sorted(items: Iterable[Any]) -> list[Any]:
    return sorted(items, key=str)


def _change(name: str, new: Iterable[str], gone: Iterable[str]) -> dict[str, Any]:
    added, removed = sorted(new), sorted(gone)
    return {name: {"added": added, "removed": removed}} if added or removed else {}
