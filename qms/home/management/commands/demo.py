"""`manage.py demo`: loads the demo organization into empty data, or prints who can sign in to it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.core.errors import RuleBroken
from qms.home.demo import load
from qms.organization.queries import demo_password, loaded_logins, setting


class Command(BaseCommand):
    help = "Load the demo organization, a maker of precision gauges, into empty data. --logins says who can sign in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--logins", action="store_true", help="print the demo logins and do nothing else")

    def handle(self, **options: Any) -> None:
        if "organization_user" not in connection.introspection.table_names():
            raise CommandError(_("There are no tables yet. Make them first: script/manage migrate"))
        if options["logins"]:
            self._print_logins()
            return
        try:
            load(timezone.now())
        except RuleBroken as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(_("The demo organization is loaded. Its people: script/manage demo --logins"))

    def _print_logins(self) -> None:
        logins = loaded_logins()
        if not logins:
            raise CommandError(_("No demo organization is loaded here."))
        facts = {"name": setting("organization.name"), "password": demo_password()}
        self.stdout.write(_("Demo: %(name)s. Everybody signs in with the password %(password)s") % facts)
        width = max(len(login.username) for login in logins)
        for login in logins:
            self.stdout.write(f"  {login.username:{width}}  {login.words}: {login.says}")
