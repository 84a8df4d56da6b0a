from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from documents.importing import read_mapping
from documents.imports import as_line, import_folder, line_heading, planned_rows, read_folder
from qms.core.errors import RuleBroken
from qms.organization.queries import holders_of, person_named
from qms.organization.states import Role


class Command(BaseCommand):
    """Brings a folder of procedures in, or tells with --dry-run exactly what it would do."""

    help = "import_folder DIR [--dry-run] [--map FILE] [--as PERSON]"

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the folder, the mapping, and in whose name."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--dry-run", action="store_true")
        parser.add_argument("--map", type=Path, dest="mapping")
        parser.add_argument("--as", dest="person", default="", help="user name; a quality manager when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, then tell or do."""
        folder: Path = options["folder"]
        if not folder.is_dir():
            raise CommandError(f"{folder} is no folder.")
        named = options["person"]
        person = person_named(named) if named else holders_of(Role.QUALITY_MANAGER).first()
        if person is None:
            raise CommandError("There is no such person, or no quality manager yet. Name one with --as.")
        text = options["mapping"].read_text(encoding="utf-8") if options["mapping"] else ""
        try:
            if options["dry_run"]:
                rows = planned_rows(read_folder(folder, read_mapping(text)))
            else:
                run = import_folder(folder=folder, mapping_text=text, by=person, source=folder.resolve().name)
                rows = list(run.rows.order_by("position"))
        except RuleBroken as refusal:
            raise CommandError(str(refusal)) from refusal
        if rows:
            self.stdout.write(line_heading())
        for row in rows:
            self.stdout.write(as_line(row))
        outcomes = sorted({row.outcome for row in rows})
        counts = ", ".join(f"{sum(row.outcome == each for row in rows)} {each}" for each in outcomes)
        self.stdout.write(f"{len(rows)} files: {counts}{' (dry run, nothing changed)' if options['dry_run'] else ''}")
