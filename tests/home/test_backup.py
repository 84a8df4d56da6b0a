"""A backup restores to an identical system, in either database; what is damaged or newer is refused."""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from qms.core.errors import RuleBroken
from qms.filing.models import StoredFile
from qms.filing.services import attach, open_file
from qms.filing.services.files import store_bytes
from qms.home.backups import CONTENTS, Writer, is_newer, opened, plain, table_member, written
from qms.home.services import back_up, restore
from qms.organization.models import Site, User
from qms.organization.queries import setting
from qms.search.queries import search
from qms.trail.models import Entry, EntryDetail
from qms.trail.triggers import drop_statements, install, missing, protected
from tests.conftest import as_owner

committed = pytest.mark.django_db(transaction=True)
# What the one entry of the restore itself adds to, in a backup of the restored installation.
OF_THE_RESTORE = {table_member(model) for model in ("trail.entry", "trail.entrydetail", "contenttypes.contenttype")}


def manage(data: Path, *words: str) -> subprocess.CompletedProcess:
    """Run a command in an installation of its own, on SQLite."""
    served = ("QMS_DATABASE", "QMS_REDIS", "QMS_SECRET_KEY")
    env = {key: value for key, value in os.environ.items() if not key.startswith(served)}
    data.mkdir(exist_ok=True)
    (data / "secret_key").write_text("k" * 64)
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        env=env | {"QMS_DATA": str(data), "DJANGO_SETTINGS_MODULE": "qms.settings"},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


def empty() -> None:
    """Empty the database and the file store, as a new installation has them."""
    with as_owner():
        with connection.cursor() as cursor:
            for model in protected():
                for statement in drop_statements(connection.vendor, model):
                    if connection.vendor == "postgresql" or not statement.endswith('_truncate"'):
                        cursor.execute(statement)
        call_command("flush", interactive=False, verbosity=0)
        install()
    shutil.rmtree(settings.STORAGES["default"]["OPTIONS"]["location"], ignore_errors=True)


def bring_back(path: Path) -> None:
    """Restore as the owner of the tables, who may set sequences."""
    with as_owner():
        restore(path)


def restored_words(path: Path, folder: Path) -> str:
    """Return what `restore` says of this backup: what, where, from when, and what the kept secret key is for."""
    with opened(path) as backup:
        contents = backup.contents
    made = datetime.fromisoformat(contents.made_at)
    files = sum(name.startswith("files/") for name in contents.members)
    return (
        f"Restored {setting('organization.name')} into the data folder {folder}, as of {made.day} {made:%B %Y, %H:%M} "
        f"UTC: {sum(contents.rows.values())} rows, {files} files.\n"
        "No backup holds the secret key; this folder has one of its own. Put the one you have kept in its place "
        f"({folder}/secret_key) before the start: links in mails then go on opening. Without it they open nothing "
        "any more.\n"
    )


def stored_bytes() -> dict[str, bytes]:
    found = {}
    for file in StoredFile.objects.all():
        with open_file(file) as stream:
            found[file.sha256] = stream.read()
    return found


def hashes(path: Path) -> dict[str, str]:
    with opened(path) as backup:
        backup.check()
        return {name: sha for name, sha in backup.contents.members.items() if name not in OF_THE_RESTORE}


def page(client, world, document) -> str:
    """Return a document's page without what differs each time it is drawn."""
    client.force_login(User.objects.get(username="author"))
    body = client.get(reverse("documents:document", args=[document.pk])).content.decode()
    body = re.sub(r"\d\d:\d\d UTC by ", "", body)  # when the page was drawn, for print
    return re.sub(r'(csrfmiddlewaretoken" value|nonce|X-CSRFToken&quot;|"X-CSRFToken")(=|: ?)"[^"]*"', r"\1", body)


def rewritten(path: Path, to: Path, change) -> Path:
    """Write a whole, well sealed backup whose table of contents was changed."""
    with opened(path) as old, written(to) as writer:
        contents = old.contents
        for name in contents.members:
            writer.add(name, old.chunks(name))
        change(contents)
        Writer.finish(writer, contents)
    return to


@pytest.fixture
def organization(transactional_db, world):
    """An organization with a document in force, another in work, a line manager, and an attached file."""
    User.objects.filter(pk=world.author.pk).update(line_manager=world.top)
    revision = world.effective()
    world.next_revision(revision.document)
    world.draft(title="Überprüfung – 測定")
    gone = Site.objects.create(code="P9", name="Gone", time_zone="UTC")
    gone.delete()
    file = store_bytes(bytes(range(256)) * 5000)
    attach(row=revision.document, file=file, name="table.bin", media_type="application/octet-stream", by=world.author)
    return world, revision.document


@pytest.fixture
def backup(organization, tmp_path) -> Path:
    back_up(tmp_path / "backup.zip")
    return tmp_path / "backup.zip"


@committed
@pytest.mark.both
def test_a_backup_restored_into_sqlite_and_from_there_into_this_database_answers_the_same(
    organization, tmp_path, client
):
    world, document = organization
    before = page(client, world, document)
    leaves = list(Entry.objects.order_by("pk").values_list("leaf", flat=True))
    stored = stored_bytes()
    last_site = Site.objects.order_by("pk").last().pk
    first, second, third = (tmp_path / name for name in ("first.zip", "second.zip", "third.zip"))
    back_up(first)
    done = manage(tmp_path / "drill", "restore", str(first))
    assert (done.returncode, done.stdout) == (0, restored_words(first, tmp_path / "drill")), done.stderr
    done = manage(tmp_path / "drill", "backup", str(second))
    assert (done.returncode, done.stdout[:6]) == (0, "Backed"), done.stderr
    assert hashes(second) == hashes(first)
    empty()
    bring_back(second)
    back_up(third)
    assert hashes(third) == hashes(first)
    now = list(Entry.objects.order_by("pk").values_list("leaf", "verb"))
    assert [leaf for leaf, _verb in now[: len(leaves)]] == leaves
    assert [verb for _leaf, verb in now[len(leaves) :]] == ["home.restored"] * 2
    assert stored_bytes() == stored
    assert page(client, world, document) == before
    assert [hit.key for hit in search(User.objects.get(username="reader"), "gauges")] == [document.pk]
    assert missing(connection) == []
    assert Site.objects.create(code="P10", name="Next", time_zone="UTC").pk == last_site + 2


@committed
def test_the_restore_writes_one_entry_that_says_from_which_backup(backup):
    with opened(backup) as reader:
        said = reader.contents
    empty()
    bring_back(backup)
    entry = Entry.objects.order_by("pk").last()
    assert json.loads(EntryDetail.objects.get(entry=entry).text) == {
        "made_at": said.made_at,
        "version": said.version,
        "database": connection.vendor,
        "rows": sum(said.rows.values()),
        "files": StoredFile.objects.count(),
        "files_lost": 0,
    }


@pytest.mark.release
@committed
def test_a_backup_of_an_older_version_is_restored_and_brought_up_to_date(backup, tmp_path):
    older = rewritten(
        backup, tmp_path / "older.zip", lambda c: c.migrations.update(search=["0001_entries_and_passages"])
    )
    done = manage(tmp_path / "drill", "restore", str(older))
    assert (done.returncode, done.stdout[:6]) == (0, "Restor"), done.stderr
    done = manage(tmp_path / "drill", "backup", str(tmp_path / "again.zip"))
    assert (done.returncode, done.stdout[:6]) == (0, "Backed"), done.stderr
    assert hashes(tmp_path / "again.zip") == hashes(backup)


@committed
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda c: setattr(c, "version", "99.0.0"), "made by version 99.0.0"),
        (lambda c: c.migrations["documents"].append("9999_later"), "does not know documents.9999_later"),
        (lambda c: setattr(c, "format", 2), "made by a newer version"),
    ],
)
def test_a_backup_of_a_newer_version_is_refused(backup, tmp_path, change, words):
    newer = rewritten(backup, tmp_path / "newer.zip", change)
    empty()
    with pytest.raises(RuleBroken, match=words):
        restore(newer)
    assert (User.objects.count(), Entry.objects.count()) == (0, 0)


@committed
def test_a_damaged_backup_is_refused_and_the_part_is_named(backup, tmp_path):
    whole = backup.read_bytes()
    with zipfile.ZipFile(backup) as archive:
        infos = {info.filename: info for info in archive.infolist()}
        directory = archive.start_dir
    file = max((name for name in infos if name.startswith("files/")), key=lambda name: infos[name].file_size)
    people = infos["tables/organization.user.jsonl"]
    cases = [
        (whole[: len(whole) // 2], "cut off"),
        (whole[:-1], "the frame around its parts"),
        (b"", "cut off"),
        (flipped(whole, infos[file].header_offset + 300), re.escape(file)),
        (flipped(whole, people.header_offset + 200), "tables/organization.user.jsonl"),
        (flipped(whole, people.header_offset), "tables/organization.user.jsonl"),
        (flipped(whole, infos[CONTENTS].header_offset + 500), CONTENTS),
        (flipped(whole, directory + 12), "the frame around its parts"),
        (flipped(whole, len(whole) - 5), "the frame around its parts"),
    ]
    empty()
    for content, part in cases:
        (tmp_path / "broken.zip").write_bytes(content)
        with pytest.raises(RuleBroken, match=f"damaged: .*{part}"):
            restore(tmp_path / "broken.zip")
    assert (User.objects.count(), Entry.objects.count(), StoredFile.objects.count()) == (0, 0, 0)


def flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


@committed
@pytest.mark.parametrize("part", ["tables/organization.user.jsonl", "tables/documents.document.jsonl"])
def test_a_part_that_was_taken_out_is_named(backup, tmp_path, part):
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(tmp_path / "less.zip", "w") as less:
        for name in old.namelist():
            if name != part:
                less.writestr(name, old.read(name))
    empty()
    with pytest.raises(RuleBroken, match=re.escape(part)):
        restore(tmp_path / "less.zip")


@committed
def test_rows_that_point_nowhere_are_refused_and_nothing_is_restored(backup, tmp_path):
    def without_sites(contents):
        contents.rows["organization.site"] = 0

    lame = tmp_path / "lame.zip"
    with opened(backup) as old, written(lame) as writer:
        for name in old.contents.members:
            writer.add(name, [] if name == "tables/organization.site.jsonl" else old.chunks(name))
        without_sites(old.contents)
        writer.finish(old.contents)
    empty()
    with pytest.raises(RuleBroken, match="No row was restored"):
        bring_back(lame)
    assert (User.objects.count(), Entry.objects.count()) == (0, 0)


@committed
def test_an_installation_in_use_is_left_alone(backup):
    before = (User.objects.count(), Entry.objects.count())
    with pytest.raises(CommandError, match="in use already"):
        call_command("restore", str(backup))
    assert (User.objects.count(), Entry.objects.count()) == before


@committed
def test_a_backup_never_writes_over_another_file_and_leaves_nothing_beside(organization, tmp_path):
    (tmp_path / "old.zip").write_bytes(b"old")
    with pytest.raises(CommandError, match="is there already"):
        call_command("backup", str(tmp_path / "old.zip"))
    with pytest.raises(CommandError) as refused:
        call_command("backup", str(tmp_path / "no such folder" / "new.zip"))
    words = f"The backup could not be written: {tmp_path}/no such folder: No such file or directory."
    assert str(refused.value) == words
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("old.zip", b"old")]


@committed
def test_a_backup_is_for_its_owner_alone_and_holds_no_session(organization, client, tmp_path):
    client.force_login(organization[0].author)
    call_command("backup", str(tmp_path / "new.zip"))
    with opened(tmp_path / "new.zip") as backup:
        apps = {model.split(".")[0] for model in backup.contents.rows}
    assert ((tmp_path / "new.zip").stat().st_mode & 0o777, {"sessions", "search"} & apps) == (0o600, set())


@committed
def test_an_installation_without_people_is_not_backed_up(tmp_path):
    empty()
    path = tmp_path / "backup.zip"
    with pytest.raises(CommandError, match="Nobody works in this installation: there is nothing to back up"):
        call_command("backup", path)
    assert list(tmp_path.iterdir()) == []


@committed
def test_a_file_that_the_store_has_lost_is_said_and_does_not_stop_the_backup(organization, tmp_path, capsys):
    lost = StoredFile.objects.order_by("pk").last()
    Path(settings.STORAGES["default"]["OPTIONS"]["location"], lost.storage_name).unlink()
    call_command("backup", str(tmp_path / "new.zip"))
    with opened(tmp_path / "new.zip") as backup:
        backup.check()
        assert asdict(backup.contents)["lost"] == [lost.sha256]
    assert lost.sha256 in capsys.readouterr().err


def test_values_are_written_exactly():
    moment = datetime(2026, 11, 22, 8, 44, tzinfo=UTC)
    assert [plain(each) for each in (moment, date(2026, 1, 2), b"\0\xff", "ä\n", None, 2**62)] == [
        "2026-11-22T08:44:00.000000+00:00",
        "2026-01-02",
        base64.b64encode(b"\0\xff").decode(),
        "ä\n",
        None,
        2**62,
    ]


def test_versions_are_compared_by_their_numbers():
    assert [is_newer("0.10.0", "0.9.1"), is_newer("0.9.1", "0.10.0"), is_newer("1.0.0", "1.0.0")] == [
        True,
        False,
        False,
    ]
