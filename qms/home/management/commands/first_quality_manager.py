"""`manage.py first_quality_manager`: names the first quality manager; all others are named by a quality manager."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from qms.core.actors import SYSTEM
from qms.core.errors import RuleBroken
from qms.organization.queries import person_named
from qms.organization.services import name_first_quality_manager


class Command(BaseCommand):
    help = "Name the first quality manager, who names all others."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="user name of an account that is there")

    def handle(self, **options: Any) -> None:
        person = person_named(options["username"])
        if person is None:
            raise CommandError(_("Nobody here has this user name."))
        try:
            name_first_quality_manager(person_id=person.pk, by=SYSTEM)
        except RuleBroken as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(_("%(name)s is the first quality manager. The trail says so.") % {"name": person.name})
