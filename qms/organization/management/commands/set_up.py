"""The first day of an empty system: `script/manage set_up "Organization" --username ann --name "Ann Lee"`."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.translation import gettext as _

from qms.core.errors import RuleBroken
from qms.organization.services import set_up


class Command(BaseCommand):
    """Makes the first person, who administers accounts and names the others."""

    help = "Set an empty system up: the organization, its first person, and the password to sign in with first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the organization and its first person."""
        parser.add_argument("organization")
        parser.add_argument("--username", required=True)
        parser.add_argument("--name", required=True)
        parser.add_argument("--email", default="")
        parser.add_argument("--zone", default=settings.TIME_ZONE, help="of days and times (QMS_TIME_ZONE, else UTC)")
        parser.add_argument(
            "--no-quality-manager",
            action="store_true",
            help="the first person only administers accounts, and names the first quality manager in the browser",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Set up, and print the temporary password once."""
        if "organization_user" not in connection.introspection.table_names():
            raise CommandError(_("There are no tables yet. Make them first: script/manage migrate"))
        try:
            made = set_up(
                organization=options["organization"],
                zone=options["zone"],
                username=options["username"],
                name=options["name"],
                email=options["email"],
                quality_manager=not options["no_quality_manager"],
            )
        except RuleBroken as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"User name: {made.person.username}\nPassword:  {made.password}")
        self.stdout.write(_("Days and times: %(zone)s; the settings change it.") % {"zone": options["zone"]})
        self.stdout.write(
            "The password is temporary: it ends after seven days, and signs nothing before it is changed."
        )
        self.stdout.write(_("Then take the first steps: %(address)s") % {"address": f"{settings.BASE_URL}/start/"})
