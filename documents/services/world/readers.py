"""Readers of made-up documents: what they acknowledged, and what they still owe."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random

from documents.models import Acknowledgement, ReadingDuty
from documents.services.acknowledging import standard_statement
from documents.services.asking import READ_DUTY
from documents.services.world.cast import Cast, Group
from documents.services.world.revisions import Lived
from documents.states import OPEN_STATES, State
from qms.core.canonical import sha256
from qms.core.ids import uuid7
from qms.core.spout import Spout
from qms.duties.ladder import first_step_on
from qms.duties.models import Duty
from qms.duties.states import Outcome
from qms.trail.services import Draft, Target

GRACE = timedelta(days=14)
ZONE = "Europe/Berlin"
SESSION = Acknowledgement.Method.SESSION.value


class Readers:
    """Lets the team of one document after the other acknowledge its revisions."""

    def __init__(
        self, people: Cast, random: Random, now: datetime, write: Callable[[Draft, str, datetime], None]
    ) -> None:
        self.people, self.random, self.now, self.write = people, random, now, write
        self.statement = standard_statement()
        self.acknowledgements = Spout(
            Acknowledgement,
            *("uid", "person", "document", "revision", "content_hash", "language", "base_revision", "statement"),
            *("at", "zone", "method"),
        )
        self.duties = Spout(
            Duty,
            *("person", "kind", "subject_model", "subject_key", "opened_at", "seen_at", "due_on", "counts_from"),
            *("next_step_on", "closed_at", "outcome"),
        )
        self.reading = Spout(ReadingDuty, "duty", "person", "document", "revision")

    def close(self) -> None:
        """Write what is still held."""
        for spout in (self.acknowledgements, self.duties, self.reading):
            spout.close()

    def of(self, document: int, lived: Sequence[Lived], group: Group, done: float, owed: float) -> None:
        """Let a team read what is and was in force: about `done` acknowledge each revision, `owed` the last one not."""
        for each in lived:
            if each.state in OPEN_STATES:
                continue
            wanted = min(len(group.members), int(done) + (self.random.random() < done % 1))
            readers = self.random.sample(group.members, wanted)
            for person in readers:
                self._acknowledged(document, each, person)
            if each.state is State.EFFECTIVE:
                others = [person for person in group.members if person not in readers]
                for person in self.random.sample(others, min(len(others), round(owed))):
                    self._owed(document, each, person)

    def _acknowledged(self, document: int, revision: Lived, person: int) -> None:
        at = min(revision.since + GRACE * self.random.random(), self.now)
        due = (revision.since + GRACE).date()
        row = Acknowledgement(
            uid=uuid7(),
            person_id=person,
            document_id=document,
            revision_id=revision.key,
            content_hash=revision.content,
            language="en",
            base_revision_id=revision.base,
            statement=self.statement,
            at=at,
            zone=ZONE,
            method=SESSION,
        )
        named = (row.uid, person, document, revision.key, revision.content, "en", revision.base, self.statement)
        key = self.acknowledgements.add(*named, at, ZONE, SESSION)
        subject = (READ_DUTY, "documents.revision", str(revision.key))
        duty = self.duties.add(person, *subject, revision.since, at, due, due, None, at, Outcome.DONE.value)
        self.reading.add(duty, person, document, revision.key)
        targets = (
            Target("documents.acknowledgement", str(key), sha256(row.canonical())),
            Target("documents.revision", str(revision.key)),
            Target("documents.document", str(document)),
        )
        self.write(Draft("documents.acknowledged", targets, {"label": ""}), f"person:{person}", at)

    def _owed(self, document: int, revision: Lived, person: int) -> None:
        due = (self.now + timedelta(days=self.random.randint(-20, 20))).date()
        opened = self.now - timedelta(days=self.random.randint(1, 14))
        subject = (READ_DUTY, "documents.revision", str(revision.key))
        duty = self.duties.add(person, *subject, opened, None, due, due, first_step_on(due), None, "")
        self.reading.add(duty, person, document, revision.key)
