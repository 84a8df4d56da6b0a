"""An evidence pack of real records with large files, beside hashing and zipping the same files in plain Python."""

import hashlib
import resource
import tempfile
import zipfile
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet

from bench.figures import Figure
from bench.watch import seconds
from documents.models import Body, Document
from documents.states import State
from qms.core.seams.evidence import Selection
from qms.core.seams.worlds import chance
from qms.evidence.models import Pack
from qms.evidence.services import build, request_pack
from qms.evidence.services.building import members_of, open_member
from qms.filing.services.files import store_bytes
from qms.organization.models import User
from qms.organization.states import Role

# About fifteen files a document: 10,000 files, 2 GB.
DOCUMENTS, EACH = 700, 2_900_000  # and bytes of the text of each that is in force


class Silent:
    """Progress that nobody watches."""

    def step(self, done: int, total: int, words: str = "") -> None:
        """Say nothing."""


def measure() -> list[Figure]:
    """Measure a pack of 10,000 files, 2 GB; what it makes is taken back but for the files."""
    with transaction.atomic():
        chosen = Document.objects.order_by("number")[:DOCUMENTS]
        _swell(chosen)
        quality = User.objects.filter(assignments__role=Role.QUALITY_MANAGER).order_by("pk")[0]
        pack = request_pack(
            selection=Selection(numbers=tuple(each.number for each in chosen)),
            words="the first documents",
            recipient="Bench",
            purpose="Speed",
            by=quality,
            in_background=False,
        )
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        ours = seconds(lambda: build(pack_id=pack.pk, progress=Silent()))
        more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
        figure = _figure(Pack.objects.get(pk=pack.pk), ours, more)
        transaction.set_rollback(True)
    return [figure]


def _swell(documents: QuerySet[Document]) -> None:
    """Give each revision in force a file of its own as its body."""
    random = chance(9)
    for body in Body.objects.filter(revision__state=State.EFFECTIVE, revision__document__in=list(documents)):
        body.source = store_bytes(random.randbytes(EACH))
        body.save(update_fields=["source"])


def _figure(pack: Pack, ours: float, more: int) -> Figure:
    members = members_of(pack)
    with tempfile.TemporaryDirectory(prefix="qms-bench-") as folder:
        limit = seconds(lambda: _plain(pack, Path(folder) / "plain.zip"))
    size = sum(each.size for each in members) / 1_000_000
    share = limit / ours
    note = f"{len(members)} files, {size:.0f} MB, {more} MiB more memory"
    return Figure(
        "evidence pack, planned and built",
        "≥ 0.5 × hashlib and stored zip",
        size / ours,
        "MB/s",
        size / limit,
        share,
        holds=share >= 0.5,
        note=note,
    )


def _plain(pack: Pack, file: Path) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as target:
        for member in members_of(pack):
            with open_member(member) as stream:
                stream.seek(member.at)
                data = stream.read(member.size)
            hashlib.sha256(data).hexdigest()
            target.writestr(member.path, data)
