"""`manage.py restore FILE`: an empty installation becomes what the backup holds."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from qms.core.errors import RuleBroken
from qms.home.services import restore


class Command(BaseCommand):
    help = "Check a backup, then restore it into this installation, which must be empty; SQLite or PostgreSQL."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a file that `backup` wrote")

    def handle(self, **options: Any) -> None:
        try:
            contents = restore(options["file"])
        except RuleBroken as refusal:
            raise CommandError(str(refusal)) from refusal
        files = sum(name.startswith("files/") for name in contents.members)
        facts = {"rows": sum(contents.rows.values()), "files": files, "made": contents.made_at}
        self.stdout.write(_("Restored the backup of %(made)s: %(rows)d rows, %(files)d files.") % facts)
