"""script/manage: the same environment and data folder as the server."""

import os
import sqlite3
import stat
import subprocess
from pathlib import Path
from pwd import getpwuid

import pytest

from script.launcher import __main__ as launcher
from script.launcher import data, server, setup
from script.launcher import manage as launch
from script.launcher.common import PYTHON, ROOT, VENV, Stop, only_one
from tests.script.surroundings import clean

MANAGE = ROOT / "script" / "manage"


def manage(*words: str | Path, **variables: str) -> subprocess.CompletedProcess:
    env = clean() | variables
    return subprocess.run([MANAGE, *words], cwd="/", capture_output=True, text=True, timeout=60, env=env)


def words_of(call, *arguments) -> str:
    with pytest.raises(Stop) as refused:
        call(*arguments)
    return str(refused.value)


def test_the_data_folder_is_the_owner_s_alone_and_its_key_is_kept(tmp_path):
    folder = tmp_path / "data"
    data.prepare(folder)
    key = folder / "secret_key"
    modes = (stat.S_IMODE(folder.stat().st_mode), stat.S_IMODE(key.stat().st_mode))
    first = key.read_text()
    data.prepare(folder)
    assert (modes, key.read_text(), len(first) >= 50) == ((0o700, 0o600), first, True)


def test_what_an_earlier_version_left_open_to_others_in_the_data_folder_is_closed(tmp_path):
    (tmp_path / "secret_key").touch()
    (tmp_path / "mail").mkdir(mode=0o755)
    (tmp_path / "qms.sqlite3").touch(mode=0o644)
    (tmp_path / "elsewhere").symlink_to(ROOT / "README.md")
    before = (ROOT / "README.md").stat().st_mode
    data.prepare(tmp_path)
    open_to_others = [each.name for each in tmp_path.iterdir() if each.lstat().st_mode & 0o077]
    assert (open_to_others, (ROOT / "README.md").stat().st_mode) == (["elsewhere"], before)


def test_qms_data_names_the_data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("QMS_DATA", str(tmp_path / "elsewhere"))
    assert data.place(None) == tmp_path / "elsewhere"


def test_a_data_folder_that_is_a_file_is_refused_in_words(tmp_path):
    file = tmp_path / "file"
    file.write_text("")
    assert words_of(data.prepare, file) == f"The data folder {file} cannot be used: {file} is a file."


def test_data_without_a_folder_is_refused_in_words():
    done = manage("--data")
    assert (done.returncode, done.stderr) == (1, "script/manage: --data needs a folder.\n")


def test_django_answers_from_any_folder_and_leaves_nothing_where_it_was_asked(tmp_path):
    done = manage("--data", tmp_path / "data", "version")
    assert (done.returncode, (tmp_path / "data").exists()) == (0, False)


@pytest.mark.parametrize("begun", ["not there", "empty", "an empty database"])
def test_a_folder_without_an_installation_is_refused_and_left_as_it_is(tmp_path, begun):
    folder = tmp_path / "data"
    if begun != "not there":
        folder.mkdir()
    if begun == "an empty database":
        (folder / "qms.sqlite3").touch()
    before = list(tmp_path.rglob("*"))
    done = manage("--data", folder, "backup", tmp_path / "backup.zip")
    words = (
        f"script/manage: There is no installation in the folder {folder}. Name the one meant: "
        "script/manage --data DIR backup (script/server makes one, and so do migrate and restore). "
        "If script/server was started just now, wait until it says Ready.\n"
    )
    assert (done.returncode, done.stderr, list(tmp_path.rglob("*"))) == (1, words, before)


def test_a_folder_where_the_tables_are_is_an_installation_with_or_without_people(tmp_path):
    with sqlite3.connect(tmp_path / "qms.sqlite3") as database:
        database.execute("CREATE TABLE django_migrations (id)")
        database.execute("CREATE TABLE organization_user (id)")
        empty = (data.is_installed(tmp_path), data.has_people(tmp_path))
        database.execute("INSERT INTO organization_user VALUES (1)")
    database.close()
    assert (empty, data.has_people(tmp_path)) == ((True, False), True)


def test_set_up_without_tables_is_refused_in_words(tmp_path):
    env = clean() | {"QMS_DATA": str(tmp_path), "QMS_SECRET_KEY": "k" * 64}
    command = [VENV / "bin" / "python", ROOT / "manage.py", "set_up", "Example Ltd", "--username=ann", "--name=Ann Lee"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=env)
    words = "CommandError: There are no tables yet. Make them first: script/manage migrate\n"
    assert (done.returncode, done.stderr) == (1, words)


def test_a_command_that_comes_before_all_tables_are_made_is_told_to_wait(tmp_path):
    with sqlite3.connect(tmp_path / "qms.sqlite3") as database:
        database.execute("CREATE TABLE organization_user (id)")
    database.close()
    env = clean() | {"QMS_DATA": str(tmp_path), "QMS_SECRET_KEY": "k" * 64}
    command = [PYTHON, ROOT / "manage.py", "first_quality_manager", "ann"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=env)
    words = (
        "manage.py: The tables are not all there: this installation is still being set up, or is older than the "
        "product. Try again when script/server says Ready, or make them: script/manage migrate ("
    )
    assert (done.returncode, done.stderr[: len(words)], done.stderr.count("\n")) == (1, words, 1)


@pytest.fixture
def begun(tmp_path):
    """A folder in which a first start has begun, and which a server holds."""
    (tmp_path / "launcher.json").write_text('{"fingerprint": ""}')
    with only_one(tmp_path):
        yield tmp_path


def test_a_command_while_the_first_start_makes_its_tables_is_told_to_wait(begun):
    words = f"The installation in {begun} is still being set up. Try again when script/server says Ready."
    assert words_of(launch.make_ready, begun, "set_up") == words


def test_a_command_beside_a_server_that_is_ready_goes_on(begun):
    (begun / "launcher.json").write_text('{"fingerprint": "of today"}')
    assert setup.is_under_way(begun) is False


def test_a_folder_with_other_things_in_it_is_refused_by_server_and_commands_alike(tmp_path):
    for name in ("report.odt", "invoices", "a", "b"):
        (tmp_path / name).touch()
    words = (
        f"The folder {tmp_path} holds other things (a, b, invoices, ...) and no installation. Name a folder of its own."
    )
    found = [words_of(server.main, ["--data", str(tmp_path)]), words_of(launch.make_ready, tmp_path, "migrate")]
    assert (found, sorted(each.name for each in tmp_path.iterdir())) == (
        [words, words],
        ["a", "b", "invoices", "report.odt"],
    )


def test_an_installation_of_another_user_is_refused_and_left_as_it_is(tmp_path, monkeypatch):
    (tmp_path / "secret_key").touch()
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    mine = getpwuid(os.getuid()).pw_name
    words = f"The data folder {tmp_path} belongs to the user {mine}: run this as {mine} (sudo -u {mine} ...)."
    assert words_of(launch.make_ready, tmp_path, "migrate") == words
    assert [each.name for each in tmp_path.iterdir()] == ["secret_key"]


def test_a_secret_key_that_was_removed_is_made_anew_and_that_is_said(tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("QMS_SECRET_KEY", raising=False)
    data.prepare(tmp_path)
    first = capsys.readouterr().out
    (tmp_path / "launcher.json").touch()
    (tmp_path / "secret_key").unlink()
    data.prepare(tmp_path)
    assert (first, capsys.readouterr().out) == ("", data.NEW_KEY.format(file=tmp_path / "secret_key") + "\n")


def test_a_folder_that_holds_the_demo_is_not_begun_without_it(tmp_path):
    with sqlite3.connect(tmp_path / "qms.sqlite3") as database:
        database.execute("CREATE TABLE django_migrations (id)")
    database.close()
    (tmp_path / "launcher.json").write_text('{"fingerprint": "of today", "demo": "loaded"}')
    with pytest.raises(Stop) as refused:
        setup.prepare(tmp_path, clean(), demo=False)
    assert str(refused.value) == (
        f"The folder {tmp_path} holds the demo organization, and --no-demo begins without it: name another folder "
        "with --data OTHER, or leave --no-demo out."
    )


def test_an_environment_of_another_user_is_said_in_words(monkeypatch, capsys):
    def refuse(arguments):
        raise PermissionError(13, "Permission denied", str(VENV / "lock-run.sha256"))

    monkeypatch.setitem(launcher.COMMANDS, "manage", refuse)
    monkeypatch.setattr("sys.argv", ["script.launcher", "manage"])
    words = (
        f"script/manage: {VENV}/lock-run.sha256: Permission denied. Another user made {VENV}: "
        f"run as that user, or give it away (chown -R USER {ROOT}).\n"
    )
    assert (launcher.main(), capsys.readouterr().err) == (1, words)
