"""`script/manage createsuperuser`: refused in words; there is no superuser here."""

from argparse import SUPPRESS, ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _


class Command(BaseCommand):
    """Takes the place of Django's command of this name, which would ask for everything and then fail."""

    help = "There is no superuser here: the first person is made by set_up."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what Django's command takes, so that the answer is the same words."""
        for option in ("--username", "--name", "--email", "--database"):
            parser.add_argument(option, help=SUPPRESS)
        parser.add_argument("--noinput", "--no-input", dest="interactive", action="store_false", help=SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse, and name the way."""
        raise CommandError(
            _(
                "There is no superuser here. The first person, who administers accounts, is made on an empty system:\n"
                '  script/manage set_up "Example Ltd" --username ann --name "Ann Lee"\n'
                "All others are made in the browser by who administers accounts. A forgotten password:\n"
                "  script/manage changepassword USERNAME"
            )
        )
