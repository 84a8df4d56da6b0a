"""Questions about packs, and about the trail of what is in them."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from qms.core.seams.evidence import Selection, evidence_sources
from qms.evidence.models import Pack
from qms.evidence.rights import Can
from qms.filing.services.files import open_file
from qms.organization.models import User
from qms.organization.queries import may
from qms.trail.models import Entry, EntryTarget

_PERSON = re.compile(r"person:(\d{1,18})\b")


class TrailEntry(NamedTuple):
    """An entry as a pack tells it; salt and detail are None where there is no detail, or no longer one."""

    key: int
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
        "since": selection.since.isoformat() if selection.since else None,
        "until": selection.until.isoformat() if selection.until else None,
    }


def selection_of(pack: Pack) -> Selection:
    """Return the selection that a request keeps."""
    kept = json.loads(pack.selection)
    return Selection(
        types=tuple(kept["types"]),
        numbers=tuple(kept["numbers"]),
        processes=tuple(kept["processes"]),
        sites=tuple(kept.get("sites", ())),
        since=date.fromisoformat(kept["since"]) if kept["since"] else None,
        until=date.fromisoformat(kept["until"]) if kept["until"] else None,
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


def entries_about(targets: Sequence[tuple[str, str]], *, at: datetime) -> Iterator[TrailEntry]:
    """Yield the entries until an instant that concern these records, each once, oldest first."""
    keys: dict[str, list[str]] = {}
    for model, key in targets:
        keys.setdefault(model, []).append(key)
    about = Q(pk=None)
    for model, some in keys.items():
        about |= Q(model=model, key__in=some)
    wanted = EntryTarget.objects.filter(about).values("entry")
    found = Entry.objects.filter(pk__in=wanted, at__lte=at).order_by("at", "pk")
    for row in found.values_list("pk", "leaf", "detail__salt", "detail__text").iterator(chunk_size=1000):
        yield TrailEntry(*row)
