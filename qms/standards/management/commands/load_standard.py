from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from qms.core.canonical import sha256
from qms.core.errors import RuleBroken
from qms.organization.models import User
from qms.organization.queries import holders_of, may, person_named
from qms.organization.states import Role
from qms.search.services import reindex
from qms.standards.correlation import Correlation
from qms.standards.reading import Given, Head, given_in
from qms.standards.rights import Can
from qms.standards.searching import SEARCHABLES
from qms.standards.services import load, load_shipped, refuse_given


class Command(BaseCommand):
    """Loads a standard, or a mapping between two, from a file, or tells with --dry-run what it would load."""

    help = "load_standard FILE [--dry-run] [--as PERSON] [--standard S --edition E --title T]; or --shipped"

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the file, and for a table, which has no head, what it is."""
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument("--shipped", action="store_true", help="load what ships with this version")
        parser.add_argument("--dry-run", action="store_true")
        parser.add_argument("--as", dest="person", default="", help="user name; a quality manager when left out")
        for name in ("standard", "edition", "title"):
            parser.add_argument(f"--{name}", default="", help="for a table, which does not say it itself")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, then tell or load."""
        path: Path | None = options["file"]
        if options["shipped"]:
            self._load_shipped()
        elif path is None or not path.is_file():
            raise CommandError(f"{path} is no file." if path else "Name a file, or --shipped.")
        else:
            try:
                self._load(path, options)
            except RuleBroken as refusal:
                raise CommandError(f"Nothing was loaded.\n{refusal}") from refusal

    def _load_shipped(self) -> None:
        done = load_shipped()
        reindex(models=SEARCHABLES)
        for name in done:
            self.stdout.write(name)
        self.stdout.write(f"{len(done)} loaded")

    def _load(self, path: Path, options: dict[str, Any]) -> None:
        given = given_in(path, path.name, Head(options["standard"], options["edition"], options["title"]))
        refuse_given(given)
        for line in _told(given):
            self.stdout.write(line)
        if not options["dry_run"]:
            load(given=given, sha256=sha256(path.read_bytes()), by=_person(options["person"]))
        done = "dry run, nothing loaded" if options["dry_run"] else "loaded"
        self.stdout.write(f"{given.name}: {len(list(_told(given)))} lines ({done})")


def _told(given: Given) -> list[str]:
    if isinstance(given, Correlation):
        return [f"{row.source or '-'}\t{row.relation}\t{' '.join(row.targets) or '-'}" for row in given.rows]
    return [f"{row.number}\t{row.title}\t{row.strength if row.is_requirement else row.kind}" for row in given.clauses]


def _person(named: str) -> User:
    person = person_named(named) if named else holders_of(Role.QUALITY_MANAGER).first()
    if person is None:
        raise CommandError("There is no such person, or no quality manager yet. Name one with --as.")
    if not may(person, Can.LOAD):
        raise CommandError(f"{person} may not load standards.")
    return person
