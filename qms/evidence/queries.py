"""Questions about packs, and about the trail of what is in them."""

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from qms.core.seams.evidence import Selection, evidence_sources
from qms.evidence.models import Pack
from qms.evidence.rights import Can
from qms.organization.models import User
from qms.organization.queries import may
from qms.trail.models import Entry, EntryTarget


def visible_to(person: User) -> QuerySet[Pack]:
    """Return the packs a person may see now: their own while they hold the right to export, or all with that right.

    A pack of one's own that reached further than one's right does today is gone with it (ASVS 8.3.2).
    """
    packs = Pack.objects.select_related("requested_by", "file")
    if may(person, Can.SEE_ALL):
        return packs
    return packs.filter(requested_by=person) if may(person, Can.EXPORT) else packs.none()


def selection_text(selection: Selection) -> dict[str, Any]:
    """Return a selection as canonical JSON values."""
    return {
        "types": list(selection.types),
        "numbers": list(selection.numbers),
        "processes": list(selection.processes),
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
        since=date.fromisoformat(kept["since"]) if kept["since"] else None,
        until=date.fromisoformat(kept["until"]) if kept["until"] else None,
    )


def how_many(selection: Selection, person: User) -> int:
    """Return how many records a selection holds for a person, in all rooms."""
    return sum(source.count(selection, person) for source in evidence_sources)


def entries_about(targets: Sequence[tuple[str, str]], *, at: datetime) -> Iterator[Entry]:
    """Yield the entries until an instant that concern these records, each once, oldest first."""
    keys: dict[str, list[str]] = {}
    for model, key in targets:
        keys.setdefault(model, []).append(key)
    about = Q(pk=None)
    for model, some in keys.items():
        about |= Q(model=model, key__in=some)
    wanted = EntryTarget.objects.filter(about).values("entry")
    found = Entry.objects.filter(pk__in=wanted, at__lte=at).select_related("detail").order_by("at", "pk")
    return found.iterator(chunk_size=1000)
