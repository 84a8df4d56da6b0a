"""The zip of a pack is known before it is written, and can be written on from any byte."""

import io
import zipfile
import zlib
from datetime import UTC, datetime

import pytest

from qms.evidence.zipping import Member, zip_bytes, zip_size

FILES = {"a/first.txt": b"one", "a/Prüfung ж 検査.pdf": bytes(range(256)) * 9000, "empty": b""}
MEMBERS = [Member(path, len(data), zlib.crc32(data), path) for path, data in FILES.items()]
STAMP = datetime(2026, 11, 22, 8, 44, 2, tzinfo=UTC)


def made(start=0, members=MEMBERS):
    return b"".join(zip_bytes(members, lambda m: io.BytesIO(FILES[m.sha256]), stamp=STAMP, start=start))


def test_the_standard_library_reads_every_file_back():
    with zipfile.ZipFile(io.BytesIO(made())) as bundle:
        assert bundle.testzip() is None
        assert {name: bundle.read(name) for name in bundle.namelist()} == FILES


def test_the_size_is_known_before():
    assert zip_size(MEMBERS) == len(made())


@pytest.mark.parametrize("start", [0, 1, 29, 30, 60, 100, 2304000, 2304100, 2304300])
def test_it_goes_on_from_any_byte(start):
    assert made(start) == made()[start:]


def test_the_same_members_give_the_same_bytes():
    assert made() == made()


def test_a_file_of_another_size_than_recorded_is_not_packed():
    wrong = [Member("empty", 3, 0, "empty")]
    with pytest.raises(ValueError, match="another size"):
        made(members=wrong)


def test_ten_thousand_files_use_zip64_counts():
    members = [Member(f"f/{n}", 3, zlib.crc32(b"one"), "a/first.txt") for n in range(70_000)]
    with zipfile.ZipFile(io.BytesIO(made(members=members))) as bundle:
        assert len(bundle.namelist()) == 70_000
