"""Revisions of a made-up document: frozen, approved and signed, each in its span."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from documents.models import Body, Content, Document, Revision, RevisionSpan, Round, Seat
from documents.models.revision import random_code
from documents.services.freezing import canonical_content
from documents.services.world.cast import VARIANTS, Cast, Written
from documents.states import OPEN_STATES, ChangeClass, Decision, RoundKind, RoundOutcome, State
from qms.core.canonical import dumps, sha256
from qms.core.ids import uuid7
from qms.core.spout import Spout
from qms.duties.models import Duty
from qms.signatures.models import Signature, SigningProof
from qms.signatures.states import Meaning
from qms.trail.services import Draft, Target

WRITING, APPROVING, WAITING = timedelta(days=20), timedelta(days=5), timedelta(days=5)
MINOR = 0.3
ASKS = {
    State.IN_REVIEW: (RoundKind.REVIEW, "documents.review"),
    State.IN_APPROVAL: (RoundKind.APPROVAL, "documents.approve"),
}


@dataclass(frozen=True)
class Lived:
    """A revision that was made: since when it is in its last state but one, and what its readers saw."""

    key: int
    author: int
    state: State
    created: datetime
    since: datetime
    until: datetime | None
    content: str
    base: int | None


class Revisions:
    """Makes the revisions of one document after the other."""

    def __init__(
        self, people: Cast, random: Random, now: datetime, write: Callable[[Draft, str, datetime], None]
    ) -> None:
        self.people, self.random, self.now, self.write = people, random, now, write
        self.revisions = Spout(
            Revision,
            *("document", "sequence", "label", "state", "title", "change_class", "reason", "author", "base"),
            *("content", "created_at", "effective_from", "effective_at", "ended_at", "public_code"),
        )
        self.bodies = Spout(Body, "revision", "markdown", "source")
        self.contents = Spout(Content, "revision", "text", "sha256", "frozen_at")
        self.spans = Spout(RevisionSpan, "revision", "state", "valid_from", "valid_until")
        self.rounds = Spout(
            Round,
            *("revision", "content", "kind", "number", "mode", "needed", "opened_at", "opened_by", "closed_at"),
            "outcome",
        )
        self.seats = Spout(Seat, "round", "person", "author", "decision", "decided_at", "signature")
        self.proofs = Spout(
            SigningProof, *("person", "session_hash", "meaning", "content_hash", "method", "made_at", "used_at")
        )
        self.signatures = Spout(
            Signature,
            *("uid", "person", "printed_name", "meaning", "subject_model", "subject_key", "content_hash"),
            *("signed_at", "zone", "method", "proof"),
        )
        self.duties = Spout(
            Duty,
            *("person", "kind", "subject_model", "subject_key", "opened_at", "due_on", "counts_from", "next_step_on"),
        )

    def close(self) -> None:
        """Write what is still held."""
        for spout in vars(self).values():
            if isinstance(spout, Spout):
                spout.close()

    def of(
        self, document: Document, states: Sequence[State], born: datetime, author: int, *, family: int
    ) -> list[Lived]:
        """Make the revisions of a document, one for each state, and return them."""
        made: list[Lived] = []
        step = (self.now - born) / (len(states) + 1)
        texts = self.people.texts[family % len(self.people.texts)]
        for number, state in enumerate(states):
            created = born + step * number if state not in OPEN_STATES else self.now - timedelta(days=12)
            until = born + step * (number + 1) + WRITING + APPROVING + WAITING if state is State.SUPERSEDED else None
            ended = until or (self.now - timedelta(days=40) if state is State.OBSOLETE else None)
            base = made[-1].key if made else None
            made.append(self._one(document, number + 1, state, created, ended, author, base, texts[number % VARIANTS]))
        return made

    def _one(
        self,
        document: Document,
        sequence: int,
        state: State,
        created: datetime,
        ended: datetime | None,
        author: int,
        base: int | None,
        written: Written,
    ) -> Lived:
        key, since = self.revisions.key(), created + WRITING + APPROVING + WAITING
        reason = f"What the audit of revision {sequence} found." if base else ""
        row = Revision(pk=key, document=document, title=document.title, reason=reason)
        body = Body(source=written.file)
        frozen = "" if state is State.DRAFT else dumps(canonical_content(row, [body]))
        content, digest = None, sha256(frozen)
        if frozen:
            content = self.contents.add(key, frozen, digest, min(created + WRITING, self.now))
        self.bodies.add(key, written.text, written.file.pk)
        in_force = since if state not in OPEN_STATES else None
        kind = ChangeClass.MINOR if base and self.random.random() < MINOR else ChangeClass.MAJOR
        self.revisions.add(
            *(document.pk, sequence, str(sequence), state.value, document.title, kind.value, reason, author, base),
            *(content, created, in_force, in_force, ended, random_code()),
            key=key,
        )
        lived = Lived(key, author, state, created, since, ended, digest, base)
        targets = (Target("documents.revision", str(key)), Target("documents.document", str(document.pk)))
        detail = {"label": str(sequence), "change_class": kind.value, "reason": reason}
        self.write(Draft("documents.draft_started", targets, detail), f"person:{author}", created)
        if in_force is None:
            self._under_way(lived, content, targets)
        else:
            self._approved(lived, content, targets)
        return lived

    def _under_way(self, lived: Lived, content: int | None, targets: tuple[Target, ...]) -> None:
        self.spans.add(lived.key, lived.state.value, lived.created, None)
        if lived.state not in ASKS:
            return
        (kind, duty), opened = ASKS[lived.state], self.now - timedelta(days=3)
        asked = self._other(lived.author)
        made = self.rounds.add(lived.key, content, kind.value, 1, "all", 1, opened, lived.author, None, "")
        self.seats.add(made, asked, lived.author, "", None, None)
        due = (self.now + timedelta(days=self.random.randint(-4, 4))).date()
        self.duties.add(asked, duty, "documents.revision", str(lived.key), opened, due, due, due)
        self.write(Draft(f"documents.{ASKS_VERB[kind]}", targets, {"round": 1}), f"person:{lived.author}", opened)

    def _approved(self, lived: Lived, content: int | None, targets: tuple[Target, ...]) -> None:
        """The usual way: started, signed, complete, in force, and at last replaced or withdrawn."""
        opened, signed = lived.created + WRITING, lived.created + WRITING + APPROVING
        approver = self._other(lived.author)
        made = self.rounds.add(
            lived.key,
            content,
            RoundKind.APPROVAL.value,
            1,
            "n_of",
            1,
            opened,
            lived.author,
            signed,
            RoundOutcome.AGREED.value,
        )
        signature, target = self._signature(approver, lived, signed)
        self.seats.add(made, approver, lived.author, Decision.YES.value, signed, signature)
        author, person = f"person:{lived.author}", f"person:{approver}"
        self.write(Draft("documents.start_approval_from_draft", targets, {"round": 1}), author, opened)
        self.write(Draft("documents.approve", (*targets, target), {"round": 1}), person, signed)
        self.write(Draft("documents.complete_approval", targets, {"round": 1}), "system", signed)
        self.write(Draft("documents.take_effect", targets, {"label": ""}), "system", lived.since)
        if lived.until:
            verb = "documents.supersede" if lived.state is State.SUPERSEDED else "documents.retire"
            self.write(Draft(verb, targets, {"from": "effective"}), "system", lived.until)
        for state, start, end in (
            (State.DRAFT, lived.created, opened),
            (State.IN_APPROVAL, opened, signed),
            (State.APPROVED, signed, lived.since),
            (State.EFFECTIVE, lived.since, lived.until),
            *([(lived.state, lived.until, None)] if lived.until else []),
        ):
            self.spans.add(lived.key, state.value, start, end)

    def _signature(self, person: int, lived: Lived, at: datetime) -> tuple[int, Target]:
        proof = self.proofs.add(person, sha256("world"), Meaning.APPROVED.value, lived.content, "password", at, at)
        row = Signature(
            uid=uuid7(),
            person_id=person,
            printed_name=self.people.names[person],
            meaning=Meaning.APPROVED.value,
            subject_model="documents.revision",
            subject_key=str(lived.key),
            content_hash=lived.content,
            signed_at=at,
            zone="Europe/Berlin",
            method="password",
        )
        named = (row.uid, person, row.printed_name, row.meaning, row.subject_model, row.subject_key, row.content_hash)
        key = self.signatures.add(*named, at, row.zone, row.method, proof)
        return key, Target("signatures.signature", str(key), sha256(row.canonical()))

    def _other(self, author: int) -> int:
        return next(each for each in self.random.choices(self.people.approvers, k=20) if each != author)


ASKS_VERB = {RoundKind.REVIEW: "submit_for_review", RoundKind.APPROVAL: "start_approval"}
