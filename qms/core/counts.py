"""Caches in files, for one machine without Redis, on which limits can rest however many ask at once."""

import fcntl
import shutil
import time
from pathlib import Path
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.filebased import FileBasedCache

LATE_SECONDS = 60  # a request that began in a stretch of time may still be counting after its end


class Files(FileBasedCache):
    """Django's cache of files, with an `add` that succeeds for one of many: the sign-in library makes its locks so."""

    def __init__(self, folder: str, params: dict[str, Any]) -> None:
        super().__init__(folder, params)
        self._lock = Path(folder) / "adding.lock"

    def add(self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep a value where none is kept; return whether this call did it."""
        self._lock.parent.mkdir(parents=True, exist_ok=True)
        with self._lock.open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            return super().add(key, value, timeout, version)


class Counts(BaseCache):
    """Counts, and does nothing else.

    Each count is a file that grows by one sign: the kernel lets one writer after the other append (POSIX write). The
    version of a key is the second at which it ends; keys that end together share a folder, which goes as a whole.
    """

    def __init__(self, folder: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._folder = Path(folder)

    def add(self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Return True: a count begins when it is first raised."""
        return True

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Raise a count and return it. No two callers are given the same number."""
        place = self._folder / str(version)
        if not place.is_dir():
            self._begin(place)
        # Without buffer: one write for each call, and the place after it is what this one has made of the file.
        with (place / key).open("ab", buffering=0) as file:
            file.write(b"." * delta)
            return file.tell()

    def clear(self) -> None:
        """Forget everything that was counted."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _begin(self, place: Path) -> None:
        """Make the folder of a stretch of time, and remove those that are over."""
        place.mkdir(parents=True, exist_ok=True)
        for old in self._folder.iterdir():
            if int(old.name) < time.time() - LATE_SECONDS:
                shutil.rmtree(old, ignore_errors=True)
