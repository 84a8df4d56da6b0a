"""Questions about packs, and about the trail of what is in them."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from qms.core.seams.evidence import Selection, evidence_sources
from qms.evidence.models import Pack
from qms.evidence.rights import Can
from qms.filing.services.files import open_file
from qms.organization.models import User
from qms.organization.queries import may, organization_zone
from qms.trail.models import Entry, EntryTarget

ENTRIES, TARGETS = 1000, 500  # in one question
_PERSON = re.compile(r"person:(\d{1,18})\b")


class TrailEntry(NamedTuple):
    """An entry as a pack tells it; salt and detail are None where there is no detail, or no longer one."""

    leaf: str
    salt: bytes | None
    detail: str | None


def visible_to(person: User) -> QuerySet[Pack]:
    """Return the packs a person may see now: their own while they hold the right to export, or all with that right."""
    packs = Pack.objects.select_related("requested_by", "file", "plan")
    if may(person, Can.SEE_ALL):
        return packs
    return packs.filter(requested_by=person) if may(person, Can.EXPORT) else packs.none()


def selection_text(selection: Selection) -> dict[str, Any]:
    """Return a selection as canonical JSON values."""
    return {
        "types": list(selection.types),
        "numbers": list(selection.numbers),
        "processes": list(selection.processes),
        "sites": list(selection.sites),
        "clauses": list(selection.clauses),
        "since": selection.since.isoformat() if selection.since else None,
        "until": selection.until.isoformat() if selection.until else None,
    }


def selection_of(pack: Pack) -> Selection:
    """Return the selection that a request keeps, as of the instant of the request."""
    kept = json.loads(pack.selection)
    return Selection(
        types=tuple(kept["types"]),
        numbers=tuple(kept["numbers"]),
        processes=tuple(kept["processes"]),
        sites=tuple(kept.get("sites", ())),
        clauses=tuple(kept.get("clauses", ())),
        since=date.fromisoformat(kept["since"]) if kept["since"] else None,
        until=date.fromisoformat(kept["until"]) if kept["until"] else None,
        at=pack.requested_at,
    )


def how_many(selection: Selection, person: User) -> int:
    """Return how many records a selection holds for a person, in all rooms."""
    return sum(source.count(selection, person) for source in evidence_sources)


def known_numbers(numbers: Sequence[str], person: User) -> set[str]:
    """Return the numbers of records among these, whatever their case, that a person may take away."""
    return {number for source in evidence_sources for number in source.known(numbers, person)}


def still_within(pack: Pack, person: User) -> bool:
    """Return whether a person may still take away all that a pack holds; one that is not planned holds nothing."""
    if pack.plan is None:
        return True
    with open_file(pack.plan) as stream:
        plan = json.load(stream)
    # Plans of the first version are the list of files alone.
    targets = [(model, key) for model, key in plan["targets"]] if isinstance(plan, dict) else []
    return all(source.within(targets, person) for source in evidence_sources)


def people_in(lines: str) -> set[int]:
    """Return the keys of the people whom some lines of the trail name."""
    return {int(key) for key in set(_PERSON.findall(lines))}


def names_of(people: Iterable[int]) -> dict[str, str]:
    """Return the names of people under the way the trail names them: `person:17`."""
    keys = sorted(people)
    parts = (keys[at : at + 500] for at in range(0, len(keys), 500))
    rows = (User.objects.filter(pk__in=part).values_list("pk", "name") for part in parts)
    return {f"person:{key}": name for part in rows for key, name in part}


def what_fits(selection: Selection, person: User) -> list[str]:
    """Return in words what a selection holds for a person, a line for each room that holds something."""
    return [words for source in evidence_sources if (words := source.told(selection, person))]


def period_of(selection: Selection, at: datetime) -> tuple[datetime | None, datetime]:
    """Return from when until when the trail in a pack tells: from the first day asked for, to the last or to `at`."""
    zone = organization_zone()
    since = datetime.combine(selection.since, time.min, tzinfo=zone) if selection.since else None
    until = datetime.combine(selection.until, time.max, tzinfo=zone) if selection.until else at
    return since, min(until, at)


def entries_about(
    targets: set[tuple[str, str]], period: tuple[datetime | None, datetime]
) -> Iterator[Sequence[TrailEntry]]:
    """Yield the entries of a period about these records in the order in which they were written, some at a time.

    An entry that also concerns a record of these kinds that is none of these (a draft, another document) is left out,
    and so is what no room lets out.
    """
    kept_home = frozenset[str]().union(*(source.kept_home for source in evidence_sources))
    inside = (Q(at__gte=period[0]) if period[0] else Q()) & Q(at__lte=period[1]) & ~Q(verb__in=kept_home)
    others = re.compile(rf'\["({"|".join(map(re.escape, sorted({model for model, _key in targets})))})","([^"]*)"')
    keys = sorted(_about(targets))
    for start in range(0, len(keys), ENTRIES):
        rows = Entry.objects.filter(inside, pk__in=keys[start : start + ENTRIES]).order_by("pk")
        found = map(TrailEntry._make, rows.values_list("leaf", "detail__salt", "detail__text"))
        yield [each for each in found if targets.issuperset(others.findall(each.leaf))]


def _about(targets: Iterable[tuple[str, str]]) -> set[int]:
    """Return the keys of all entries about these records."""
    keys: dict[str, list[str]] = defaultdict(list)
    for model, key in targets:
        keys[model].append(key)
    found = set[int]()
    for model, some in keys.items():
        for start in range(0, len(some), TARGETS):
            rows = EntryTarget.objects.filter(model=model, key__in=some[start : start + TARGETS])
            found.update(rows.values_list("entry", flat=True))
    return found
