"""The file store: whole files or none, on a disk here and in an S3 store in `storage_s3` with the same interface.

Names are hashes of contents, so that a name that is taken holds the same bytes: it is never given another name.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from django.core.files import File
from django.core.files.storage import FileSystemStorage
from django.utils import timezone

# What a writer has not finished stands here, and what is about to be thrown away.
BESIDE = ".new"
GOING = ".going"


@dataclass(frozen=True)
class Blob:
    """One stored file: its name, its size in bytes, and when it was written."""

    name: str
    size: int
    written_at: datetime


@dataclass(frozen=True)
class Room:
    """How much room a store has: free and in all, in bytes."""

    free: int
    total: int


class Store(Protocol):
    """What the house asks of a file store beyond Django's own interface."""

    def save(self, name: str, content: "File[Any]") -> str: ...

    def take(self, name: str, path: Path) -> None:
        """Keep a finished file of our own that nobody writes to any more, without a copy where the disk can."""

    def open(self, name: str, mode: str = "rb") -> Any: ...

    def exists(self, name: str) -> bool: ...

    def size(self, name: str) -> int: ...

    def delete(self, name: str) -> None: ...

    def blobs(self, folder: str) -> Iterator[Blob]:
        """Yield every file below a folder."""

    def throw_away(self, name: str, *, older_than: timedelta) -> bool:
        """Remove a file that nothing refers to, unless somebody has just stored it again; return whether it is gone."""

    def sweep(self, *, older_than: timedelta) -> int:
        """Remove what killed writers have left; return how many files."""

    def room(self) -> Room | None:
        """Return how much room there is; None for a store that does not say."""


class WholeFiles(FileSystemStorage):
    """Files on a disk. A reader meets a file whole or not at all, whatever ends the writer."""

    def __init__(self, location: str | Path | None = None) -> None:
        super().__init__(location, None, file_permissions_mode=0o600, directory_permissions_mode=0o700)

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """Return the name itself."""
        return name

    def _save(self, name: str, content: "File[Any]") -> str:
        """Write beside, bring it to the disk, then give it its name in one step. Raises OSError on a full disk."""
        self._bring(name, partial(_copied, content))
        return name

    def take(self, name: str, path: Path) -> None:
        """Keep a finished file under a second name; on another disk as a copy. Raises OSError on a full disk."""
        self._bring(name, partial(_linked, path))

    def _bring(self, name: str, put: Callable[[Path], None]) -> None:
        target = Path(self.path(name))
        for folder in (target.parent, self._folder(BESIDE)):
            _make(folder)
        beside = self._folder(BESIDE) / uuid4().hex
        try:
            put(beside)
            _to_disk(beside)
            beside.replace(target)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        for folder in [parent for parent in target.parents if parent.is_relative_to(self.location)]:
            _to_disk(folder)

    def blobs(self, folder: str) -> Iterator[Blob]:
        """Yield every file below a folder; one that goes away meanwhile is left out."""
        for path in sorted(Path(self.path(folder)).rglob("*")):
            with suppress(FileNotFoundError):
                found = path.stat()
                if path.is_file():
                    name = path.relative_to(self.location).as_posix()
                    yield Blob(name, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))

    def throw_away(self, name: str, *, older_than: timedelta) -> bool:
        """Remove a file, unless it was written again just now: it is put aside first, then looked at, then removed."""
        path, aside = Path(self.path(name)), self._folder(GOING) / name
        _make(aside.parent)
        try:
            path.replace(aside)
        except FileNotFoundError:
            return False
        if timezone.now() - datetime.fromtimestamp(aside.stat().st_mtime, UTC) < older_than:
            aside.replace(path)
            return False
        aside.unlink()
        return True

    def sweep(self, *, older_than: timedelta) -> int:
        """Remove what killed writers have left beside; what was put aside by a killed sweep goes back to its place."""
        for path in [each for each in self._folder(GOING).rglob("*") if each.is_file()]:
            # A name is as old as its last change of name, which the time of writing does not tell.
            if timezone.now() - datetime.fromtimestamp(path.stat().st_ctime, UTC) > older_than:
                path.replace(self.path(path.relative_to(self._folder(GOING)).as_posix()))
        left = [blob for blob in self.blobs(BESIDE) if timezone.now() - blob.written_at > older_than]
        for blob in left:
            Path(self.path(blob.name)).unlink(missing_ok=True)
        return len(left)

    def room(self) -> Room | None:
        """Return the room on the disk."""
        _make(Path(self.location))
        usage = shutil.disk_usage(self.location)
        return Room(usage.free, usage.total)

    def _folder(self, name: str) -> Path:
        return Path(self.location) / name


def _make(folder: Path) -> None:
    """Make a folder and those above it, for the product alone (`mkdir` itself would open the ones above to all)."""
    for each in [*reversed(folder.parents), folder]:
        if not each.exists():
            each.mkdir(mode=0o700, exist_ok=True)


def _copied(content: "File[Any]", beside: Path) -> None:
    with open(beside, "xb", opener=partial(os.open, mode=0o600)) as target:
        for chunk in content.chunks():
            target.write(chunk)


def _linked(path: Path, beside: Path) -> None:
    try:
        os.link(path, beside)
        beside.chmod(0o600)
        beside.touch()
    except OSError:
        with path.open("rb") as stream:
            _copied(File(stream), beside)


def _to_disk(path: Path) -> None:
    """Bring a file to the disk, or the names in a folder, so that a file survives a loss of power with its name."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
