"""The plan of a pack: every file with size, CRC-32 and SHA-256, made once; what is missing is listed, never fatal."""

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from qms.core.canonical import instant
from qms.core.seams.evidence import EvidenceRecord, Piece, evidence_sources
from qms.core.seams.jobs import Progress
from qms.evidence import bag
from qms.evidence.models import Pack
from qms.evidence.queries import TrailEntry, entries_about, how_many, names_of, people_in, selection_of
from qms.evidence.zipping import CHUNK, Member
from qms.filing.models import StoredFile
from qms.filing.services.files import store, store_bytes
from qms.organization.queries import organization_zone, setting

NO_LIMIT = 2**40
TOGETHER, TARGETS = 100, 500  # records at a time, and of them in one question to the trail
MADE = "made"


@dataclass
class Plan:
    """What goes into the zip, what the index shows, and what was not there.

    What is made for the pack is small and many: it lies in one file, `made`, that is stored once when all is there.
    """

    made: IO[bytes]
    members: list[Member] = field(default_factory=list)
    paths: set[str] = field(default_factory=set)
    records: list[dict[str, Any]] = field(default_factory=list)
    missing: list[dict[str, str]] = field(default_factory=list)
    targets: set[tuple[str, str]] = field(default_factory=set)
    people: set[int] = field(default_factory=set)

    def add(self, path: str, size: int, crc32: int, sha256: str, *, at: int = -1) -> None:
        """Take a file in under its path: a stored one, or the bytes of `made` that begin at `at`."""
        self.paths.add(path)
        self.members.append(Member(path, size, crc32, sha256, MADE if at >= 0 else "", max(at, 0)))


def make_plan(pack: Pack, progress: Progress) -> Plan:
    """Gather every record the person may see now, store what is made for the pack, and list it all."""
    with SpooledTemporaryFile(max_size=8 * CHUNK) as made:
        plan = Plan(made)
        selection, person = selection_of(pack), pack.requested_by
        total = max(1, how_many(selection, person))
        for source in evidence_sources:
            records = iter(source.gather(selection, person, pack.requested_at))
            while some := list(islice(records, TOGETHER)):
                _add(plan, some)
                progress.step(len(plan.records), total, some[-1].number)
        _made(plan, "data/trail/entries.jsonl", _entries(pack, plan))
        _made(plan, "data/trail/people.json", [_people(plan)])
        for name, content in _pages(pack, plan):
            _made(plan, f"data/{name}", [content])
        _tags(pack, plan)
        _name(pack, plan)
    return plan


def kept(plan: Plan) -> StoredFile:
    """Store a plan; the zip follows from its files alone. What it is about tells who may take it away later."""
    told = {"members": [vars(each) for each in plan.members], "targets": sorted(plan.targets)}
    return store_bytes(json.dumps(told).encode(), limit=NO_LIMIT)


def _add(plan: Plan, records: Sequence[EvidenceRecord]) -> None:
    stored = _stored({piece.stored for record in records for piece in record.pieces if piece.content is None})
    for record in records:
        shown = [_piece(plan, record, piece, stored) for piece in record.pieces]
        plan.targets |= set(record.targets)
        plan.records.append(
            {
                "number": record.number,
                "title": record.title,
                "kind": record.kind,
                "state": record.state,
                "facts": list(record.facts),
                "lists": [[heading, list(lines)] for heading, lines in record.lists],
                "files": [each for each in shown if each],
                "left_out": record.left_out,
            }
        )


def _piece(plan: Plan, record: EvidenceRecord, piece: Piece, stored: Mapping[str, StoredFile]) -> dict[str, str] | None:
    path = _free(plan, bag.safe_path("data", *record.folder.split("/"), *piece.path.split("/")))
    if piece.content is not None:
        _made(plan, path, [piece.content])
    elif piece.stored in stored:
        file = stored[piece.stored]
        plan.add(path, file.size, file.crc32, file.sha256)
    else:
        plan.missing.append({"record": record.number, "file": piece.words, "sha256": piece.stored})
        return None
    return {"path": path.removeprefix("data/"), "words": piece.words, "sha256": plan.members[-1].sha256}


def _free(plan: Plan, path: str) -> str:
    while path in plan.paths:
        head, dot, ending = path.rpartition(".")
        path = f"{head}+{dot}{ending}" if head else f"{path}+"
    return path


def _stored(wanted: set[str]) -> dict[str, StoredFile]:
    """Return the stored files of these hashes by hash, without those whose bytes are gone."""
    rows = StoredFile.objects.filter(sha256__in=wanted)
    return {row.sha256: row for row in rows if default_storage.exists(row.storage_name)}


def _made(plan: Plan, path: str, chunks: Iterable[bytes]) -> None:
    """Put bytes made for the pack behind those made before."""
    start, size, crc, digest = plan.made.tell(), 0, 0, hashlib.sha256()
    for chunk in chunks:
        plan.made.write(chunk)
        size, crc = size + len(chunk), zlib.crc32(chunk, crc)
        digest.update(chunk)
    plan.add(path, size, crc, digest.hexdigest(), at=start)


def _entries(pack: Pack, plan: Plan) -> Iterator[bytes]:
    targets, seen = sorted(plan.targets), set[int]()
    for at in range(0, len(targets), TARGETS):
        about = entries_about(targets[at : at + TARGETS], at=pack.requested_at)
        new = [entry for entry in about if entry.key not in seen]
        seen.update(entry.key for entry in new)
        lines = "".join(json.dumps(_entry(entry), ensure_ascii=False) + "\n" for entry in new)
        plan.people |= people_in(lines)
        yield lines.encode()
    yield (json.dumps({"end": instant(pack.requested_at)}) + "\n").encode()


def _people(plan: Plan) -> bytes:
    """Return the names behind `person:17`, as they are when the pack is made; the trail itself holds no names."""
    return json.dumps(names_of(plan.people), ensure_ascii=False, indent=1, sort_keys=True).encode()


def _entry(entry: TrailEntry) -> dict[str, Any]:
    """The leaf is the very text that was hashed; the detail comes with its salt, so that anybody can hash it again."""
    found: dict[str, Any] = {"leaf": entry.leaf}
    if entry.salt is not None:
        found |= {"salt": bytes(entry.salt).hex(), "detail": entry.detail}
    return found


def _pages(pack: Pack, plan: Plan) -> Iterator[tuple[str, bytes]]:
    context = {
        "pack": pack,
        "organization": setting("organization.name"),
        "made_at": pack.requested_at.astimezone(organization_zone()),
        "records": plan.records,
        "missing": plan.missing,
        "people": sorted(names_of(plan.people).items(), key=lambda each: each[1]),
        "identifier": _identifier(pack),
    }
    yield "index.html", render_to_string("evidence/index.html", context).encode()
    listing = {"records": plan.records, "missing": plan.missing}
    yield "index.json", json.dumps(listing, ensure_ascii=False).encode()
    if plan.missing:
        lines = [f"{each['record']}\t{each['file']}\t{each['sha256']}" for each in plan.missing]
        yield "missing.txt", ("\n".join([_("Files that were not there:"), *lines]) + "\n").encode()


def _tags(pack: Pack, plan: Plan) -> None:
    payload = list(plan.members)
    tags = [
        ("bagit.txt", bag.declaration()),
        (
            "bag-info.txt",
            bag.information(
                payload,
                organization=setting("organization.name"),
                recipient=pack.recipient,
                purpose=pack.purpose,
                made_at=pack.requested_at,
                identifier=_identifier(pack),
            ),
        ),
        ("manifest-sha256.txt", bag.manifest(payload)),
        ("README.txt", render_to_string("evidence/README.txt").encode()),
    ]
    tags.append(("tagmanifest-sha256.txt", bag.tag_manifest(tags)))
    for path, content in tags:
        _made(plan, path, [content])


def _name(pack: Pack, plan: Plan) -> None:
    """Store what was made, and put everything into one folder, named like the download (a bag is one folder)."""
    plan.made.seek(0)
    made = store(iter(lambda: plan.made.read(CHUNK), b""), limit=NO_LIMIT)
    root = pack.download_name.removesuffix(".zip")
    plan.members = [
        replace(each, path=f"{root}/{each.path}", inside=made.sha256 if each.inside else "") for each in plan.members
    ]


def _identifier(pack: Pack) -> str:
    return f"evidence-pack-{pack.pk}"
