from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from qms.trail.harden import statements
from qms.trail.triggers import install, missing


class Command(BaseCommand):
    """Prints, or with --apply carries out, what keeps the application's role from changing frozen rows."""

    help = "Show (or --apply) the database rights that protect append-only tables; puts missing triggers back."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add --role and --apply."""
        parser.add_argument("--role", default=settings.DATABASES["default"].get("USER", ""))
        parser.add_argument("--apply", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each statement; carry it out as the owner when asked to."""
        alias = "owner" if "owner" in settings.DATABASES else "default"
        connection = connections[alias]
        if options["apply"]:
            install(using=alias)
        self.stdout.write(f"Tables without their triggers: {', '.join(missing(connection)) or 'none'}")
        if connection.vendor != "postgresql":
            self.stdout.write("SQLite has no roles: triggers are the protection here; the trail finds the rest.")
            return
        if not options["role"]:
            raise CommandError("Name the application's role with --role.")
        with connection.cursor() as cursor:
            for statement in statements(options["role"], connection.connection):
                self.stdout.write(f"{statement};")
                if options["apply"]:
                    cursor.execute(statement)
