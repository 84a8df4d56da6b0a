"""PostgreSQL and Redis for the tests: those that the environment names, or our own in a temporary folder."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from script.launcher import debian
from script.launcher.common import Job, Stop, job

NAMED = ("QMS_DATABASE_URL", "QMS_DATABASE_OWNER_URL", "QMS_REDIS_URL")
# What is lost in a crash does not matter here, and the tests are twice as quick.
HURRY = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
ROLES = """
CREATE ROLE qms_owner LOGIN CREATEDB;
CREATE ROLE qms_app LOGIN;
CREATE DATABASE qms OWNER qms_owner;
"""


@contextmanager
def stores() -> Iterator[dict[str, str]]:
    """Give the variables that name PostgreSQL (as application, as owner) and Redis; raise Stop when there are none."""
    if all(name in os.environ for name in NAMED):
        yield {name: os.environ[name] for name in NAMED}
        return
    debian.require(debian.STORES)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="qms-stores-")))
        yield {**stack.enter_context(postgres(folder)), **stack.enter_context(redis(folder))}


@contextmanager
def postgres(folder: Path, *, hurry: bool = True) -> Iterator[dict[str, str]]:
    """Run a PostgreSQL of our own in this folder, with an owner and an application role, until the block ends.

    Without `hurry` it keeps what it has said it keeps, as one that is measured must.
    """
    with cluster(folder, hurry=hurry) as port:
        psql(folder, port, ROLES)
        address = f"127.0.0.1:{port}/qms"
        yield {
            "QMS_DATABASE_URL": f"postgresql://qms_app@{address}",
            "QMS_DATABASE_OWNER_URL": f"postgresql://qms_owner@{address}",
        }


@contextmanager
def cluster(folder: Path, host_auth: str = "trust", *, hurry: bool = True) -> Iterator[int]:
    """Run an empty PostgreSQL, its superuser reached by the socket in this folder; give its port on the loopback."""
    user = "postgres" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    if user:
        shutil.chown(folder, user)
    binaries = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    home, port = folder / "postgres", free_port()
    make = f"--username=postgres --auth-local=trust --auth-host={host_auth} --encoding=UTF8 --locale=C.UTF-8"
    with job("initdb", [binaries / "initdb", "-D", home, *make.split()], user=user) as running:
        running.finish()
    listen = ["-k", str(folder), "-h", "127.0.0.1", "-p", str(port)]
    with job("postgres", [binaries / "postgres", "-D", home, *listen, *(HURRY if hurry else ())], user=user) as running:
        wait_for_port(port, running)
        yield port


def psql(folder: Path, port: int, sql: str) -> None:
    """Run SQL as the superuser; raise CalledProcessError when it fails."""
    where = ["-h", str(folder), "-p", str(port), "-U", "postgres"]
    subprocess.run(["psql", "-q", *where, "-v", "ON_ERROR_STOP=1"], input=sql, text=True, check=True)


@contextmanager
def redis(folder: Path) -> Iterator[dict[str, str]]:
    """Run a Redis of our own that keeps nothing, until the block ends."""
    port = free_port()
    command = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", str(folder)]
    with job("redis-server", command) as running:
        wait_for_port(port, running)
        yield {"QMS_REDIS_URL": f"redis://127.0.0.1:{port}/0"}


def free_port() -> int:
    """Return a port of the loopback that is free just now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_for_port(port: int, running: Job, seconds: float = 30) -> None:
    """Wait until somebody listens; raise Stop when the job ends before, or the time is over."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if running.process.poll() is not None:
            running.finish()
            raise Stop(f"{running.name} ended at once.")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise Stop(f"{running.name} does not listen on port {port} after {seconds:.0f} seconds.")
