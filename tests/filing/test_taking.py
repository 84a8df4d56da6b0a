"""A finished file of our own goes into the store without a copy where the disk can."""

import errno
import os

import pytest

from qms.core.storage import WholeFiles

BYTES = b"a finished file"


@pytest.mark.parametrize("linked", [True, False])
def test_a_finished_file_is_taken_as_it_is_and_on_another_disk_as_a_copy(files, tmp_path, monkeypatch, linked):
    def elsewhere(*_paths):
        raise OSError(errno.EXDEV, "another disk")

    made = tmp_path / "made"
    made.write_bytes(BYTES)
    if not linked:
        monkeypatch.setattr(os, "link", elsewhere)
    WholeFiles(files).take("ab/cd/name", made)
    kept = files / "ab" / "cd" / "name"
    assert (kept.read_bytes(), kept.samefile(made), oct(kept.stat().st_mode)) == (BYTES, linked, "0o100600")
    assert [path for path in files.rglob("*") if path.is_file()] == [kept]
