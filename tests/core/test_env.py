"""A wrong value in the environment stops the start with words (docs/deploying.md)."""

import subprocess
import sys

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

from qms.core import env
from tests.architecture.source import ROOT
from tests.script.surroundings import clean

KEY = {"QMS_SECRET_KEY": "k" * 64}


def said(command: list[str], variables: dict[str, str], folder) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, *command],
        env=clean() | {"QMS_DATA": str(folder)} | variables,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("read", "value", "words"),
    [
        (lambda: env.zone("QMS_X", "UTC"), "Mars/X", "QMS_X is a time zone such as Europe/Berlin, not 'Mars/X'."),
        (
            lambda: env.address("QMS_X", ""),
            "a.example",
            "QMS_X begins with https:// or http:// and names a host, unlike",
        ),
        (lambda: env.rooms("QMS_X", ROOT), "mars", "QMS_X names a room that is not here: mars. There are: "),
        (lambda: env.log_level("QMS_X", "INFO"), "LOUD", "QMS_X is one of CRITICAL, DEBUG, ERROR, "),
        (lambda: env.number("QMS_X", 1), "many", "QMS_X is a whole number, not 'many'."),
    ],
)
def test_a_value_that_cannot_be_is_refused_in_words(monkeypatch, read, value, words):
    monkeypatch.setenv("QMS_X", value)
    with pytest.raises(ImproperlyConfigured) as refused:
        read()
    assert str(refused.value)[: len(words)] == words


def test_a_short_secret_key_is_refused_wherever_it_is_given(monkeypatch, tmp_path):
    file = tmp_path / "key"
    file.write_text("short\n")
    words = "QMS_SECRET_KEY has at least 50 random characters. Make one: openssl rand -hex 32"
    for name, value in (("QMS_SECRET_KEY", "short"), ("QMS_SECRET_KEY_FILE", str(file))):
        monkeypatch.setenv(name, value)
        with pytest.raises(ImproperlyConfigured) as refused:
            env.secret_key(tmp_path)
        assert str(refused.value) == words
    monkeypatch.setenv("QMS_SECRET_KEY_FILE", "")
    monkeypatch.setenv("QMS_SECRET_KEY", "k" * 50)
    assert env.secret_key(tmp_path) == "k" * 50


def test_an_empty_and_a_short_kept_key_are_refused_with_what_to_do_and_none_is_none_yet(monkeypatch, tmp_path):
    monkeypatch.delenv("QMS_SECRET_KEY", raising=False)
    assert env.secret_key(tmp_path) == ""
    file = tmp_path / "secret_key"
    for kept, what in (("", "empty"), ("short\n", "too short")):
        file.write_text(kept)
        with pytest.raises(ImproperlyConfigured) as refused:
            env.secret_key(tmp_path)
        assert str(refused.value) == (
            f"The secret key {file} is {what}. Put back the one you have kept, or remove the file: "
            "script/server makes a new one, and everybody signs in again."
        )


def test_a_variable_that_nothing_reads_is_named_with_the_nearest_that_is_read():
    given = [
        "QMS_SMTPHOST",
        "QMS_SMTP_HOST",
        "QMS_SMTP_PASSWORD_FILE",
        "QMS_S3_REGION",
        "QMS_HOST",
        "QMS_IN_NO_TABLE_AT_ALL",
        "HOME",
    ]
    assert env.unread(given) == [
        "QMS_IN_NO_TABLE_AT_ALL is set, and nothing reads it. docs/deploying.md names those that there are.",
        "QMS_SMTPHOST is set, and nothing reads it. Did you mean QMS_SMTP_HOST?",
    ]


def test_every_command_warns_of_a_variable_that_nothing_reads(monkeypatch):
    monkeypatch.setenv("QMS_SMTPHOST", "mail")
    words = "QMS_SMTPHOST is set, and nothing reads it. Did you mean QMS_SMTP_HOST?"
    assert [found.msg for found in run_checks() if found.id == "qms.W001"] == [words]


def test_a_secret_s_file_that_is_missing_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("QMS_X_FILE", str(tmp_path / "none"))
    with pytest.raises(ImproperlyConfigured) as refused:
        env.text("QMS_X")
    assert str(refused.value) == (
        f"QMS_X_FILE names a file that cannot be read, {tmp_path}/none: No such file or directory."
    )


def test_commands_and_the_web_server_stop_with_the_same_words_and_no_traceback(tmp_path):
    wrong = KEY | {"QMS_TIME_ZONE": "Mars/X"}
    words = "QMS_TIME_ZONE is a time zone such as Europe/Berlin, not 'Mars/X'."
    web = ["-m", "gunicorn", "qms.wsgi", "--preload", "--bind", "127.0.0.1:0", "--no-control-socket"]
    found = [
        said(["manage.py", "check"], wrong, tmp_path),
        said(web, wrong, tmp_path),
    ]
    assert [(code, words in text, "Traceback" in text) for code, text in found] == [(1, True, False)] * 2, found
