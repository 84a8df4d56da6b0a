"""Writing the trail: no change without its entry, no entry without its change."""

import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from qms.core.actors import Actor
from qms.core.canonical import dumps, instant, sha256
from qms.core.ids import uuid7
from qms.core.spout import spouts
from qms.trail.models import Entry, EntryDetail, EntryTarget


@dataclass(frozen=True)
class Target:
    """A record that an entry concerns; `row_hash` is the SHA-256 of a protected row's canonical form."""

    model: str
    key: str
    row_hash: str | None = None


@dataclass(frozen=True)
class Draft:
    """One entry to be written: the verb, its records and its detail (canonical JSON values only)."""

    verb: str
    targets: tuple[Target, ...]
    detail: dict[str, Any] = field(default_factory=dict)


def target(row: Model) -> Target:
    """Return a row as the target of an entry, with its hash where the row has a canonical form."""
    canonical = getattr(row, "canonical", None)
    return Target(row._meta.label_lower, str(row.pk), sha256(canonical()) if canonical else None)


def record(verb: str, *rows: Model, by: Actor, **detail: Any) -> Entry:
    """Write one entry about these rows. Raises RuntimeError outside the transaction of the change it records."""
    return record_many([Draft(verb, tuple(target(row) for row in rows), detail)], by=by)[0]


def record_many(drafts: Iterable[Draft], *, by: Actor, at: datetime | None = None) -> list[Entry]:
    """Write one entry a draft with three bulk inserts; same rule about the transaction as `record`."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("An entry needs the transaction of the change it records.")
    moment = at or timezone.now()
    drafts = list(drafts)
    made = [_entry(draft, by.actor_key, moment) for draft in drafts]
    entries = Entry.objects.bulk_create([entry for entry, _salt, _text in made])
    EntryDetail.objects.bulk_create(
        [EntryDetail(entry=entry, salt=salt, text=text) for entry, (_e, salt, text) in zip(entries, made, strict=True)]
    )
    EntryTarget.objects.bulk_create(
        EntryTarget(entry=entry, model=each.model, key=each.key)
        for entry, draft in zip(entries, drafts, strict=True)
        for each in draft.targets
    )
    return entries


@contextmanager
def pour_entries() -> Iterator[Callable[[Draft, str, datetime], None]]:
    """Give a function that writes one of very many entries, with its own actor and instant: the bytes of `record_many`.

    Takes the draft, the actor's key and the instant. Same rule about the transaction as `record`.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("An entry needs the transaction of the change it records.")
    with spouts(
        (Entry, "uid", "at", "actor", "verb", "detail_hash", "leaf"),
        (EntryDetail, "entry", "salt", "text"),
        (EntryTarget, "model", "key", "entry"),
    ) as (entries, details, targets):

        def write(draft: Draft, actor: str, at: datetime) -> None:
            entry, salt, text = _entry(draft, actor, at)
            key = entries.add(entry.uid, at, actor, entry.verb, entry.detail_hash, entry.leaf)
            details.add(key, salt, text)
            for each in draft.targets:
                targets.add(each.model, each.key, key)

        yield write


def _entry(draft: Draft, actor: str, at: datetime) -> tuple[Entry, bytes, str]:
    salt = secrets.token_bytes(16)
    text = dumps(draft.detail)
    detail_hash = sha256(salt + text.encode("utf-8"))
    uid = uuid7()
    leaf = dumps(
        {
            "v": 1,
            "uid": str(uid),
            "at": instant(at),
            "actor": actor,
            "verb": draft.verb,
            "targets": [[each.model, each.key, each.row_hash] for each in draft.targets],
            "detail_hash": detail_hash,
        }
    )
    return Entry(uid=uid, at=at, actor=actor, verb=draft.verb, detail_hash=detail_hash, leaf=leaf), salt, text
