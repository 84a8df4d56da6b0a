"""The plan of a pack: every file with size, CRC-32 and SHA-256, made once; what is missing is listed, never fatal."""

import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from qms.core.canonical import dumps, instant
from qms.core.seams.evidence import EvidenceRecord, Piece, evidence_sources
from qms.core.seams.jobs import Progress
from qms.evidence import bag, index
from qms.evidence.models import Pack
from qms.evidence.queries import (
    TrailEntry,
    entries_about,
    how_many,
    names_of,
    people_in,
    period_of,
    selection_of,
    what_fits,
)
from qms.evidence.zipping import CHUNK, Member
from qms.filing.models import StoredFile
from qms.filing.services.files import store_bytes, store_whole
from qms.organization.queries import organization_zone, setting

NO_LIMIT = 2**40
TOGETHER = 100  # records at a time
MADE, MARK = "made", "\0"  # no text that anybody writes holds a NUL
_JSON = json.JSONEncoder(ensure_ascii=False)


@dataclass
class Plan:
    """What goes into the zip, what the index shows, and what was not there.

    What is made for the pack is small and many: it lies in one file, `made`, that is stored once when all is there.
    """

    made: IO[bytes]
    members: list[Member] = field(default_factory=list)
    paths: dict[str, str] = field(default_factory=dict)  # with the SHA-256 of each
    rows: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    listed: list[str] = field(default_factory=list)
    missing: list[dict[str, str]] = field(default_factory=list)
    targets: set[tuple[str, str]] = field(default_factory=set)
    people: set[int] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, path: str, size: int, crc32: int, sha256: str, *, at: int = -1) -> None:
        """Take a file in under its path: a stored one, or the bytes of `made` that begin at `at`."""
        self.paths[path] = sha256
        self.members.append(Member(path, size, crc32, sha256, MADE if at >= 0 else "", max(at, 0)))


def make_plan(pack: Pack, progress: Progress) -> Plan:
    """Gather every record the person may see now, store what is made for the pack, and list it all."""
    with NamedTemporaryFile(dir=workshop(), buffering=CHUNK) as made:
        plan = Plan(made)
        selection, person = selection_of(pack), pack.requested_by
        total = max(1, how_many(selection, person))
        for source in evidence_sources:
            records = iter(source.gather(selection, person, pack.requested_at))
            while some := list(islice(records, TOGETHER)):
                _add(plan, some)
                progress.step(len(plan.listed), total, some[-1].number)
        _made(plan, "data/trail/entries.jsonl", _entries(pack, plan))
        _made(plan, "data/trail/people.json", [_people(plan)])
        pack.holds = dumps([what_fits(selection, person), [[words, n] for words, n in plan.counts.items()]])
        for name, chunks in _pages(pack, plan):
            _made(plan, f"data/{name}", chunks)
        _tags(pack, plan)
        _name(pack, plan)
    return plan


def workshop() -> Path:
    """Return the folder in which packs are made, on the disk of the data."""
    folder = Path(settings.DATA_DIR) / "packs"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def kept(plan: Plan) -> StoredFile:
    """Store a plan; the zip follows from its files alone. What it is about tells who may take it away later."""
    told = {"members": [vars(each) for each in plan.members], "targets": sorted(plan.targets)}
    return store_bytes(json.dumps(told).encode(), limit=NO_LIMIT)


def _add(plan: Plan, records: Sequence[EvidenceRecord]) -> None:
    stored = _stored({piece.stored for record in records for piece in record.pieces if piece.content is None})
    for record in records:
        shown = [each for piece in record.pieces if (each := _piece(plan, record, piece, stored))]
        at = len(plan.listed) + 1
        plan.rows.append(index.row(at, record))
        plan.parts.append(index.part(at, record, shown))
        plan.listed.append(_JSON.encode(_listed(record, shown)))
        plan.targets.update(record.targets)
        plan.people.update(record.people)
        plan.counts.update(dict(record.counts))


def _listed(record: EvidenceRecord, files: Sequence[dict[str, str]]) -> dict[str, Any]:
    return {
        "number": record.number,
        "title": record.title,
        "kind": record.kind,
        "state": record.state,
        "facts": record.facts,
        "lists": record.lists,
        "files": files,
        "left_out": record.left_out,
    }


def _piece(plan: Plan, record: EvidenceRecord, piece: Piece, stored: Mapping[str, StoredFile]) -> dict[str, str] | None:
    folder = piece.folder or record.folder
    wanted = bag.safe_path("data", *folder.split("/"), *piece.path.split("/"))
    path = wanted if piece.folder else _free(plan, wanted)
    if path in plan.paths:
        pass
    elif piece.content is not None:
        _made(plan, path, [piece.content])
    elif piece.stored in stored:
        file = stored[piece.stored]
        plan.add(path, file.size, file.crc32, file.sha256)
    else:
        plan.missing.append({"record": record.number, "file": piece.words, "sha256": piece.stored})
        return None
    return {"path": path.removeprefix("data/"), "words": piece.words, "sha256": plan.paths[path]}


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
    period = period_of(selection_of(pack), pack.requested_at)
    for some in entries_about(plan.targets, period):
        lines = "".join(map(_entry, some))
        plan.people |= people_in(lines)
        plan.counts[_("Entries of the trail")] += len(some)
        yield lines.encode()
    since = instant(period[0]) if period[0] else None
    yield f"{_JSON.encode({'since': since, 'end': instant(period[1])})}\n".encode()


def _people(plan: Plan) -> bytes:
    """Return the names behind `person:17`, as they are when the pack is made; the trail itself holds no names."""
    return json.dumps(names_of(plan.people), ensure_ascii=False, indent=1, sort_keys=True).encode()


def _entry(entry: TrailEntry) -> str:
    """The leaf is the very text of the entry; the detail comes with its salt, so that anybody can hash it again."""
    detail = ""
    if entry.salt is not None:
        detail = f', "salt": "{entry.salt.hex()}", "detail": {_JSON.encode(entry.detail)}'
    return f'{{"leaf": {_JSON.encode(entry.leaf)}{detail}}}\n'


def _pages(pack: Pack, plan: Plan) -> Iterator[tuple[str, Iterable[bytes]]]:
    yield "index.html", _index(pack, plan)
    records, missing = ",\n".join(plan.listed), _JSON.encode(plan.missing)
    yield "index.json", [f'{{"records": [\n{records}\n],\n"missing": {missing}}}\n'.encode()]
    if plan.missing:
        lines = [f"{each['record']}\t{each['file']}\t{each['sha256']}" for each in plan.missing]
        yield "missing.txt", [("\n".join([_("Files that were not there:"), *lines]) + "\n").encode()]


def _index(pack: Pack, plan: Plan) -> Iterator[bytes]:
    """Yield the index: its template, and at the three marks there the rows of records, their parts, and people."""
    people = sorted(names_of(plan.people).items(), key=lambda each: each[1])
    context = {
        "pack": pack,
        "organization": setting("organization.name"),
        "missing": plan.missing,
        "identifier": _identifier(pack),
        "mark": MARK,
        **_period(pack),
    }
    before, *pages = render_to_string("evidence/index.html", context).split(MARK)
    yield before.encode()
    for text, page in zip([plan.rows, plan.parts, [index.pairs(people)]], pages, strict=True):
        yield from (each.encode() for each in text)
        yield page.encode()


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
        ("README.txt", render_to_string("evidence/README.txt", _period(pack)).encode()),
    ]
    tags.append(("tagmanifest-sha256.txt", bag.tag_manifest(tags)))
    for path, content in tags:
        _made(plan, path, [content])


def _period(pack: Pack) -> dict[str, str]:
    """Return since and until when the trail in a pack tells, and when the pack was made, as people there read it."""
    since, until = period_of(selection_of(pack), pack.requested_at)
    instants = {"since": since, "until": until, "made_at": pack.requested_at}
    zone = organization_zone()
    return {name: f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}" if at else "" for name, at in instants.items()}


def _name(pack: Pack, plan: Plan) -> None:
    """Store what was made, and put everything into one folder, named like the download (a bag is one folder)."""
    plan.made.flush()
    made = store_whole(Path(plan.made.name))
    root = pack.download_name.removesuffix(".zip")
    plan.members = [
        replace(each, path=f"{root}/{each.path}", inside=made.sha256 if each.inside else "") for each in plan.members
    ]


def _identifier(pack: Pack) -> str:
    return f"evidence-pack-{pack.pk}"
