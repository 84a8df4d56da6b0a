"""Tending the file store, a 256th each minute: what nobody refers to goes, what is lost is said."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from qms.core.storage import Blob
from qms.filing.models import LostFile, StoredFile
from qms.filing.queries import files_in_folder
from qms.filing.services.files import the_store

logger = logging.getLogger(__name__)

FOLDERS = 256
ORPHAN_AFTER = timedelta(hours=1)


def tend_store(at: datetime) -> None:
    """Look after the folder whose turn it is: the whole store in a little over four hours."""
    minute = int(at.timestamp()) // 60
    tend_folder(f"{minute % FOLDERS:02x}")
    the_store().sweep(older_than=ORPHAN_AFTER)


def tend_folder(folder: str) -> None:
    """Throw away the orphans of one folder, older than an hour, and note which of its files are lost or cut off."""
    # Rows before files, then rows again: a file that is being stored is neither lost nor an orphan.
    known = {file.sha256: file for file in files_in_folder(folder)}
    blobs = list(the_store().blobs(folder))
    _note_lost(folder, known, {_digest(blob): blob.size for blob in blobs})
    _throw_away([blob for blob in blobs if _digest(blob) not in known])


def _note_lost(folder: str, known: dict[str, StoredFile], sizes: dict[str, int]) -> None:
    lost = [file for digest, file in known.items() if sizes.get(digest) != file.size]
    LostFile.objects.filter(file__in=files_in_folder(folder)).exclude(file__in=lost).delete()
    for file in lost:
        _row, new = LostFile.objects.update_or_create(
            file=file,
            defaults={"size_found": sizes.get(file.sha256)},
            create_defaults={"size_found": sizes.get(file.sha256), "noticed_at": timezone.now()},
        )
        if new:
            logger.error("The file store has lost %s, or part of it.", file.sha256)


def _throw_away(blobs: Sequence[Blob]) -> None:
    old = [blob for blob in blobs if timezone.now() - blob.written_at > ORPHAN_AFTER]
    kept = set(StoredFile.objects.filter(sha256__in=map(_digest, old)).values_list("sha256", flat=True))
    for blob in old:
        if _digest(blob) not in kept and the_store().throw_away(blob.name, older_than=ORPHAN_AFTER):
            logger.info("Threw an orphan of the file store away: %s", blob.name)


def _digest(blob: Blob) -> str:
    return blob.name.rsplit("/", 1)[-1]
