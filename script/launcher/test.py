"""script/test: every check of a tier, each with its time; what was left out is said last."""

import argparse
import os
import secrets
import subprocess
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from script.launcher import checks, debian, environment
from script.launcher.checks import Check
from script.launcher.common import ROOT, Stop, say
from script.launcher.stores import stores

NO_TESTS = 5  # pytest's exit code when it has run none


@dataclass(frozen=True)
class Outcome:
    """How a check ended: "passed", "FAILED" or "LEFT OUT", with the reason for the last."""

    name: str
    end: str
    seconds: float
    reason: str = ""


def main(arguments: list[str]) -> int:
    """Run the tier asked for; return 1 when something failed, or under CI was left out."""
    options, more = _options().parse_known_args(arguments)
    environment.ensure("test")
    tests = checks.tests(options.tier, more)
    planned = tests if more else checks.static() + tests
    _install({name for check in planned for name in check.packages})
    with tempfile.TemporaryDirectory(prefix="qms-test-") as folder:
        outcomes = run_all(planned, _environment(folder))
    return report(outcomes, ci=bool(os.environ.get("CI")))


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="script/test",
        description="Checks and tests the product. Other arguments go to pytest, and then only tests run.",
    )
    tier = parser.add_mutually_exclusive_group()
    for name, words in {
        "quick": "leave out PostgreSQL, Redis and the browser",
        "release": "add the whole suite on PostgreSQL and the long tests",
    }.items():
        tier.add_argument(f"--{name}", dest="tier", action="store_const", const=name, default="default", help=words)
    return parser


def _install(packages: set[str]) -> None:
    lacking = sorted(debian.missing(packages))
    if lacking:
        debian.install(lacking)


def _environment(folder: str) -> dict[str, str]:
    """Return a clean environment: the caller's settings of the product do not reach the checks.

    Compiled modules are kept, whatever the caller prefers: the checks start Python a hundred times.
    """
    kept = {name: value for name, value in os.environ.items() if name == "QMS_CORPORA" or not name.startswith("QMS_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return {**kept, "QMS_DATA": folder, "QMS_SECRET_KEY": secrets.token_urlsafe(50)}


def run_all(planned: list[Check], env: Mapping[str, str]) -> list[Outcome]:
    """Run what reads the source, two checks at once, then each test run; keep the order."""
    with ThreadPoolExecutor(2) as pool:
        read = pool.map(lambda check: run(check, env), [check for check in planned if not check.live])
    return [*read, *(run(check, env) for check in planned if check.live)]


def run(check: Check, env: Mapping[str, str]) -> Outcome:
    """Run one check and return how it ended."""
    say(f"\n== {check.name}")
    start = time.monotonic()
    try:
        end, reason = _attempt(check, env)
    except Stop as stop:
        end, reason = "LEFT OUT", str(stop)
    outcome = Outcome(check.name, end, time.monotonic() - start, reason)
    say(f"-- {check.name}: {outcome.end} in {outcome.seconds:.1f} s {reason}")
    return outcome


def _attempt(check: Check, env: Mapping[str, str]) -> tuple[str, str]:
    debian.require(check.packages)
    addressed: AbstractContextManager[dict[str, str]] = stores() if check.stores else nullcontext({})
    with addressed as addresses:
        code = _execute(check, {**env, **check.env, **addresses})
    if code == NO_TESTS and check.live:
        return "LEFT OUT", "there is no such test"
    return ("FAILED" if code else "passed"), ""


def _execute(check: Check, env: Mapping[str, str]) -> int:
    if check.live:
        return subprocess.run(check.command, cwd=ROOT, env=env).returncode
    done = subprocess.run(check.command, cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        say(done.stdout)
    return done.returncode


def report(outcomes: list[Outcome], *, ci: bool) -> int:
    """Print the table, what failed and, last and loudly, what was left out; return the exit code."""
    say("")
    for outcome in outcomes:
        say(f"{outcome.end:9} {outcome.seconds:7.1f} s  {outcome.name}")
    failed = [outcome for outcome in outcomes if outcome.end == "FAILED"]
    left_out = [outcome for outcome in outcomes if outcome.end == "LEFT OUT"]
    bad = len(failed) + (len(left_out) if ci else 0)
    say(f"\nchecks: {len(outcomes) - len(failed) - len(left_out)} passed, {bad} failed")
    for outcome in left_out:
        say(f"!! LEFT OUT: {outcome.name}: {outcome.reason}")
    return 1 if bad else 0
