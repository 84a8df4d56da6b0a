"""What script/server looks at before a start, and of what it says Ready: real processes, no server but a small one."""

import os
import sys
from contextlib import contextmanager
from threading import Event

import pytest

from script.launcher import data, ready, server
from script.launcher.address import NOT_FROM_ELSEWHERE, ONLY_THESE, PLAIN_HTTP, Address
from script.launcher.children import Child, end
from script.launcher.common import Stop
from script.launcher.ready import Facts
from script.launcher.setup import State
from script.launcher.stores import free_port
from tests.script.surroundings import clean

# A web server that gives one answer to everything.
SMALL = """
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        print(f"{self.path} as {self.headers['Host']}", flush=True)
        self.send_response(int(sys.argv[2])); self.end_headers(); self.wfile.write(sys.argv[3].encode())
    def log_message(self, *args): pass
HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
"""
OTHERS = ["127.0.0.1", "[::1]", "localhost", "srv"]


def refusal(monkeypatch, folder, **variables: str) -> str:
    """Return the words with which a start in this folder and with these variables is refused."""
    monkeypatch.setattr(os, "environ", clean() | variables)
    with pytest.raises(Stop) as refused:
        ready.look(data.environment(folder))
    return str(refused.value)


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({}, True),
        ({"QMS_SMTP_HOST": ""}, True),
        ({"QMS_SMTP_HOST": "mail"}, False),
        ({"QMS_SMTP_HOST_FILE": "/run/host"}, False),
    ],
)
def test_mail_stays_is_said_where_no_server_is_named_by_value_or_file(monkeypatch, tmp_path, capsys, variables, said):
    monkeypatch.setattr(os, "environ", clean() | variables)
    address = Address("127.0.0.1", 8000, None, None)
    server.welcome(tmp_path, address, State(), Facts([], address.url, []))
    assert (server.NO_MAIL_SERVER.format(folder=tmp_path / "mail") in capsys.readouterr().out) is said


def test_a_wrong_value_is_refused_with_one_line_before_anything_is_started(monkeypatch, tmp_path):
    words = "QMS_TIME_ZONE is a time zone such as Europe/Berlin, not 'Berlin'."
    assert refusal(monkeypatch, tmp_path, QMS_TIME_ZONE="Berlin") == words


def test_an_empty_secret_key_is_refused_with_what_to_do(monkeypatch, tmp_path):
    (tmp_path / "secret_key").touch()
    assert refusal(monkeypatch, tmp_path) == (
        f"The secret key {tmp_path}/secret_key is empty. Put back the one you have kept, or remove the file: "
        "script/server makes a new one, and everybody signs in again."
    )


def test_a_database_that_is_broken_is_named_with_the_reason(monkeypatch, tmp_path):
    (tmp_path / "qms.sqlite3").write_text("not a database " * 1000)
    words = f"The database {tmp_path}/qms.sqlite3 cannot be used: file is not a database."
    assert refusal(monkeypatch, tmp_path) == words


def test_a_database_server_that_does_not_answer_is_named_with_the_reason(monkeypatch, tmp_path):
    address = f"postgresql://qms_app:secret@127.0.0.1:{free_port()}/qms"
    words = refusal(monkeypatch, tmp_path, QMS_DATABASE_URL=address)
    begin = "The database that QMS_DATABASE_URL names cannot be used: connection to server at "
    assert (words[: len(begin)], "\n" in words, "secret" in words) == (begin, False, False)


def test_a_good_start_is_told_its_names_and_what_nothing_reads(monkeypatch, tmp_path):
    given = {"QMS_SMTPHOST": "mail", "QMS_ALLOWED_HOSTS": "qms.example.org", "QMS_BASE_URL": "https://qms.example.org"}
    monkeypatch.setattr(os, "environ", clean() | given)
    assert ready.look(data.environment(tmp_path)) == ready.Facts(
        ["qms.example.org"],
        "https://qms.example.org",
        ["QMS_SMTPHOST is set, and nothing reads it. Did you mean QMS_SMTP_HOST?"],
    )


@contextmanager
def web(tmp_path, code: str, *arguments: str):
    """Give a child that stands for the web server, in whose log an earlier run has left its words."""
    log = tmp_path / "web.log"
    log.write_text("words of an earlier run\n")
    child = Child("web", [sys.executable, "-c", code, *arguments], dict(os.environ), log)
    child.start()
    try:
        yield child
    finally:
        end([child])


def answer(tmp_path, status: int, body: str, name: str = "127.0.0.1") -> dict[str, str]:
    port = free_port()
    with web(tmp_path, SMALL, str(port), str(status), body) as child:
        return ready.wait(child, Address("127.0.0.1", port), name, Event())


def test_a_web_server_whose_database_answers_is_ready(tmp_path):
    body = '{"database": "ok", "broker": "down", "worker": "down"}'
    assert answer(tmp_path, 503, body) == {"database": "ok", "broker": "down", "worker": "down"}


def test_a_web_server_that_answers_with_an_error_is_not_ready(tmp_path):
    with pytest.raises(Stop) as refused:
        answer(tmp_path, 500, "<h1>Something broke</h1>", "qms.example.org")
    assert str(refused.value) == (
        "The web server is up but not well. /healthz answers 500 (Internal Server Error). "
        "Its log ends: /healthz as qms.example.org"
    )


def test_a_web_server_whose_database_is_down_is_not_ready(tmp_path):
    with pytest.raises(Stop, match=r"^The web server is up, and the database does not answer it"):
        answer(tmp_path, 503, '{"database": "down"}')


def test_a_web_server_that_ends_is_quoted_from_its_last_line_and_from_this_run_alone(tmp_path):
    code = "print('one'); print('the reason'); raise SystemExit(1)"
    with web(tmp_path, code) as child, pytest.raises(Stop) as refused:
        ready.wait(child, Address("127.0.0.1", free_port()), "127.0.0.1", Event())
    assert str(refused.value) == "The web server ended at once: the reason\nWhat it printed:\none\nthe reason"


@pytest.mark.parametrize(
    ("hosts", "name"),
    [
        (OTHERS, "127.0.0.1"),
        (["*"], "127.0.0.1"),
        (["qms.example.org", "qms"], "qms.example.org"),
        ([".example.org"], "example.org"),
    ],
)
def test_the_server_is_asked_by_a_name_to_which_it_answers(hosts, name):
    assert ready.name_to_ask(hosts) == name


@pytest.mark.parametrize(
    ("host", "given", "notes"),
    [
        ("127.0.0.1", {}, []),
        ("0.0.0.0", {}, [PLAIN_HTTP, ONLY_THESE.format(names="localhost and srv")]),
        (
            "0.0.0.0",
            {"QMS_ALLOWED_HOSTS": "qms.example.org"},
            [
                PLAIN_HTTP,
                NOT_FROM_ELSEWHERE.format(url="http://localhost:8000"),
            ],
        ),
        ("0.0.0.0", {"QMS_ALLOWED_HOSTS": "srv", "QMS_BASE_URL": "http://localhost:8000"}, [PLAIN_HTTP]),
    ],
)
def test_a_start_says_what_keeps_colleagues_from_it(host, given, notes):
    assert Address(host, 8000).notes(OTHERS, "http://localhost:8000", given) == notes
