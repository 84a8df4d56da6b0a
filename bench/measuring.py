"""One database, one world: brings it up, measures everything on it, and leaves the figures as JSON."""

import json
import os
import platform
from dataclasses import asdict
from pathlib import Path

from django.core.management import call_command
from django.db import connection, connections

from bench import packs, pages, work
from bench.figures import Figure
from qms.core.seams.worlds import NORMAL, SIZES
from qms.organization.models import User
from qms.organization.queries import nobody_yet


def main(size: str, rounds: int, file: Path) -> None:
    """Measure on the world of this size, made when it is not there yet."""
    _bring_up()
    if nobody_yet():
        call_command("make_world", size=size, skip_checks=True)
    scale = User.objects.count() / NORMAL.people
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    figures = [*pages.measure(rounds), *pages.measure_api(rounds), *work.measure(scale), *packs.measure()]
    for each in figures:
        _say(each)
    found = {
        "database": _database(),
        "size": size,
        "world": asdict(SIZES[size]),
        "machine": _machine(),
        "figures": [asdict(each) for each in figures],
    }
    file.write_text(json.dumps(found, indent=1), encoding="utf-8")


def _bring_up() -> None:
    if "owner" in connections:
        call_command("migrate", database="owner", verbosity=0, skip_checks=True)
        call_command("harden", apply=True, verbosity=0, skip_checks=True)
    else:
        call_command("migrate", verbosity=0, skip_checks=True)
    call_command("collectstatic", interactive=False, verbosity=0, skip_checks=True)


def _database() -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sqlite_version()")
            return f"SQLite {cursor.fetchone()[0]}"
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0].split()[0]}"


def _machine() -> dict[str, object]:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": names[0] if names else platform.processor(),
        "cores": os.cpu_count(),
        "memory": f"{memory:.0f} GiB",
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 1),
    }


def _say(figure: Figure) -> None:
    ratio = f"{figure.ratio:6.2f} x" if figure.ratio is not None else " " * 8
    queries = f"{figure.queries:3} queries" if figure.queries is not None else " " * 11
    holds = {True: "holds", False: "MISSED", None: ""}[figure.holds]
    line = f"{figure.work:42} {ratio} {figure.ours:9.1f} {figure.unit:3} {queries}  {holds:7} {figure.budget}"
    print(line, figure.note, flush=True)
