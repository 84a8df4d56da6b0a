"""Building a pack: the plan once, then the zip, from where a killed worker left off."""

import json
from pathlib import Path
from typing import IO

from django.db import transaction
from django.utils import timezone

from qms.core.seams.jobs import Progress
from qms.evidence.models import Pack
from qms.evidence.services.planning import kept, make_plan, workshop
from qms.evidence.zipping import Member, zip_bytes, zip_size
from qms.filing.models import StoredFile
from qms.filing.services.files import open_file, store_whole
from qms.organization.queries.options import settings_read_once
from qms.trail.services import record


@settings_read_once()
def build(*, pack_id: int, progress: Progress) -> Pack:
    """Build a pack and keep it; run again after a kill it goes on where the last attempt ended.

    The entry "exported" names the SHA-256 of the whole zip and comes after it.
    """
    pack = Pack.objects.select_related("requested_by", "plan", "file").get(pk=pack_id)
    if pack.file is not None:
        return pack
    if pack.plan is None:
        _plan(pack, progress)
    members = members_of(pack)
    part = _part(pack)
    _write(pack, members, part, progress)
    _finish(pack, store_whole(part))
    part.unlink()
    return pack


def members_of(pack: Pack) -> list[Member]:
    """Return the files of a planned pack, in the order of the zip."""
    assert pack.plan is not None
    with open_file(pack.plan) as stream:
        plan = json.load(stream)
    return [Member(**each) for each in (plan["members"] if isinstance(plan, dict) else plan)]


def open_member(member: Member) -> IO[bytes]:
    """Open the stored file that holds the bytes of a member."""
    return open_file(StoredFile(sha256=member.inside or member.sha256))


def _plan(pack: Pack, progress: Progress) -> None:
    plan = make_plan(pack, progress)
    pack.plan, pack.files, pack.missing = kept(plan), len(plan.members), len(plan.missing)
    pack.save(update_fields=["plan", "files", "missing", "holds"])


def _part(pack: Pack) -> Path:
    return workshop() / f"{pack.pk}-{pack.plan_id}.part"


def _write(pack: Pack, members: list[Member], part: Path, progress: Progress) -> None:
    total = zip_size(members)
    done = part.stat().st_size if part.exists() else 0
    with part.open("ab") as target:
        for chunk in zip_bytes(members, open_member, stamp=pack.requested_at, start=done):
            target.write(chunk)
            done += len(chunk)
            progress.step(done // 1024, total // 1024, f"{done // 1024 // 1024} MB")


@transaction.atomic
def _finish(pack: Pack, file: StoredFile) -> None:
    pack.file, pack.built_at = file, timezone.now()
    pack.save(update_fields=["file", "built_at"])
    record(
        "evidence.exported",
        pack,
        by=pack.requested_by,
        sha256=file.sha256,
        size=file.size,
        files=pack.files,
        missing=pack.missing,
        recipient=pack.recipient,
        purpose=pack.purpose,
    )
