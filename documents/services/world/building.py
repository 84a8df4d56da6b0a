"""Filling the tables: documents, their revisions and rounds, what was acknowledged and what is owed, and the trail."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.db import transaction
from django.utils import timezone

from documents.models import AudienceRule, Document, Placement
from documents.services.world.cast import Cast, Group, cast
from documents.services.world.readers import Readers
from documents.services.world.revisions import Lived, Revisions
from documents.services.world.texts import title
from documents.states import OPEN_STATES, State
from qms.core.seams.worlds import Tell, WorldPart, WorldSize
from qms.core.spout import Spout
from qms.trail.models import Entry
from qms.trail.services import Draft, Target, pour_entries

CHUNK = 500
YEARS = timedelta(days=5 * 365)
UNDER_WAY, WITHDRAWN = 0.10, 0.02
Write = Callable[[Draft, str, datetime], None]


@dataclass(frozen=True)
class Share:
    """How much of the size falls to one document."""

    revisions: float
    acknowledged: float
    open: float


def build_world(size: WorldSize, random: Random, tell: Tell) -> None:
    """Fill the register, 500 documents in a transaction; then the trail up to its size."""
    people, now = cast(random), timezone.now()
    share = Share(
        size.revisions / size.documents,
        size.acknowledgements / size.revisions,
        size.open_duties / size.documents,
    )
    lived: list[Lived] = []
    for start in range(0, size.documents, CHUNK):
        lived += _chunk(range(start, min(start + CHUNK, size.documents)), people, share, random, now)
        tell(f"{min(start + CHUNK, size.documents)} documents")
    _fill_trail(size.entries - Entry.objects.count(), lived, random, tell)


@transaction.atomic
def _chunk(numbers: range, people: Cast, share: Share, random: Random, now: datetime) -> list[Lived]:
    with ExitStack() as stack:
        write = stack.enter_context(pour_entries())
        builder = Builder(people, share, random, now, write)
        stack.callback(builder.close)
        return [each for number in numbers for each in builder.document(number)]


class Builder:
    """Makes documents one after the other."""

    def __init__(self, people: Cast, share: Share, random: Random, now: datetime, write: Write) -> None:
        self.people, self.share, self.random, self.now, self.write = people, share, random, now, write
        names = ("number", "title", "type", "owner", "process", "site", "next_review_on", "created_at", "created_by")
        self.documents = Spout(Document, *names)
        self.placements = Spout(Placement, "document", "title", "owner", "process", "site", "valid_from")
        self.audience = Spout(AudienceRule, "document", "kind", "key", "valid_from")
        self.revisions = Revisions(people, random, now, write)
        self.readers = Readers(people, random, now, write)

    def close(self) -> None:
        """Write what is still held."""
        for each in (self.documents, self.placements, self.audience, self.revisions, self.readers):
            each.close()

    def document(self, number: int) -> list[Lived]:
        """Make a document with its revisions, its readers and what they did; return its revisions."""
        random, type_ = self.random, self.people.types[number % len(self.people.types)]
        process = self.people.processes[number % len(self.people.processes)]
        group = self._group(process.site_id, number)
        born = self.now - YEARS * random.uniform(0.2, 1)
        name, author = title(random), random.choice(self.people.authors)
        code = f"{type_.code}-{number + 1:05}"
        review = (self.now + timedelta(days=random.randint(-60, 700))).date()
        owner = process.owner_id or author
        key = self.documents.add(code, name, type_.pk, owner, process.pk, process.site_id, review, born, author)
        self.placements.add(key, name, owner, process.pk, process.site_id, born)
        self.audience.add(key, "team", str(group.team), born)
        detail = {"number": code, "title": name, "type": type_.code}
        self.write(Draft("documents.created", (Target("documents.document", str(key)),), detail), _actor(author), born)
        row = Document(pk=key, number=code, title=name, type=type_)
        lived = self.revisions.of(row, self._states(), born, author, family=number)
        self.readers.of(key, lived, group, self.share.acknowledged, self.share.open)
        return lived

    def _group(self, site: int | None, number: int) -> Group:
        here = [group for group in self.people.groups if group.site == site] or self.people.groups
        return here[number % len(here)]

    def _states(self) -> list[State]:
        """Return the states of a document's revisions: most end with one in force."""
        count = int(self.share.revisions) + (self.random.random() < self.share.revisions % 1)
        before, fate = [State.SUPERSEDED] * (count - 1), self.random.random()
        if fate < UNDER_WAY:
            under_way = self.random.choice([state for state in OPEN_STATES if state is not State.APPROVED])
            return [*before[:-1], *([State.EFFECTIVE] if before else []), under_way]
        return [*before, State.OBSOLETE if fate < UNDER_WAY + WITHDRAWN else State.EFFECTIVE]


def _actor(person: int) -> str:
    return f"person:{person}"


def _fill_trail(missing: int, lived: list[Lived], random: Random, tell: Tell) -> None:
    """Write what is missing as changes of drafts, spread over all revisions."""
    for start in range(0, max(0, missing), CHUNK * 100):
        count = min(CHUNK * 100, missing - start)
        with transaction.atomic(), pour_entries() as write:
            for number in range(count):
                each = lived[(start + number) % len(lived)]
                at = each.created + (each.since - each.created) * random.random()
                detail = {"before": {"title": "Draft"}, "after": {"title": f"Draft {number}"}}
                target = (Target("documents.revision", str(each.key)),)
                write(Draft("documents.draft_changed", target, detail), _actor(each.author), at)
        tell(f"{start + count} more entries")


WORLD = WorldPart(build_world)
