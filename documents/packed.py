"""What a pack tells of one revision: its files, its facts, and who reviewed, approved and acknowledged it."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from documents.models import Acknowledgement, Document, ReadingDuty, Revision, Seat
from documents.queries.pictures import pictures_shown
from documents.states import STATE_WORDS, Decision, RoundKind, State
from qms.core.canonical import instant
from qms.core.seams.evidence import EvidenceRecord, Piece
from qms.filing.models import Attachment
from qms.organization.models import User
from qms.organization.queries import organization_zone
from qms.signatures.models import SeparationException, Signature
from qms.signatures.states import MEANING_WORDS, Meaning


@dataclass(frozen=True)
class Signed:
    """Signatures by the key of their revision, the exceptions to separation by that of their signature, who reviewed
    and who has not yet acknowledged, by revision, the names of who has, by person, and the other files that came with
    a revision, by its key.
    """

    signatures: dict[str, list[Signature]]
    exceptions: dict[int, SeparationException | None]
    reviews: dict[int, list[str]]
    owed: dict[int, list[str]]
    readers: dict[int, str]
    forms: dict[str, list[Attachment]]

    def signatures_on(self, revision: Revision) -> list[Signature]:
        """Return the signatures on a revision, that of its adoption first."""
        adopted = [revision.adoption.signature] if revision.adoption and revision.adoption.signature else []
        return [*adopted, *self.signatures[str(revision.pk)]]

    def on(self, revision: Revision) -> list[dict[str, Any]]:
        """Return the signatures on a revision as a pack tells them."""
        return [self._told(each) for each in self.signatures_on(revision)]

    def _told(self, signature: Signature) -> dict[str, Any]:
        exception = self.exceptions.get(signature.pk)
        return {
            "name": signature.printed_name,
            "meaning": signature.meaning,
            "signed_at": instant(signature.signed_at),
            "zone": signature.zone,
            "method": signature.method,
            "content_sha256": signature.content_hash,
            "canonical": signature.canonical(),
            "separation_set_aside": str(exception) if exception else None,
        }


def signed_in(revisions: Sequence[Revision], at: datetime) -> Signed:
    """Return who did what about some revisions until an instant, in a query each."""
    keys = [str(each.pk) for each in revisions]
    found: dict[str, list[Signature]] = defaultdict(list)
    rows = Signature.objects.filter(subject_model="documents.revision", subject_key__in=keys, signed_at__lte=at)
    for each in rows.order_by("signed_at", "pk"):
        found[each.subject_key].append(each)
    signatures = [each.pk for rows in found.values() for each in rows]
    seats = Seat.objects.filter(signature__in=signatures).select_related("exception")
    exceptions = {seat.signature_id: seat.exception for seat in seats if seat.signature_id}
    acknowledged = Acknowledgement.objects.filter(revision__in=revisions).values("person")
    readers = dict(User.objects.filter(pk__in=acknowledged).values_list("pk", "name"))
    return Signed(found, exceptions, _reviews(revisions, at), _owed(revisions, at), readers, _forms(keys, at))


def record_of(document: Document, revision: Revision, signed: Signed, at: datetime) -> EvidenceRecord:
    """Return what a pack holds of a revision as of an instant."""
    return EvidenceRecord(
        number=f"{document.number} {revision.label}",
        title=revision.title,
        kind=document.type.name,
        state=str(STATE_WORDS[State(revision.state)]),
        folder=f"documents/{document.number}/{revision.label}",
        pieces=[*_files(document, revision, signed), *_facts_files(document, revision, signed)],
        facts=_facts(document, revision),
        lists=[(heading, lines) for heading, lines in _lists(revision, signed, at) if lines],
        targets=[("documents.document", str(document.pk)), ("documents.revision", str(revision.pk))],
    )


def _files(document: Document, revision: Revision, signed: Signed) -> Iterator[Piece]:
    name = f"{document.number}-{revision.label}"
    if revision.controlled_pdf is not None:
        yield Piece(f"{name}.pdf", _("Controlled PDF"), stored=revision.controlled_pdf.sha256)
    for body in revision.bodies.all():
        if body.source is not None:
            yield Piece(
                f"{name}-source-{body.source_name or f'{body.language}.md'}", _("Source"), stored=body.source.sha256
            )
        if body.rendition is not None and body.rendition_id != body.source_id:
            yield Piece(f"{name}-signed-{body.language}.pdf", _("PDF as signed"), stored=body.rendition.sha256)
        for picture in pictures_shown(body):
            yield Piece(f"{name}-{body.language}-{picture.name}", _("Picture"), stored=picture.file.sha256)
    for form in signed.forms[str(revision.pk)]:
        yield Piece(f"{name}-{form.name}", _("Other form"), stored=form.file.sha256)


def _facts_files(document: Document, revision: Revision, signed: Signed) -> Iterator[Piece]:
    if revision.content is not None:
        yield Piece("content.json", _("What was signed"), content=revision.content.text.encode())
    yield _json("metadata.json", _("Metadata"), _metadata(document, revision))
    yield _json("signatures.json", _("Signatures"), signed.on(revision))
    yield Piece(
        "acknowledgements.json", _("Acknowledgements"), content=_row_by_row(_acknowledged(revision, signed.readers))
    )


def _json(path: str, words: str, value: Any) -> Piece:
    return Piece(path, words, content=json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode())


def _row_by_row(lists: dict[str, list[dict[str, Any]]]) -> bytes:
    """Return long lists as JSON with a line for each row: as easy to read as indented, and written faster."""
    parts = []
    for name, rows in lists.items():
        lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        parts.append(f'"{name}": [\n{lines}\n]')
    return ("{" + ",\n".join(parts) + "}\n").encode()


def _metadata(document: Document, revision: Revision) -> dict[str, Any]:
    return {
        "number": document.number,
        "title": revision.title,
        "type": document.type.code,
        "revision": revision.label,
        "state": revision.state,
        "owner": document.owner.name,
        "author": revision.author.name,
        "process": str(document.process or ""),
        "site": str(document.site or ""),
        "change_class": revision.change_class,
        "reason": revision.reason,
        "changes": revision.change_list,
        "effective_at": instant(revision.effective_at) if revision.effective_at else None,
        "ended_at": instant(revision.ended_at) if revision.ended_at else None,
        "content_sha256": revision.content.sha256 if revision.content else None,
        "origin": revision.origin,
        "origin_approvers": revision.origin_approvers,
    }


def _acknowledged(revision: Revision, readers: dict[int, str]) -> dict[str, list[dict[str, Any]]]:
    return {
        "acknowledgements": [
            {
                "name": readers[each.person_id],
                "at": instant(each.at),
                "zone": each.zone,
                "method": each.method,
                "statement": each.statement,
                "content_sha256": each.content_hash,
                "canonical": each.canonical(),
            }
            for each in revision.acknowledgements.all()
        ],
        "excused": [
            {"name": each.person.name, "by": each.excused_by.name, "reason": each.reason}
            for each in revision.excusals.all()
        ],
    }


def _facts(document: Document, revision: Revision) -> list[tuple[str, str]]:
    rows = [(_("Owner"), document.owner.name), (_("Author"), revision.author.name)]
    if revision.effective_at:
        rows.append((_("In force since"), _moment(revision.effective_at)))
        rows.append((_("Until"), _moment(revision.ended_at) if revision.ended_at else _("still in force")))
        if revision.controlled_pdf is None:
            rows.append((_("Controlled PDF"), _("not made when this pack was")))
    if revision.content is not None:
        rows.append((_("Content (SHA-256)"), revision.content.sha256))
    return rows


def _lists(revision: Revision, signed: Signed, at: datetime) -> Iterator[tuple[str, list[str]]]:
    """Yield who reviewed, signed, acknowledged and has not yet, each with the date, as of an instant."""
    yield _("Reviewed by"), signed.reviews[revision.pk]
    yield (
        _("Signed by"),
        [
            f"{each.printed_name} · {MEANING_WORDS[Meaning(each.meaning)]} · {_moment(each.signed_at)}"
            for each in signed.signatures_on(revision)
        ],
    )
    given = revision.acknowledgements.all()
    yield _("Acknowledged by"), [f"{signed.readers[each.person_id]} · {_moment(each.at)}" for each in given]
    yield _("Not yet acknowledged by"), signed.owed[revision.pk]
    yield (
        _("Excused"),
        [f"{each.person.name} · {each.excused_by.name}: {each.reason}" for each in revision.excusals.all()],
    )


def _moment(at: datetime) -> str:
    return f"{at.astimezone(organization_zone()):%Y-%m-%d %H:%M %Z}"


def _forms(keys: Sequence[str], at: datetime) -> dict[str, list[Attachment]]:
    kept = Q(removed_at__isnull=True) | Q(removed_at__gt=at)
    rows = Attachment.objects.filter(kept, subject_model="documents.revision", subject_key__in=keys, added_at__lte=at)
    found: dict[str, list[Attachment]] = defaultdict(list)
    for each in rows.select_related("file").order_by("pk"):
        found[each.subject_key].append(each)
    return found


def _reviews(revisions: Sequence[Revision], at: datetime) -> dict[int, list[str]]:
    words = {Decision.YES.value: _("no objection"), Decision.NO.value: _("changes wanted")}
    seats = Seat.objects.filter(round__revision__in=revisions, round__kind=RoundKind.REVIEW, decided_at__lte=at)
    found: dict[int, list[str]] = defaultdict(list)
    for seat in seats.select_related("person", "round").order_by("decided_at", "pk"):
        if seat.decided_at is not None:
            line = f"{seat.person.name} · {words[seat.decision]} · {_moment(seat.decided_at)}"
            found[seat.round.revision_id].append(line)
    return found


def _owed(revisions: Sequence[Revision], at: datetime) -> dict[int, list[str]]:
    waiting = Q(duty__closed_at__isnull=True) | Q(duty__closed_at__gt=at)
    rows = ReadingDuty.objects.filter(waiting, revision__in=revisions, duty__opened_at__lte=at)
    found: dict[int, list[str]] = defaultdict(list)
    for each in rows.select_related("person", "duty").order_by("person__name", "pk"):
        due = _("due %(day)s") % {"day": each.duty.due_on} if each.duty.due_on else _("no day set")
        found[each.revision_id].append(f"{each.person.name} · {due}")
    return found
