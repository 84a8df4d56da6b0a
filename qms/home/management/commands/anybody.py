"""`manage.py anybody`: exits 0 when there are people here; script/server asks before it says how to make the first."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.translation import gettext as _

from qms.organization.queries import nobody_yet


class Command(BaseCommand):
    help = "Say whether there are people here: exit 0 if so, 1 if not."

    def handle(self, **options: Any) -> None:
        if "organization_user" not in connection.introspection.table_names() or nobody_yet():
            raise CommandError(_("There are no people here yet."))
        self.stdout.write(_("There are people here."))
