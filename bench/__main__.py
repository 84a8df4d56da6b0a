"""bench/run: one process for each database, each on a world of its own; then the table."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.report import write
from script.launcher import debian, stores
from script.launcher.common import ROOT, say

DOCS = ROOT / "docs" / "performance.md"
DATABASES = ("sqlite", "postgresql")
SIZES = ("tiny", "small", "normal", "large")
# Django is set up before anything of ours is imported.
MEASURE = """
import sys, django, pathlib
django.setup()
from bench.measuring import main
main(sys.argv[1], int(sys.argv[2]), pathlib.Path(sys.argv[3]))
"""


def main() -> int:
    """Measure on each database that can be had; write the table unless told not to. Return 1 for a missed budget."""
    options = _options()
    found = []
    for name in options.database or DATABASES:
        if name == "postgresql" and not _postgresql_is_there():
            say("PostgreSQL is left out: none is named (QMS_DATABASE_URL) and Debian's package is not installed.")
            continue
        found.append(_measured(name, options))
    if not options.no_docs:
        write(DOCS, found, options.rounds)
        say(f"Written: {DOCS.relative_to(ROOT)}")
    missed = [figure for each in found for figure in each["figures"] if figure["holds"] is False]
    return 1 if missed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench/run", description="Measures the product beside its limits.")
    parser.add_argument("--size", choices=SIZES, default="small", help="the world (small)")
    parser.add_argument("--database", action="append", choices=DATABASES, help="only this one")
    parser.add_argument("--data", type=Path, default=ROOT / "data" / "bench", help="where worlds are kept (data/bench)")
    parser.add_argument("--rounds", type=int, default=25, help="how often each page is asked for (25)")
    parser.add_argument("--no-docs", action="store_true", help="print the figures and leave docs/performance.md")
    return parser.parse_args()


def _postgresql_is_there() -> bool:
    return bool(os.environ.get("QMS_DATABASE_URL")) or not debian.missing(debian.STORES)


def _measured(name: str, options: argparse.Namespace) -> dict[str, Any]:
    folder = options.data / f"{name}-{options.size}"
    folder.mkdir(parents=True, exist_ok=True)
    with _database(name, folder) as env, tempfile.TemporaryDirectory(prefix="qms-bench-") as out:
        file = Path(out) / "figures.json"
        say(f"\n== {name}, {options.size} world in {folder}")
        command = [sys.executable, "-c", MEASURE, options.size, str(options.rounds), str(file)]
        subprocess.run(command, cwd=ROOT, env={**os.environ, **env}, check=True)
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return found


@contextmanager
def _database(name: str, folder: Path) -> Iterator[dict[str, str]]:
    """Give the variables of one database: the folder's own SQLite, or a PostgreSQL server named or of our own."""
    own = {
        "DJANGO_SETTINGS_MODULE": "qms.settings",
        "QMS_DATA": str(folder),
        "QMS_SECRET_KEY": "only for measuring, which knows no secrets and keeps none",
        "QMS_DEMO": "0",
        "QMS_LOG_LEVEL": "ERROR",
    }
    if name == "sqlite":
        yield {**own, "QMS_DATABASE_URL": "", "QMS_DATABASE_OWNER_URL": ""}
    elif os.environ.get("QMS_DATABASE_URL"):
        yield own
    else:
        shutil.rmtree(folder / "files", ignore_errors=True)
        with (
            tempfile.TemporaryDirectory(prefix="qms-bench-") as place,
            stores.postgres(Path(place), hurry=False) as env,
        ):
            yield {**own, **env}


if __name__ == "__main__":
    sys.exit(main())
