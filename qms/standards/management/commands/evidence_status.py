"""script/manage evidence_status --standard "ISO 9001:2015" [--as-of DATE] [--json]"""

import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from qms.organization.queries import end_of_day
from qms.standards.queries import edition_called
from qms.standards.queries.evidence import Row, matrix
from qms.standards.queries.looked_at import places_asked
from qms.standards.shapes import matrix_as_values
from qms.standards.status import MEANS


class Command(BaseCommand):
    """Tells the evidence status of each requirement of an edition, now or as of the end of a day."""

    help = "Tell the evidence status of each requirement of an edition."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the edition, the day, and whether to answer in JSON."""
        parser.add_argument("--standard", required=True, help='for example "ISO 9001:2015"')
        parser.add_argument("--as-of", type=_day, metavar="DATE", help="as of the end of a day, 2026-11-22")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write one line a requirement, or JSON; raise CommandError for an edition that is not there."""
        standard, _colon, edition = options["standard"].rpartition(":")
        found = edition_called(standard, edition)
        if found is None:
            raise CommandError(f"There is no {options['standard']} in the library.")
        day = options["as_of"]
        at = end_of_day(day) if day else None
        places = places_asked(at or timezone.now())
        told = matrix(found, at=at, sites=places.in_scope)
        if options["json"]:
            self.stdout.write(
                json.dumps(matrix_as_values(told, places.columns(told.processes)), ensure_ascii=False, indent=2)
            )
            return
        for row in told.rows:
            self.stdout.write(_line(row))
        self.stdout.write(str(MEANS))


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError as wrong:
        raise ArgumentTypeError(f"{said} is no day; write it as 2026-11-22.") from wrong


def _line(row: Row) -> str:
    if row.status is None:
        return f"{row.clause.number:<10} does not apply: {row.left_out}"
    since = f" since {row.status.since:%Y-%m-%d}" if row.status.since else ""
    lacks = f" (waits for {row.status.lacks_words})" if row.status.lacks else ""
    return f"{row.clause.number:<10} {row.status.state_words}{since}{lacks}"
