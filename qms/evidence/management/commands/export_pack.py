import os
import shutil
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from qms.core.errors import RuleBroken
from qms.core.seams.evidence import Selection
from qms.evidence.services import build, request_pack
from qms.filing.services import open_file
from qms.organization.queries import holders_of, person_named
from qms.organization.states import Role


class Quietly:
    """Progress that nobody watches."""

    def step(self, done: int, total: int, words: str = "") -> None:
        """Do nothing."""


class Command(BaseCommand):
    """Takes an evidence pack away from the command line; the same request, rights and entry as in the browser."""

    help = "Build an evidence pack: --out FILE [--type T ...] [--document NUMBER ...] --as PERSON"

    def add_arguments(self, parser: CommandParser) -> None:
        """Add where to, what, for whom, why, and in whose name."""
        parser.add_argument("--out", required=True, type=Path)
        parser.add_argument("--type", action="append", default=[], dest="types")
        parser.add_argument("--document", action="append", default=[], dest="numbers")
        parser.add_argument("--as", dest="person", default="", help="user name; a quality manager when left out")
        parser.add_argument("--for", dest="recipient", default="auditor")
        parser.add_argument("--why", dest="purpose", default="audit")

    def handle(self, *args: Any, **options: Any) -> None:
        """Build the pack and write the zip."""
        _refuse_no_place(options["out"])
        named = options["person"]
        person = person_named(named) if named else holders_of(Role.QUALITY_MANAGER).first()
        if person is None:
            raise CommandError("There is no such person, or no quality manager yet. Name one with --as.")
        selection = Selection(types=tuple(options["types"]), numbers=tuple(options["numbers"]))
        try:
            pack = request_pack(
                selection=selection,
                words=", ".join([*options["types"], *options["numbers"]]) or "everything",
                recipient=options["recipient"],
                purpose=options["purpose"],
                by=person,
                in_background=False,
            )
        except RuleBroken as refusal:
            raise CommandError(str(refusal)) from refusal
        pack = build(pack_id=pack.pk, progress=Quietly())
        assert pack.file is not None
        with open_file(pack.file) as source, options["out"].open("wb") as target:
            shutil.copyfileobj(source, target)
        self.stdout.write(f"{options['out']}: {pack.files} files, {pack.missing} missing, SHA-256 {pack.file.sha256}")


def _refuse_no_place(out: Path) -> None:
    """Raise CommandError, before a pack is built and recorded, where its file could not be written."""
    folder = out.absolute().parent
    if out.is_dir() or not os.access(folder, os.W_OK):
        raise CommandError(
            _("The pack cannot be written to %(out)s: name a file in a folder that is there and yours.") % {"out": out}
        )
