"""Storing bytes under their hash: once, whole or not at all, on a disk and in an S3 store."""

import hashlib
import os
import resource
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone
from moto import mock_aws

from qms.core.errors import RuleBroken
from qms.core.storage import Room, WholeFiles
from qms.core.storage_s3 import WholeObjects
from qms.filing.models import LostFile, StoredFile
from qms.filing.services import open_file, store
from qms.filing.services.files import store_bytes, the_store
from qms.filing.services.tending import FOLDERS, tend_folder, tend_store
from tests.filing.conftest import use_storage

HOUR = timedelta(hours=1)
BYTES = b"All gauges are calibrated.\n"
DIGEST = hashlib.sha256(BYTES).hexdigest()


def everything(folder):
    """Return the relative paths of all files below a folder."""
    return sorted(path.relative_to(folder).as_posix() for path in Path(folder).rglob("*") if path.is_file())


@pytest.fixture
def objects(settings):
    """An S3 store in memory."""
    with mock_aws():
        boto3.client("s3", region_name="eu-central-1").create_bucket(
            Bucket="gauges", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
        )
        use_storage(
            settings,
            "qms.core.storage_s3.WholeObjects",
            bucket_name="gauges",
            region_name="eu-central-1",
            access_key="a",
            secret_key="b",
        )
        yield


@pytest.fixture(params=["files", "objects"])
def anywhere(request):
    """Both stores in turn."""
    return request.getfixturevalue(request.param)


def test_bytes_are_kept_under_their_hash_with_crc_and_size(db, anywhere):
    file = store([BYTES[:5], BYTES[5:]])
    assert (file.sha256, file.crc32, file.size) == (DIGEST, zlib.crc32(BYTES), len(BYTES))
    with open_file(file) as stream:
        assert stream.read() == BYTES


def test_the_same_bytes_are_stored_once(db, anywhere):
    first, second = store_bytes(BYTES), store_bytes(BYTES)
    assert first == second
    assert StoredFile.objects.count() == 1
    assert [blob.name for blob in the_store().blobs(DIGEST[:2])] == [first.storage_name]


def test_a_large_file_goes_through_in_pieces(db, anywhere):
    piece = os.urandom(1024 * 1024)
    file = store(piece for _each in range(12))
    with open_file(file) as stream:
        assert hashlib.sha256(stream.read()).hexdigest() == file.sha256


@pytest.mark.parametrize(
    ("chunks", "limit", "code"), [([], None, "empty"), ([b""], 5, "empty"), ([b"abc", b"def"], 5, "too_big")]
)
def test_nothing_and_too_much_are_refused_and_leave_nothing(db, files, chunks, limit, code):
    with pytest.raises(RuleBroken) as refusal:
        store(chunks, limit=limit)
    assert (refusal.value.code, everything(files), StoredFile.objects.count()) == (code, [], 0)


def test_exactly_the_limit_is_accepted(db, files):
    assert store([b"abcde"], limit=5).size == 5


def test_a_file_that_the_store_has_lost_is_said_and_comes_back_with_the_same_bytes(db, anywhere):
    file = store_bytes(BYTES)
    the_store().delete(file.storage_name)
    with pytest.raises(FileNotFoundError):
        open_file(file)
    assert store_bytes(BYTES) == file
    with open_file(file) as stream:
        assert stream.read() == BYTES


def test_a_reader_never_meets_half_a_file(files):
    """The name appears only when all bytes are there: a writer that is ended half way leaves no name."""

    def half():
        yield b"half"
        assert everything(files)[0].startswith(".new/")
        raise KeyboardInterrupt

    content = ContentFile(b"")
    content.chunks = half
    with pytest.raises(KeyboardInterrupt):
        WholeFiles(files)._save("ab/cd/name", content)
    assert everything(files) == []


def test_a_killed_writer_leaves_no_name_and_its_rest_is_swept_after_an_hour(db, files):
    program = (
        "import os, signal, sys\n"
        "sys.path.insert(0, sys.argv[2])\n"
        "from django.conf import settings\n"
        "settings.configure(USE_TZ=True)\n"
        "from django.core.files.base import ContentFile\n"
        "from qms.core.storage import WholeFiles\n"
        "def chunks():\n"
        "    yield b'x' * 100000\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "content = ContentFile(b'')\n"
        "content.chunks = chunks\n"
        "WholeFiles(sys.argv[1])._save('ab/cd/name', content)\n"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", program, str(files), str(root)], check=False)
    left = everything(files)
    assert (done.returncode, [name.split("/")[0] for name in left]) == (-9, [".new"])
    assert the_store().sweep(older_than=HOUR) == 0
    os.utime(files / left[0], (0, 0))
    assert the_store().sweep(older_than=HOUR) == 1
    assert everything(files) == []


def test_file_and_folders_are_for_the_product_alone(db, files):
    file = store_bytes(BYTES)
    path = files / file.storage_name
    assert [oct(each.stat().st_mode & 0o777) for each in (path, path.parent, path.parent.parent)] == [
        "0o600",
        "0o700",
        "0o700",
    ]


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "ab/../../outside"])
def test_a_name_that_leaves_the_store_is_refused(files, name):
    with pytest.raises(SuspiciousFileOperation):
        WholeFiles(files).save(name, ContentFile(b"x"))


def test_a_disk_that_fills_up_says_so_and_changes_nothing(db, files):
    """RLIMIT_FSIZE ends the write in the middle, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    content = os.urandom(400_000)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        with pytest.raises(RuleBroken) as refusal:
            store_bytes(content)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert refusal.value.code == "not_saved"
    assert "not saved, nothing was changed" in str(refusal.value)
    assert (everything(files), StoredFile.objects.count()) == ([], 0)
    assert store_bytes(content).size == 400_000


@pytest.mark.parametrize(("where", "step"), [(os, "fsync"), (Path, "replace"), (Path, "mkdir")])
def test_whichever_step_of_writing_fails_nothing_is_left(db, files, monkeypatch, where, step):
    def full(*_args, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(where, step, full)
    with pytest.raises(RuleBroken) as refusal:
        store_bytes(BYTES)
    monkeypatch.undo()
    assert (refusal.value.code, everything(files), StoredFile.objects.count()) == ("not_saved", [], 0)


@pytest.mark.parametrize(
    ("free", "total", "kept"),
    [
        (2_000, 10_000, True),
        (1_500, 10_000, True),
        (1_400, 10_000, False),
        (5_500, 100_000, True),
        (5_000, 100_000, False),
    ],
)
def test_a_disk_that_is_nearly_full_refuses_files_while_it_can_still_hold_the_rest(
    db, files, settings, monkeypatch, free, total, kept
):
    settings.KEEP_FREE_BYTES, settings.KEEP_FREE_PERCENT = 1_000, 5
    monkeypatch.setattr(WholeFiles, "room", lambda _self: Room(free, total))
    content = b"x" * 500
    if kept:
        assert store_bytes(content).size == 500
        return
    with pytest.raises(RuleBroken) as refusal:
        store_bytes(content)
    assert (refusal.value.code, everything(files)) == ("store_full", [])


def test_what_is_stored_already_is_accepted_on_a_full_disk(db, files, settings, monkeypatch):
    file = store_bytes(BYTES)
    monkeypatch.setattr(WholeFiles, "room", lambda _self: Room(0, 10))
    settings.KEEP_FREE_BYTES = 1
    assert store_bytes(BYTES) == file


def test_the_disk_says_how_much_room_it_has_and_an_object_store_does_not(files, objects):
    room = WholeFiles(files).room()
    assert 0 < room.free <= room.total
    assert the_store().room() is None


def test_an_object_store_that_does_not_answer_is_said_in_words(db, objects, monkeypatch):
    def dead(*_args, **_options):
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1:9")

    monkeypatch.setattr("storages.backends.s3.S3Storage.exists", dead)
    monkeypatch.setattr("storages.backends.s3.S3Storage._save", dead)
    with pytest.raises(RuleBroken) as refusal:
        store_bytes(BYTES)
    assert (refusal.value.code, StoredFile.objects.count()) == ("not_saved", 0)


def test_an_object_carries_its_checksum(db, objects):
    file = store_bytes(BYTES)
    found = boto3.client("s3", region_name="eu-central-1").get_object_attributes(
        Bucket="gauges", Key=file.storage_name, ObjectAttributes=["Checksum", "ObjectSize"]
    )
    assert found["ObjectSize"] == len(BYTES)


def test_both_stores_answer_the_same_questions(db, anywhere):
    file = store_bytes(BYTES)
    shelf = the_store()
    blob = next(shelf.blobs(DIGEST[:2]))
    assert (blob.name, blob.size) == (file.storage_name, len(BYTES))
    assert abs(timezone.now() - blob.written_at) < HOUR
    assert (shelf.exists(file.storage_name), shelf.exists("no/such/file")) == (True, False)
    assert (shelf.size(file.storage_name), shelf.listdir(DIGEST[:2])) == (len(BYTES), ([DIGEST[2:4]], []))
    assert shelf.save(file.storage_name, ContentFile(BYTES)) == file.storage_name
    with pytest.raises(FileNotFoundError):
        shelf.open("no/such/file")


@pytest.mark.parametrize("backend", [WholeFiles, WholeObjects])
def test_both_stores_keep_a_name_that_is_taken(backend):
    assert backend.get_available_name(None, "ab/cd/x") == "ab/cd/x"


def orphan(folder, content, age):
    """Put bytes into the store that no row knows, written so long ago; return their path."""
    digest = hashlib.sha256(content).hexdigest()
    path = folder / digest[:2] / digest[2:4] / digest
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    then = (timezone.now() - age).timestamp()
    os.utime(path, (then, then))
    return path


def test_orphans_older_than_an_hour_are_thrown_away_and_younger_ones_and_known_files_stay(db, files):
    known = store_bytes(b"known")
    os.utime(files / known.storage_name, (0, 0))
    old, young = orphan(files, b"old", 2 * HOUR), orphan(files, b"young", HOUR / 2)
    for number in range(FOLDERS):
        tend_folder(f"{number:02x}")
    assert (old.exists(), young.exists(), (files / known.storage_name).exists()) == (False, True, True)
    assert not LostFile.objects.exists()


def test_each_minute_tends_one_folder_and_a_day_tends_all(db, files):
    paths = [orphan(files, f"orphan {n}".encode(), 2 * HOUR) for n in range(60)]
    at = datetime(2027, 2, 1, tzinfo=UTC)
    for minute in range(FOLDERS):
        tend_store(at + timedelta(minutes=minute))
    assert [path.exists() for path in paths] == [False] * 60


def test_an_orphan_that_is_stored_again_just_now_is_put_back(db, files):
    path = orphan(files, BYTES, HOUR / 2)
    assert the_store().throw_away(path.relative_to(files).as_posix(), older_than=HOUR) is False
    assert path.read_bytes() == BYTES


def test_throwing_away_what_is_gone_already_is_no_mistake(files):
    assert WholeFiles(files).throw_away("ab/cd/none", older_than=HOUR) is False


def test_a_file_that_a_killed_sweep_put_aside_goes_back_to_its_place(db, files, monkeypatch):
    file = store_bytes(BYTES)
    aside = files / ".going" / file.storage_name
    aside.parent.mkdir(parents=True)
    (files / file.storage_name).replace(aside)
    the_store().sweep(older_than=HOUR)
    assert aside.exists()
    monkeypatch.setattr("qms.core.storage.timezone.now", lambda: datetime.now(UTC) + 2 * HOUR)
    the_store().sweep(older_than=HOUR)
    assert (files / file.storage_name).read_bytes() == BYTES


def test_objects_are_left_alone_for_a_day(db, objects, monkeypatch):
    shelf = the_store()
    shelf.save("ab/cd/orphan", ContentFile(b"x"))
    assert shelf.throw_away("ab/cd/orphan", older_than=HOUR) is False
    later = datetime.now(UTC) + 25 * HOUR
    monkeypatch.setattr("qms.core.storage_s3.timezone.now", lambda: later)
    assert shelf.throw_away("ab/cd/orphan", older_than=HOUR) is True
    assert shelf.exists("ab/cd/orphan") is False
    assert shelf.sweep(older_than=HOUR) == 0


def test_lost_and_cut_off_files_are_noted_once_and_struck_when_they_are_whole_again(db, files):
    gone, cut, whole = store_bytes(b"gone"), store_bytes(b"cut off"), store_bytes(b"whole")
    (files / gone.storage_name).unlink()
    (files / cut.storage_name).write_bytes(b"cut")

    def tended():
        for file in (gone, cut, whole):
            tend_folder(file.sha256[:2])
        return set(LostFile.objects.values_list("file__sha256", "size_found"))

    assert tended() == tended() == {(gone.sha256, None), (cut.sha256, 3)}
    first = LostFile.objects.get(file=gone).noticed_at
    (files / cut.storage_name).write_bytes(b"cut off")
    assert tended() == {(gone.sha256, None)}
    assert LostFile.objects.get(file=gone).noticed_at == first
    store_bytes(b"gone")
    assert tended() == set()


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_eight_who_store_the_same_bytes_at_once_get_the_same_file(files):
    gate = Barrier(8)

    def one(_n):
        gate.wait()
        try:
            return store_bytes(BYTES).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(one, range(8)))
    assert (len(found), everything(files)) == (1, [StoredFile.objects.get().storage_name])


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_bytes_that_are_stored_while_their_old_orphan_is_thrown_away_are_not_lost(files):
    for n in range(20):
        content = f"round {n}".encode()
        digest = hashlib.sha256(content).hexdigest()
        orphan(files, content, 2 * HOUR)
        gate = Barrier(2)

        def tend(folder=digest[:2], gate=gate):
            gate.wait()
            try:
                tend_folder(folder)
            finally:
                connection.close()

        def keep(content=content, gate=gate):
            gate.wait()
            try:
                return store_bytes(content)
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            tending, keeping = pool.submit(tend), pool.submit(keep)
            tending.result()
            file = keeping.result()
        assert (files / file.storage_name).read_bytes() == content
