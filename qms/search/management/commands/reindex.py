"""`manage.py reindex`: rebuild what search knows from the records themselves."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from qms.core.seams.search import searchables
from qms.search import services


class Command(BaseCommand):
    """Rebuild the index while the system stays in use."""

    help = "Rebuild the search index, of all records or of some models."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the models to rebuild, and whether to begin with nothing."""
        parser.add_argument("models", nargs="*", help="for example documents.document; all when none is given")
        parser.add_argument("--from-nothing", action="store_true", help="empty the whole index first")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild, and say after each batch how far it is."""
        for model in options["models"]:
            if model not in searchables:
                raise CommandError(f"{model} is not searched. There is: {', '.join(m for m, _ in searchables.items())}")
        if options["from_nothing"]:
            services.clear()
        services.reindex(models=options["models"] or None, told=self._tell)

    def _tell(self, model: str, done: int) -> None:
        self.stdout.write(f"{model}: {done}")
