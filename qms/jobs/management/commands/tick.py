"""`manage.py tick`: what beat asks for each minute, by hand or from cron."""

from typing import Any

from django.core.management.base import BaseCommand

from qms.jobs import services


class Command(BaseCommand):
    """One tick in this process."""

    help = "Run what is due now: jobs, mail, reminders. Beat does this each minute."

    def handle(self, *args: Any, **options: Any) -> None:
        """Tick once and say whether another tick was just there."""
        self.stdout.write("Done." if services.tick() else "Another tick has just done this.")
