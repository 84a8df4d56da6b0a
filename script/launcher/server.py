"""script/server: sets everything up, then serves web, worker and beat until it is stopped."""

import argparse
import os
from collections.abc import Mapping
from pathlib import Path

from script.launcher import data, ready, setup
from script.launcher.address import Address
from script.launcher.children import Child, end, keep, stop_signals
from script.launcher.common import PYTHON, is_given, only_one, say
from script.launcher.ready import Facts
from script.launcher.setup import State

NO_MAIL_SERVER = "Mail stays in {folder}: no mail server is set (QMS_SMTP_HOST)."
BUSY = "The data folder {folder} is in use: another script/server sets it up, serves it or is stopping ({{by}})."
NO_BROKER = "Note: the broker does not answer (QMS_REDIS_URL); jobs, mails and reminders wait until it does."


def main(arguments: list[str]) -> int:
    """Set up and serve; return 0 after Ctrl-C. Raise Stop, before anything is changed, for a wrong address."""
    options = _options(arguments)
    address = Address(options.host, options.port, options.cert, options.key)
    folder = data.place(options.data)
    busy = BUSY.format(folder=folder)
    data.refuse_what_is_not_ours(folder)
    if folder.is_dir():
        # Asked before the port: what an earlier start has left serving holds both, and this one names it.
        with only_one(folder, busy=busy):
            address.check()
    address.check()
    setup.install()
    os.umask(data.OTHERS)
    data.prepare(folder)
    with only_one(folder, busy=busy) as lock:
        env = _environment(folder, address)
        facts = ready.look(env)
        for note in facts.notes:
            say(f"Note: {note}")
        state = setup.prepare(folder, env, demo=not options.no_demo)
        serve(folder, address, {**env, "QMS_DEMO": "1"} if state.demo else env, state, facts, lock)
    return 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/server", description="Sets the product up and serves it.")
    parser.add_argument("--port", type=_port, default=8000, help="port to listen on (8000)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1: this machine only)")
    parser.add_argument("--cert", metavar="FILE", help="certificate with its chain, PEM: serve TLS")
    parser.add_argument("--key", metavar="FILE", help="private key of the certificate, PEM")
    parser.add_argument("--data", metavar="DIR", help="data folder (QMS_DATA, else data/ in the checkout)")
    parser.add_argument("--no-demo", action="store_true", help="start empty: do not load the demo organization")
    return parser.parse_args(arguments)


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text} is not a port: give a number from 1 to 65535")
    return int(text)


def _environment(folder: Path, address: Address) -> dict[str, str]:
    """Return the variables of the children; what the caller has set stays."""
    own = {"QMS_BASE_URL": address.url, "QMS_ALLOWED_HOSTS": ",".join(address.names())}
    return {**own, **data.environment(folder)}


def serve(folder: Path, address: Address, env: Mapping[str, str], state: State, facts: Facts, lock: int) -> None:
    """Start web, then worker and beat, say where they are, and keep them until somebody stops us.

    They share the lock of the folder. Web comes first and alone, because somebody waits for it. Raises Stop, with no
    child left, where it is not well.
    """
    stop = stop_signals()
    children = [
        Child(name, [str(PYTHON), "-m", *command], env, folder / "logs" / f"{name}.log", lock)
        for name, command in commands(address).items()
    ]
    try:
        web, *others = children
        web.start()
        if parts := ready.wait(web, address, ready.name_to_ask(facts.hosts), stop):
            for child in others:
                child.start()
            if parts.get("broker") == "down":
                say(NO_BROKER)
            welcome(folder, address, state, facts)
            keep(children, stop)
        say("Stopping web, worker and beat")
    finally:
        end(children)


def commands(address: Address) -> dict[str, list[str]]:
    """Return the Python modules that are the product, with their arguments; both web processes share loaded code."""
    web = ["gunicorn", "qms.wsgi", "--bind", address.bind, "--preload", "--no-control-socket"]
    web += ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--graceful-timeout", "8"]
    tls = ["--certfile", address.cert, "--keyfile", address.key] if address.cert and address.key else []
    return {
        "web": [*web, *tls],
        "worker": ["celery", "-A", "qms", "worker", "--concurrency", "2", "--without-gossip", "--without-mingle"],
        "beat": ["celery", "-A", "qms", "beat", "--pidfile="],
    }


def welcome(folder: Path, address: Address, state: State, facts: Facts) -> None:
    """Say where the server is, where its data lie, and what keeps people or mail from arriving."""
    behind = "" if facts.address == address.url else f" behind {facts.address}/"
    say(f"\nReady: {address.url}/{behind}   (Ctrl-C stops it)")
    say(f"Data: {folder}   Logs: {folder / 'logs'}")
    if not is_given("QMS_SMTP_HOST", os.environ):
        say(NO_MAIL_SERVER.format(folder=folder / "mail"))
    if state.logins:
        say(f"\n{state.logins.strip()}\n")
    for note in address.notes(facts.hosts, facts.address, os.environ):
        say(note)
