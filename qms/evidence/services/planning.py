"""The plan of a pack: every file with size, CRC-32 and SHA-256, made once; what is missing is listed, never fatal."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from qms.core.canonical import instant
from qms.core.seams.evidence import EvidenceRecord, Piece, evidence_sources
from qms.core.seams.jobs import Progress
from qms.evidence import bag
from qms.evidence.models import Pack
from qms.evidence.queries import entries_about, how_many, selection_of
from qms.evidence.zipping import Member
from qms.filing.models import StoredFile
from qms.filing.services.files import store, store_bytes
from qms.organization.queries import organization_zone, setting
from qms.trail.models import Entry

NO_LIMIT = 2**40


@dataclass
class Plan:
    """What goes into the zip, what the index shows, and what was not there."""

    members: list[Member] = field(default_factory=list)
    records: list[dict[str, Any]] = field(default_factory=list)
    missing: list[dict[str, str]] = field(default_factory=list)
    targets: set[tuple[str, str]] = field(default_factory=set)


def make_plan(pack: Pack, progress: Progress) -> Plan:
    """Gather every record the person may see now, store what is made for the pack, and list it all."""
    plan = Plan()
    selection, person = selection_of(pack), pack.requested_by
    total = max(1, how_many(selection, person))
    for source in evidence_sources:
        for record in source.gather(selection, person, pack.requested_at):
            _add(plan, record)
            progress.step(len(plan.records), total, record.number)
    _payload(plan, "data/trail/entries.jsonl", store(_entries(pack, plan), limit=NO_LIMIT))
    for name, content in _pages(pack, plan):
        _payload(plan, f"data/{name}", store_bytes(content, limit=NO_LIMIT))
    _tags(pack, plan)
    return plan


def kept(plan: Plan) -> StoredFile:
    """Store a plan; the zip follows from it alone."""
    return store_bytes(json.dumps([asdict(each) for each in plan.members]).encode(), limit=NO_LIMIT)


def _add(plan: Plan, record: EvidenceRecord) -> None:
    shown = [_piece(plan, record, piece) for piece in record.pieces]
    plan.targets |= set(record.targets)
    plan.records.append(
        {
            "number": record.number,
            "title": record.title,
            "kind": record.kind,
            "state": record.state,
            "facts": list(record.facts),
            "files": [each for each in shown if each],
            "left_out": record.left_out,
        }
    )


def _piece(plan: Plan, record: EvidenceRecord, piece: Piece) -> dict[str, str] | None:
    path = bag.safe_path("data", *record.folder.split("/"), *piece.path.split("/"))
    file = store_bytes(piece.content, limit=NO_LIMIT) if piece.content is not None else _stored(piece.stored)
    if file is None:
        plan.missing.append({"record": record.number, "file": piece.words, "sha256": piece.stored})
        return None
    taken = {member.path for member in plan.members}
    while path in taken:
        head, dot, ending = path.rpartition(".")
        path = f"{head}+{dot}{ending}" if head else f"{path}+"
    _payload(plan, path, file)
    return {"path": path.removeprefix("data/"), "words": piece.words, "sha256": file.sha256}


def _stored(sha256: str) -> StoredFile | None:
    file: StoredFile | None = StoredFile.objects.filter(sha256=sha256).first()
    return file if file is not None and default_storage.exists(file.storage_name) else None


def _payload(plan: Plan, path: str, file: StoredFile) -> None:
    plan.members.append(Member(path, file.size, file.crc32, file.sha256))


def _entries(pack: Pack, plan: Plan) -> Iterator[bytes]:
    yield b""
    targets = sorted(plan.targets)
    for at in range(0, len(targets), 200):
        for entry in entries_about(targets[at : at + 200], at=pack.requested_at):
            yield (json.dumps(_entry(entry), ensure_ascii=False) + "\n").encode()
    yield (json.dumps({"end": instant(pack.requested_at)}) + "\n").encode()


def _entry(entry: Entry) -> dict[str, Any]:
    """The leaf is the very text that was hashed; the detail comes with its salt, so that anybody can hash it again."""
    found: dict[str, Any] = {"leaf": entry.leaf}
    if hasattr(entry, "detail"):
        found |= {"salt": bytes(entry.detail.salt).hex(), "detail": entry.detail.text}
    return found


def _pages(pack: Pack, plan: Plan) -> Iterator[tuple[str, bytes]]:
    context = {
        "pack": pack,
        "organization": setting("organization.name"),
        "made_at": pack.requested_at.astimezone(organization_zone()),
        "records": plan.records,
        "missing": plan.missing,
        "identifier": _identifier(pack),
    }
    yield "index.html", render_to_string("evidence/index.html", context).encode()
    listing = {"records": plan.records, "missing": plan.missing}
    yield "index.json", json.dumps(listing, ensure_ascii=False, indent=1).encode()
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
    ]
    tags.append(("tagmanifest-sha256.txt", bag.tag_manifest(tags)))
    for path, content in tags:
        _payload(plan, path, store_bytes(content, limit=NO_LIMIT))
    # A bag is one folder, named like its download.
    root = pack.download_name.removesuffix(".zip")
    plan.members = [Member(f"{root}/{m.path}", m.size, m.crc32, m.sha256) for m in plan.members]


def _identifier(pack: Pack) -> str:
    return f"evidence-pack-{pack.pk}"
