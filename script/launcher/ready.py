"""Whether a start may go on, and whether the web server is well: Ready is said of nothing else."""

import json
import ssl
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from threading import Event

from script.health import LOOPBACK, connect, states
from script.launcher.address import Address
from script.launcher.children import Child
from script.launcher.common import PYTHON, Stop, failure, job

PATIENCE = 300  # seconds until a web server that says nothing is given up


@dataclass(frozen=True)
class Facts:
    """What script/preflight.py has found: names answered to, the address in mails and QR codes, notes."""

    hosts: list[str]
    address: str
    notes: list[str]


def look(env: Mapping[str, str]) -> Facts:
    """Ask settings and databases; raise Stop with the reason where the product could not start on them."""
    with job("preflight", [PYTHON, "-P", "-m", "script.preflight"], env) as asked:
        code = asked.process.wait()
        asked.output.seek(0)
        lines = asked.output.read().splitlines() or ["script/preflight.py said nothing."]
    if code:
        raise Stop(lines[-1])
    return Facts(**json.loads(lines[-1]))


def wait(web: Child, address: Address, name: str, stop: Event) -> dict[str, str]:
    """Wait until the web server is well and return what it says of its parts; nothing when we are stopped before.

    Raises Stop, with what this start has said, when it ends, answers badly, or says nothing for too long.
    """
    until = time.monotonic() + PATIENCE
    while not stop.wait(0.1):
        if web.process is None or web.process.poll() is not None:
            raise Stop(failure("The web server ended at once", web.said()))
        if time.monotonic() > until:
            raise Stop(failure(f"The web server does not answer after {PATIENCE} seconds", web.said()))
        with suppress(OSError):
            return _well(web, address, name)
    return {}


def _well(web: Child, address: Address, name: str) -> dict[str, str]:
    try:
        parts = states(connect(address.asked, _ours()), name)
    except (HTTPException, ValueError) as error:
        raise Stop(failure(f"The web server is up but not well. {error} Its log ends", web.said())) from error
    if parts.get("database") != "ok":
        raise Stop(failure("The web server is up, and the database does not answer it. Its log ends", web.said()))
    return parts


def _ours() -> ssl.SSLContext:
    """Return a context that looks at no certificate: it is our own child that we ask."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def name_to_ask(hosts: Sequence[str]) -> str:
    """Return a name that the server answers to: this machine's where it may be, else the first that is named."""
    if not hosts or {LOOPBACK, "*"} & set(hosts):
        return LOOPBACK
    return hosts[0].removeprefix(".")
