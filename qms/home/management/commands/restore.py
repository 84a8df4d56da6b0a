"""`manage.py restore FILE`: an empty installation becomes what the backup holds."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from qms.core import env
from qms.core.errors import RuleBroken
from qms.home.backups import Contents
from qms.home.services import restore
from qms.organization.queries import organization_zone, setting

KEY = _lazy(
    "No backup holds the secret key; this folder has one of its own. Put the one you have kept in its place (%(file)s) "
    "before the start: links in mails then go on opening. Without it they open nothing any more."
)


class Command(BaseCommand):
    help = "Check a backup, then restore it into this installation, which must be empty; SQLite or PostgreSQL."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a file that `backup` wrote")

    def handle(self, **options: Any) -> None:
        try:
            contents = restore(options["file"])
        except RuleBroken as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(_words(contents))
        if not env.text("QMS_SECRET_KEY"):
            self.stdout.write(KEY % {"file": settings.DATA_DIR / "secret_key"})


def _words(contents: Contents) -> str:
    """Return what was restored, where, and from when: in the zone of the organization that is now here."""
    made = datetime.fromisoformat(contents.made_at).astimezone(organization_zone())
    facts = {
        "name": setting("organization.name"),
        "folder": settings.DATA_DIR,
        "made": f"{date_format(made, 'j F Y, H:i')} {made:%Z}",
        "rows": sum(contents.rows.values()),
        "files": sum(name.startswith("files/") for name in contents.members),
    }
    words = _("Restored %(name)s into the data folder %(folder)s, as of %(made)s: %(rows)d rows, %(files)d files.")
    return words % facts
