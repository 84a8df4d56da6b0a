"""The file store in any S3-compatible object store, which promises by itself that an object is there whole or not."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files import File
from django.core.files.storage import Storage
from django.utils import timezone
from storages.backends.s3 import S3Storage

from qms.core.storage import Blob, Room

# A store that does not answer holds nobody up for longer.
PATIENCE = Config(connect_timeout=2, read_timeout=10, retries={"max_attempts": 3, "mode": "standard"})

# An object cannot be put aside and looked at: it is left alone for a day, so that no writer can be at it.
LEFT_ALONE = timedelta(days=1)


@contextmanager
def answered() -> Iterator[None]:
    """Raise OSError for a store that refuses or does not answer, as a disk does."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise OSError(f"The file store: {error}") from error


class WholeObjects(Storage):
    """Files as objects. The store checks the SHA-256 of what arrives; a name that is taken holds the same bytes."""

    def __init__(self, **options: Any) -> None:
        self._store: Any = S3Storage(
            **options,
            file_overwrite=True,
            default_acl=None,
            object_parameters={"ChecksumAlgorithm": "SHA256"},
            client_config=PATIENCE,
            max_memory_size=8 * 1024 * 1024,
        )

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """Return the name itself."""
        return name

    def exists(self, name: str) -> bool:
        """Return whether there is such an object."""
        with answered():
            return bool(self._store.exists(name))

    def delete(self, name: str) -> None:
        """Remove an object."""
        with answered():
            self._store.delete(name)

    def size(self, name: str) -> int:
        """Return the size of an object in bytes; raises FileNotFoundError for none."""
        with answered():
            return int(self._store.size(name))

    def get_modified_time(self, name: str) -> datetime:
        """Return when an object was written."""
        with answered():
            written: datetime = self._store.get_modified_time(name)
            return written

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """Return the folders and the objects in a folder."""
        with answered():
            folders, files = self._store.listdir(path)
            return folders, files

    def take(self, name: str, path: Path) -> None:
        """Keep a finished file of our own: its bytes are sent."""
        with path.open("rb") as stream:
            self.save(name, File(stream))

    def blobs(self, folder: str) -> Iterator[Blob]:
        """Yield every object below a folder."""
        with answered():
            for found in self._store.bucket.objects.filter(Prefix=f"{folder}/" if folder else ""):
                yield Blob(found.key, found.size, found.last_modified)

    def throw_away(self, name: str, *, older_than: timedelta) -> bool:
        """Remove an object that was written longer ago than this, and than a day; return whether it is gone."""
        if timezone.now() - self.get_modified_time(name) < max(older_than, LEFT_ALONE):
            return False
        self.delete(name)
        return True

    def sweep(self, *, older_than: timedelta) -> int:
        """Return 0: a killed writer leaves nothing here."""
        return 0

    def room(self) -> Room | None:
        """Return None: an object store does not say."""
        return None

    def _open(self, name: str, mode: str = "rb") -> "File[bytes]":
        with answered():
            found: File[bytes] = self._store.open(name, mode)
            return found

    def _save(self, name: str, content: "File[Any]") -> str:
        with answered():
            return str(self._store.save(name, content))
