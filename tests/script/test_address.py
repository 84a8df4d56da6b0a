"""What script/server refuses before it sets anything up, and where it says that it is."""

import socket
import subprocess
from pathlib import Path

import pytest

from script.launcher.address import Address
from script.launcher.common import ROOT, Stop

SERVER = ROOT / "script" / "server"


def refusal(tmp_path: Path, *arguments: str) -> str:
    """Return the last line that script/server prints when it refuses, after making sure that it made nothing."""
    data = tmp_path / "data"
    done = subprocess.run([SERVER, "--data", data, *arguments], capture_output=True, text=True, timeout=60)
    assert (done.returncode != 0, data.exists()) == (True, False)
    return done.stderr.splitlines()[-1]


def test_a_port_that_is_taken_is_refused_in_words(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert refusal(tmp_path, "--port", str(port)) == (
            f"script/server: Port {port} is taken by another program. Choose another one with --port."
        )


@pytest.mark.parametrize("port", ["0", "65536", "-1", "web"])
def test_what_is_no_port_is_refused_in_words(tmp_path, port):
    assert refusal(tmp_path, f"--port={port}") == (
        f"script/server: error: argument --port: {port} is not a port: give a number from 1 to 65535"
    )


@pytest.mark.parametrize("half", ["--cert", "--key"])
def test_half_a_pair_of_tls_files_is_refused_in_words(tmp_path, half):
    assert refusal(tmp_path, half, "some.pem") == (
        "script/server: --cert and --key go together: the certificate and its private key, both as PEM files."
    )


def test_tls_files_that_are_not_there_are_refused_in_words(tmp_path):
    cert, key = tmp_path / "c.pem", tmp_path / "k.pem"
    assert refusal(tmp_path, "--cert", str(cert), "--key", str(key)) == (
        f"script/server: {cert} or {key} cannot be read: No such file or directory."
    )


def test_tls_files_that_hold_something_else_are_refused_in_words(tmp_path):
    cert, key = tmp_path / "c.pem", tmp_path / "k.pem"
    cert.write_text("hello")
    key.write_text("hello")
    assert refusal(tmp_path, "--cert", str(cert), "--key", str(key)) == (
        f"script/server: {cert} and {key} are not a certificate and its private key, in PEM, without a password."
    )


def test_a_host_that_is_not_ours_is_refused_in_words():
    with pytest.raises(Stop) as refused:
        Address("192.0.2.7", 8000).check()
    assert str(refused.value) == (
        "--host 192.0.2.7 is not an address of this machine (Cannot assign requested address)."
    )


@pytest.mark.parametrize(
    ("address", "url", "bind"),
    [
        (Address("127.0.0.1", 8000), "http://localhost:8000", "127.0.0.1:8000"),
        (Address("::1", 81), "http://localhost:81", "[::1]:81"),
        (Address("192.0.2.7", 443, "c", "k"), "https://192.0.2.7:443", "192.0.2.7:443"),
        (Address("0.0.0.0", 80), f"http://{socket.getfqdn()}:80", "0.0.0.0:80"),
    ],
)
def test_an_address_says_where_it_is(address, url, bind):
    assert (address.url, address.bind) == (url, bind)


def test_only_the_loopback_s_names_are_answered_to_on_this_machine():
    assert Address("127.0.0.1", 8000).names() == ["127.0.0.1", "[::1]", "localhost"]


def test_a_host_elsewhere_adds_its_own_name():
    assert {"192.0.2.7", "localhost"} <= set(Address("192.0.2.7", 8000).names())
