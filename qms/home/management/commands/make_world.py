"""`manage.py make_world`: fills empty data with a made-up world of any size, for measuring."""

import time
from dataclasses import replace
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from qms.core.seams.worlds import SIZES, WorldSize, chance, world_parts
from qms.organization.queries import nobody_yet
from qms.search.services import reindex


class Command(BaseCommand):
    help = "Fill empty data with a made-up world, for measuring: people, documents, acknowledgements, entries."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--size", choices=SIZES, default="small", help="small (a tenth), normal, large (ten times)")
        for name in vars(WorldSize()):
            parser.add_argument(f"--{name.replace('_', '-')}", type=int, metavar="N")
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same world")
        parser.add_argument("--no-index", action="store_true", help="leave the search index empty")

    talks = True

    def handle(self, **options: Any) -> None:
        self.talks = options["verbosity"] > 0
        if not nobody_yet():
            raise CommandError(_("There are people here already. A world is made in empty data only."))
        given = {name: options[name] for name in vars(WorldSize()) if options[name] is not None}
        size = replace(SIZES[options["size"]], **given)
        if min(vars(size).values()) < 1 or size.revisions < size.documents:
            raise CommandError(_("A world has at least one of everything, and a revision for each document."))
        started = time.monotonic()
        for part in world_parts:
            part.build(size, chance(options["seed"]), self._tell)
        if not options["no_index"]:
            reindex(told=lambda model, done: self._tell(f"{model}: {done} in the index"))
        self._tell(f"made in {time.monotonic() - started:.0f} s")

    def _tell(self, words: str) -> None:
        if self.talks:
            self.stdout.write(words)
