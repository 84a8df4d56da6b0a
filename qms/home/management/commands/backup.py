"""`manage.py backup FILE`: the database and the files in one file, taken while people work."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from qms.core.errors import RuleBroken
from qms.home.services import back_up
from qms.organization.queries import setting


class Command(BaseCommand):
    help = "Write the database and the files, as of one instant, to one new file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the zip to write; it must not be there yet")

    def handle(self, **options: Any) -> None:
        try:
            contents = back_up(options["file"])
        except RuleBroken as refusal:
            raise CommandError(str(refusal)) from refusal
        for sha256 in contents.lost:
            self.stderr.write(_("The store has lost this file or holds it damaged; it is left out: %s") % sha256)
        facts = {
            "rows": sum(contents.rows.values()),
            "files": len(contents.members) - len(contents.rows),
            "name": setting("organization.name"),
            "folder": settings.DATA_DIR,
        }
        words = _("Backed up: %(rows)d rows, %(files)d files of %(name)s, with the data folder %(folder)s.")
        self.stdout.write(words % facts)
