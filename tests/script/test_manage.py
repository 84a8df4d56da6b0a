"""script/manage: the same environment and data folder as the server."""

import sqlite3
import stat
import subprocess
from pathlib import Path

import pytest

from script.launcher import __main__ as launcher
from script.launcher import data
from script.launcher.common import ROOT, VENV, Stop
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
        "script/manage --data DIR backup (script/server makes one, and so do migrate and restore).\n"
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
