"""Storing bytes under their hash, and attaching them to records. The blob first, then the row."""

import hashlib
import logging
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath
from tempfile import SpooledTemporaryFile
from typing import IO, cast

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.core.errors import RuleBroken
from qms.core.storage import Store
from qms.filing.models import Attachment, StoredFile
from qms.organization.models import User
from qms.trail.services import record

logger = logging.getLogger(__name__)

CHUNK = 1024 * 1024


def store(chunks: Iterable[bytes], *, limit: int | None = None) -> StoredFile:
    """Store bytes under their SHA-256 and return the row; the same bytes are stored once.

    Raises RuleBroken for nothing at all, for more than `limit` bytes (QMS_MAX_UPLOAD_MB when not given), and when the
    store is full, nearly full or does not answer: then nothing was changed.
    """
    most = settings.MAX_UPLOAD_BYTES if limit is None else limit
    digest, crc, size = hashlib.sha256(), 0, 0
    with _written(), SpooledTemporaryFile(max_size=8 * CHUNK) as spool:
        for chunk in chunks:
            size += len(chunk)
            if size > most:
                raise RuleBroken(
                    _("The file is larger than %(mb)d MB. Nothing was kept.") % {"mb": most // CHUNK}, code="too_big"
                )
            digest.update(chunk)
            crc = zlib.crc32(chunk, crc)
            spool.write(chunk)
        if size == 0:
            raise RuleBroken(_("The file is empty (0 bytes). Nothing was kept."), code="empty")
        return _keep(partial(_save, spool), digest.hexdigest(), crc, size)


def store_whole(path: Path) -> StoredFile:
    """Store a finished file of our own, whatever its size, without a copy where the disk can; the file itself stays.

    Nobody writes to it any more: the store may hold the very same bytes.

    Raises RuleBroken when the store is full, nearly full or does not answer: then nothing was changed.
    """
    digest, crc, size = hashlib.sha256(), 0, 0
    with _written(), path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            crc, size = zlib.crc32(chunk, crc), size + len(chunk)
        return _keep(partial(_take, path), digest.hexdigest(), crc, size)


def the_store() -> Store:
    """Return the file store with all that this house asks of it."""
    return cast(Store, default_storage)


def store_bytes(content: bytes, *, limit: int | None = None) -> StoredFile:
    """Store one piece of bytes; see `store`."""
    return store([content], limit=limit)


def open_file(file: StoredFile) -> IO[bytes]:
    """Return the stored bytes for reading; raises FileNotFoundError when the store has lost them."""
    return default_storage.open(file.storage_name, "rb")


@transaction.atomic
def attach(*, row: Model, file: StoredFile, name: str, media_type: str, by: User) -> Attachment:
    """Attach a stored file to a record under the name it came with."""
    attachment = Attachment.objects.create(
        subject_model=row._meta.label_lower,
        subject_key=str(row.pk),
        file=file,
        name=clean_name(name),
        media_type=media_type,
        added_at=timezone.now(),
        added_by=by,
    )
    record("filing.attached", row, by=by, name=attachment.name, sha256=file.sha256)
    return attachment


@transaction.atomic
def detach(*, attachment: Attachment, row: Model, by: User) -> None:
    """Take an attachment off a record; its bytes and its row stay."""
    if attachment.removed_at is not None:
        raise RuleBroken(_("This file was taken off already."))
    attachment.removed_at, attachment.removed_by = timezone.now(), by
    attachment.save(update_fields=["removed_at", "removed_by"])
    record("filing.detached", row, by=by, name=attachment.name, sha256=attachment.file.sha256)


def clean_name(name: str) -> str:
    """Return a file name as data: the last part, without control characters, at most 200 characters."""
    last = PurePosixPath(name.replace("\\", "/")).name
    kept = "".join(character for character in last if character.isprintable()).strip(" .")
    return kept[:200] or "file"


def _keep(save: Callable[[str], None], sha256: str, crc: int, size: int) -> StoredFile:
    file = StoredFile(sha256=sha256, crc32=crc, size=size, stored_at=timezone.now())
    found: StoredFile | None = StoredFile.objects.filter(sha256=sha256).first()
    if found is not None and default_storage.exists(file.storage_name):
        return found
    _refuse_when_full(size)
    save(file.storage_name)
    if found is None:
        with transaction.atomic():
            StoredFile.objects.bulk_create([file], ignore_conflicts=True)
        found = StoredFile.objects.get(sha256=sha256)
    if not default_storage.exists(file.storage_name):
        # An old orphan of the same bytes was thrown away between the two; the row keeps this one.
        save(file.storage_name)
    return found


def _save(spool: IO[bytes], name: str) -> None:
    spool.seek(0)
    default_storage.save(name, File(spool))


def _take(path: Path, name: str) -> None:
    the_store().take(name, path)


def _refuse_when_full(size: int) -> None:
    """Raise RuleBroken while a disk could not hold these bytes and what it must keep free."""
    room = the_store().room()
    if room is None:
        return
    keep = max(settings.KEEP_FREE_BYTES, room.total * settings.KEEP_FREE_PERCENT // 100)
    if room.free - size < keep:
        raise RuleBroken(
            _("The file store is nearly full: not saved, nothing was changed. Please tell IT."), code="store_full"
        )


@contextmanager
def _written() -> Iterator[None]:
    """Turn what a full disk or a store that does not answer raises into words for people."""
    try:
        yield
    except OSError as error:
        logger.exception("A file could not be stored.")
        raise RuleBroken(
            _("The file could not be written: not saved, nothing was changed. Please tell IT."), code="not_saved"
        ) from error
