"""`script/manage changepassword ann`: a temporary password from the server, recorded as IT's is in the pages."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from qms.core.errors import RuleBroken
from qms.jobs.queries import mail_stays_here
from qms.organization.services import SetOnServer, set_password_on_server


class Command(BaseCommand):
    """Takes the place of Django's command of this name, which would leave no trace."""

    help = "Give somebody a temporary password. It stands in their history, and signs nothing until it is confirmed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take whose password it is, and how it is known that it is theirs."""
        parser.add_argument("username")
        parser.add_argument(
            "--confirm",
            default="",
            metavar="HOW",
            help="confirm the sign-in as well, and say how it was checked; only for who is alone here, so that "
            "nobody else can",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Set the password, print it once, and say what follows from it."""
        try:
            done = set_password_on_server(username=options["username"], how=options["confirm"])
        except RuleBroken as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{_('User name:')} {done.person.username}\n{_('Password:')}  {done.password}")
        for line in _what_follows(done):
            self.stdout.write(line)


def _what_follows(done: SetOnServer) -> list[str]:
    name = {"name": done.person.name}
    return [
        _("It is temporary: it ends after seven days. %(name)s chooses their own at the first sign-in.") % name,
        _("All sessions, API tokens and the calendar address of %(name)s have ended.") % name,
        _("It stands in the history of %(name)s as done by a command on the server.") % name,
        _("No mail server is set: nobody was told by mail.")
        if mail_stays_here()
        else _("%(name)s and the quality managers are mailed.") % name,
        _who_confirms(done),
    ]


def _who_confirms(done: SetOnServer) -> str:
    words = {"name": done.person.name, "confirmers": ", ".join(each.name for each in done.confirmers)}
    if not done.waits:
        return _("%(name)s signs again as soon as they have chosen their own password.") % words
    if done.confirmers:
        return _("%(name)s signs nothing until it is confirmed in the pages, by: %(confirmers)s.") % words
    if done.alone:
        return (
            _(
                "%(name)s signs nothing until it is confirmed, and nobody else here can. If you are %(name)s, run this "
                'again with --confirm "how it was checked"; that stands in the history too.'
            )
            % words
        )
    return _("%(name)s signs nothing until a quality manager, or top management, has confirmed it.") % words
