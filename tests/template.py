"""One migrated SQLite database for every run on the same source: the first process makes it, each takes a copy."""

import shutil
from pathlib import Path

from django.db import connection

from script.launcher.common import digest, only_one

ROOT = Path(__file__).resolve().parents[1]
SHELF = ROOT / ".test-databases"


def lay_copy() -> None:
    """Put a copy of the migrated database where this process keeps its own, and open that one from now on."""
    own = connection.settings_dict["TEST"]["NAME"]
    SHELF.mkdir(exist_ok=True)
    with only_one(SHELF):
        template = SHELF / f"{_source()}.sqlite3"
        if not template.exists():
            _make(template)
        shutil.copyfile(template, own)
    connection.settings_dict["NAME"] = own


def _source() -> str:
    """Return one hash of all that the migrations, and what follows them, are made of."""
    files = [file for room in ("qms", "documents") for file in (ROOT / room).rglob("*.py")]
    return digest([*files, ROOT / "tests" / "settings.py", ROOT / "script" / "requirements" / "test.txt"])


def _make(template: Path) -> None:
    for old in SHELF.iterdir():
        old.unlink()
    made = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    connection.close()
    draft = template.with_suffix(".new")
    shutil.move(made, draft)
    draft.rename(template)
