"""script/manage transition_report --from "ISO 9001:2015" --to "ISO 9001:2026" --out FILE.pdf"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from qms.organization.queries import setting
from qms.standards.models import Edition
from qms.standards.queries import edition_called, mapping_between
from qms.transition.printing import move_pdf
from qms.transition.queries import move_by


class Command(BaseCommand):
    """Writes the gap analysis from one edition to another as PDF: of the move that is on, or a draft where none is."""

    help = "Write the gap analysis and the plan of a move to another edition as PDF."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the two editions and the file."""
        parser.add_argument("--from", dest="source", required=True, help='for example "ISO 9001:2015"')
        parser.add_argument("--to", dest="target", required=True, help='for example "ISO 9001:2026"')
        parser.add_argument("--out", required=True, type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file; raise CommandError where an edition, a mapping or the folder is missing."""
        source, target = _edition(options["source"]), _edition(options["target"])
        mapping = mapping_between(source, target)
        if mapping is None:
            raise CommandError(f"There is no mapping from {source} to {target}.")
        move = move_by(mapping)
        try:
            options["out"].write_bytes(move_pdf(move, setting("organization.name")))
        except OSError as problem:
            raise CommandError(f"{options['out']} cannot be written: {problem.strerror}") from problem
        said = "assessed" if move.progress.is_assessed else "draft, not assessed"
        self.stdout.write(f"{options['out']}: {len(move.rows)} lines, {said}.")


def _edition(name: str) -> Edition:
    standard, _colon, edition = name.rpartition(":")
    found = edition_called(standard, edition)
    if found is None:
        raise CommandError(f"There is no {name} in the library.")
    return found
