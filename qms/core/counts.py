"""A cache that counts and does nothing else, for one machine without Redis: exact however many count at once."""

import shutil
import time
from pathlib import Path
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

LATE_SECONDS = 60  # a request that began in a stretch of time may still be counting after its end


class Counts(BaseCache):
    """Each count is a file that grows by one sign: the kernel lets one writer after the other append (POSIX write).

    The version of a key is the second at which it ends; keys that end together share a folder, which goes as a whole.
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
