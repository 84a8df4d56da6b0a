"""script/manage: the same environment and data folder as the server."""

import stat
import subprocess

from script.launcher.common import ROOT, Stop
from script.launcher.data import prepare
from tests.script.surroundings import clean

MANAGE = ROOT / "script" / "manage"


def test_the_data_folder_is_the_owner_s_alone_and_its_key_is_kept(tmp_path):
    folder = prepare(str(tmp_path / "data"))
    key = folder / "secret_key"
    modes = (stat.S_IMODE(folder.stat().st_mode), stat.S_IMODE(key.stat().st_mode))
    first = key.read_text()
    prepare(str(folder))
    assert (modes, key.read_text(), len(first) >= 50) == ((0o700, 0o600), first, True)


def test_qms_data_names_the_data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("QMS_DATA", str(tmp_path / "elsewhere"))
    assert prepare(None) == tmp_path / "elsewhere"


def test_a_data_folder_that_is_a_file_is_refused_in_words(tmp_path):
    file = tmp_path / "file"
    file.write_text("")
    try:
        words = str(prepare(str(file)))
    except Stop as stop:
        words = str(stop)
    assert words == f"The data folder {file} cannot be used: File exists."


def test_data_without_a_folder_is_refused_in_words():
    done = subprocess.run([MANAGE, "--data"], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (1, "script/manage: --data needs a folder.\n")


def test_django_answers_from_any_folder_and_in_the_data_folder_given(tmp_path):
    data = tmp_path / "data"
    done = subprocess.run(
        [MANAGE, "--data", data, "version"], cwd=tmp_path, capture_output=True, text=True, timeout=60, env=clean()
    )
    assert (done.returncode, (data / "secret_key").exists()) == (0, True)
