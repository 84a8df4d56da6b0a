"""script/server on the real product: one start on an empty data folder, and what happens to it afterwards."""

import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from script.launcher.common import ROOT
from script.launcher.stores import free_port
from tests.script.surroundings import clean, gone, until

SERVER = ROOT / "script" / "server"
PARTS = ["beat", "web", "worker"]


class Running:
    """A script/server of our own: its process id, where it serves, and what it has printed."""

    def __init__(self, data: Path, *arguments: str):
        self.data, self.port, self.log = data, free_port(), data.parent / "server.log"
        self.began = time.monotonic()
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [SERVER, "--data", data, "--port", str(self.port), *arguments], env=clean(), stdout=log, stderr=log
            )

    def says(self, words: str, seconds: float = 280) -> bool:
        """Wait until it prints these words; False when it ends or the time is over before."""
        limit = self.began + seconds
        while words not in self.log.read_text() and time.monotonic() < limit and self.process.poll() is None:
            time.sleep(0.05)
        return words in self.log.read_text()

    def children(self) -> dict[str, int]:
        """Return the process ids of web, worker and beat: children of the process that we started, no others."""
        pids = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        lines = {int(pid): Path(f"/proc/{pid}/cmdline").read_text().split("\0") for pid in pids}
        return {part(line): pid for pid, line in lines.items() if part(line)}

    def stop(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(30)


def part(line: list[str]) -> str:
    return "web" if "gunicorn" in line else next((name for name in ("worker", "beat") if name in line), "")


@contextmanager
def running(data: Path, *arguments: str):
    server = Running(data, *arguments)
    try:
        assert server.says("Ready:"), server.log.read_text()
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()


def start_and_stop(data: Path) -> float:
    """Return the seconds from the command to the address."""
    with running(data) as server:
        return time.monotonic() - server.began


def status(address: str, context: ssl.SSLContext | None = None) -> int:
    try:
        with urlopen(address, timeout=20, context=context) as answer:
            return answer.status
    except HTTPError as error:
        return error.code


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("localhost", port)) == 0


def group_of(pid: int) -> list[int]:
    """Return the processes of the group that this process leads."""
    found = subprocess.run(["pgrep", "-g", str(pid)], capture_output=True, text=True).stdout
    return [int(word) for word in found.split()]


def pids_of(server: Running) -> list[int]:
    """Return every process of web, worker and beat."""
    return [pid for leader in server.children().values() for pid in group_of(leader)]


def ended_by(server: Running, number: int) -> tuple[int, bool]:
    """Send a signal once all is up; return the exit code, and whether every process of web, worker and beat is gone."""
    assert until(lambda: sorted(server.children()) == PARTS)
    pids = pids_of(server)
    code = server.stop(number)
    return code, until(lambda: all(gone(pid) for pid in pids))


@pytest.fixture(scope="module")
def first(tmp_path_factory) -> SimpleNamespace:
    """The first start, without the demo organization, ended by Ctrl-C: its data folder, its words and how it ended."""
    folder = tmp_path_factory.mktemp("server") / "data"
    # An empty file, as a command leaves it that asked too early: this is the first start all the same.
    folder.mkdir(mode=0o700)
    (folder / "qms.sqlite3").touch()
    with running(folder, "--no-demo") as server:
        words = server.log.read_text()
        return SimpleNamespace(data=folder, words=words, end=ended_by(server, signal.SIGINT))


@pytest.fixture(scope="module")
def data(first) -> Path:
    """A data folder on which one start has been made, without the demo organization."""
    return first.data


def test_the_first_start_says_how_to_make_the_first_person(first):
    words = f"Nobody can sign in yet. Make the first person: script/manage --data {first.data} set_up"
    assert words in first.words


def test_nobody_else_reads_database_logs_and_mail(first):
    places = [*first.data.iterdir(), *first.data.glob("logs/*"), *first.data.glob("cache/*")]
    assert {"qms.sqlite3", "mail", "web.log"} <= {place.name for place in places}
    assert [place.name for place in places if place.stat().st_mode & 0o077] == []


def test_every_child_ends_with_it_when_somebody_presses_ctrl_c(first):
    assert first.end == (0, True)


@pytest.fixture(scope="module")
def served(data):
    """The second start on this folder, with the demo organization no longer declined."""
    with running(data) as server:
        yield server


def test_a_second_start_prepares_nothing(served):
    assert "Preparing" not in served.log.read_text()


@pytest.mark.release
def test_a_second_start_takes_less_than_five_seconds(own_data):
    """The best of three, because other tests run on the same two cores."""
    assert min(start_and_stop(own_data) for _ in range(3)) < 5


def test_a_later_start_never_puts_a_demo_into_a_folder_that_was_begun_without(served):
    assert "Loading the demo organization" not in served.log.read_text()


def test_it_says_where_it_is_and_the_sign_in_page_is_there(served):
    hint, *lines = served.log.read_text().splitlines()
    assert hint == (
        f"Nobody can sign in yet. Make the first person: script/manage --data {served.data} "
        'set_up "Our organization" --username ann --name "Ann Lee" --zone Europe/Berlin'
    )
    assert lines[:4] == [
        "",
        f"Ready: http://localhost:{served.port}/   (Ctrl-C stops it)",
        f"Data: {served.data}   Logs: {served.data / 'logs'}",
        f"Mail stays in {served.data / 'mail'}: no mail server is set (QMS_SMTP_HOST).",
    ]
    assert status(f"http://localhost:{served.port}/") == 200


@pytest.mark.parametrize("name", PARTS)
def test_a_child_that_is_killed_comes_back(served, name):
    killed = served.children()[name]
    os.kill(killed, signal.SIGKILL)
    assert until(lambda: served.children().get(name, killed) != killed)
    assert until(lambda: listens(served.port))


def test_a_data_folder_is_served_by_one_server_only(served):
    command = [SERVER, "--data", served.data, "--port", str(free_port())]
    other = subprocess.run(command, capture_output=True, text=True, timeout=60)
    words = f"script/server: The data folder {served.data} is in use: another script/server sets it up, serves it or"
    assert (other.returncode, other.stderr[: len(words)]) == (1, words)
    assert str(served.process.pid) in re.findall(r"\d+", other.stderr[len(words) :])


@pytest.fixture
def own_data(data, tmp_path):
    """A copy of the data folder, for a server beside the other one."""
    return shutil.copytree(data, tmp_path / "data")


def test_a_server_on_plain_http_elsewhere_says_what_is_hidden_and_killed_leaves_nothing_that_works(own_data):
    """Its children end by themselves; while one still lives, the next start names it and not the port."""
    with running(own_data, "--host", "0.0.0.0") as server:
        assert server.says("Note: without --cert FILE and --key FILE passwords travel unprotected")
        assert until(lambda: sorted(server.children()) == PARTS)
        pids, web = pids_of(server), server.children()["web"]
        os.kill(web, signal.SIGSTOP)
        server.process.kill()
        server.process.wait()
        command = [SERVER, "--data", own_data, "--port", str(server.port)]
        other = subprocess.run(command, capture_output=True, text=True, timeout=60)
        os.kill(web, signal.SIGCONT)
    assert (other.returncode, str(web) in re.findall(r"\d+", other.stderr.partition("stopping")[2])) == (1, True)
    assert until(lambda: all(gone(pid) for pid in pids))


def test_a_certificate_and_its_key_serve_tls_until_the_system_asks_all_to_end(own_data, tmp_path):
    cert, key = self_signed(tmp_path)
    with running(own_data, "--cert", str(cert), "--key", str(key)) as server:
        trusting = ssl.create_default_context(cafile=str(cert))
        assert f"Ready: https://localhost:{server.port}/" in server.log.read_text()
        assert status(f"https://localhost:{server.port}/", trusting) == 200
        command = [sys.executable, ROOT / "script" / "health.py", "--cert", cert]
        asked = [*command, f"https://127.0.0.1:{server.port}", "database"]
        well = subprocess.run(asked, capture_output=True, text=True, timeout=60)
        assert (well.returncode, well.stdout) == (0, "database: ok\n")
        assert ended_by(server, signal.SIGTERM) == (0, True)


def self_signed(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(datetime.now(UTC)).not_valid_after(datetime.now(UTC) + timedelta(days=1))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    cert = builder.sign(key, hashes.SHA256())
    files = folder / "cert.pem", folder / "key.pem"
    files[0].write_bytes(cert.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption(), serialization.PrivateFormat.PKCS8
    files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, plain[1], plain[0]))
    return files


@pytest.mark.release
@pytest.mark.timeout(600)
def test_the_first_start_loads_the_demo_and_every_start_shows_its_logins(tmp_path):
    folder = tmp_path / "data"
    with running(folder) as server:
        first = server.log.read_text()
    with running(folder) as server:
        second = server.log.read_text()
    assert "Loading the demo organization" in first
    assert first[first.index("Ready:") :].split("\n")[2:-2] == second[second.index("Ready:") :].split("\n")[2:-2]
