"""What this room holds for an evidence pack: revisions with their files, signatures and acknowledgements."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import islice
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.models import Acknowledgement, Body, Document, DocumentType, Excusal, Revision, Seat
from documents.queries import scope_of, visible_to
from documents.queries.choosable import all_processes
from documents.queries.pictures import pictures_shown
from documents.rights import Can
from documents.states import OPEN_STATES, STATE_WORDS, State
from qms.core.canonical import instant
from qms.core.seams.evidence import EvidenceRecord, EvidenceSource, Piece, Selection
from qms.organization.models import User
from qms.organization.queries import organization_zone, rights
from qms.signatures.models import SeparationException, Signature

NEVER_PACKED = [State.CANCELLED.value, *(state.value for state in OPEN_STATES)]


TOGETHER = 100  # documents


def gather(selection: Selection, person: User, at: datetime) -> Iterator[EvidenceRecord]:
    """Yield a record for each revision that was in force in the period, as far as the person may export it."""
    documents = _documents(selection, person).iterator(chunk_size=TOGETHER)
    while some := list(islice(documents, TOGETHER)):
        allowed = {each.pk: each for each in some if Can.EXPORT_PACK in rights(person, scope_of(each))}
        revisions = list(_revisions(allowed.values(), selection, at))
        signed = _signed_in(revisions, at)
        for revision in revisions:
            yield _record(allowed[revision.document_id], revision, signed)


def count(selection: Selection, person: User) -> int:
    """Return how many revisions a selection holds for a person."""
    documents = _documents(selection, person).values("pk")
    return _in_period(Revision.objects.filter(document__in=documents), selection).count()


def choices() -> dict[str, Sequence[tuple[str, str]]]:
    """Return the types and processes that a question can be narrowed by."""
    types = DocumentType.objects.order_by("name").values_list("code", "name")
    return {"types": list(types), "processes": [(str(each.pk), str(each)) for each in all_processes()]}


def _documents(selection: Selection, person: User) -> QuerySet[Document]:
    found = visible_to(person).select_related("type", "owner", "process", "site").order_by("number")
    if selection.types:
        found = found.filter(type__code__in=selection.types)
    if selection.numbers:
        found = found.filter(number__in=selection.numbers)
    return found.filter(process__in=selection.processes) if selection.processes else found


def _revisions(documents: Iterable[Document], selection: Selection, at: datetime) -> QuerySet[Revision]:
    """Return the revisions of some documents, with all that a pack tells of them in a query each."""
    bodies = Body.objects.select_related("source", "rendition").order_by("-governing", "language")
    given = Acknowledgement.objects.filter(at__lte=at).select_related("person").order_by("at", "pk")
    excused = Excusal.objects.filter(excused_at__lte=at).select_related("person", "excused_by")
    rows = _in_period(Revision.objects.filter(document__in=documents), selection)
    return (
        rows.select_related("content", "author", "controlled_pdf", "base", "adoption__signature")
        .prefetch_related(
            Prefetch("bodies", bodies), Prefetch("acknowledgements", given), Prefetch("excusals", excused)
        )
        .order_by("document__number", "sequence")
    )


@dataclass(frozen=True)
class Signed:
    """Signatures by the key of their revision, and the exceptions to separation by that of their signature."""

    signatures: dict[str, list[Signature]]
    exceptions: dict[int, SeparationException | None]

    def on(self, revision: Revision) -> list[dict[str, Any]]:
        """Return the signatures on a revision as a pack tells them, that of its adoption first."""
        adopted = [revision.adoption.signature] if revision.adoption and revision.adoption.signature else []
        return [self._told(each) for each in [*adopted, *self.signatures[str(revision.pk)]]]

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


def _signed_in(revisions: Sequence[Revision], at: datetime) -> Signed:
    keys = [str(each.pk) for each in revisions]
    found: dict[str, list[Signature]] = defaultdict(list)
    rows = Signature.objects.filter(subject_model="documents.revision", subject_key__in=keys, signed_at__lte=at)
    for each in rows.order_by("signed_at", "pk"):
        found[each.subject_key].append(each)
    signatures = [each.pk for rows in found.values() for each in rows]
    seats = Seat.objects.filter(signature__in=signatures).select_related("exception")
    return Signed(found, {seat.signature_id: seat.exception for seat in seats if seat.signature_id})


def _in_period(revisions: QuerySet[Revision], selection: Selection) -> QuerySet[Revision]:
    found = revisions.exclude(state__in=NEVER_PACKED)
    zone = organization_zone()
    if selection.since:
        start = datetime.combine(selection.since, time.min, tzinfo=zone)
        found = found.filter(Q(ended_at__isnull=True) | Q(ended_at__gte=start))
    if selection.until:
        found = found.filter(effective_at__lte=datetime.combine(selection.until, time.max, tzinfo=zone))
    return found


def _record(document: Document, revision: Revision, signed: Signed) -> EvidenceRecord:
    return EvidenceRecord(
        number=f"{document.number} {revision.label}",
        title=revision.title,
        kind=document.type.name,
        state=str(STATE_WORDS[State(revision.state)]),
        folder=f"documents/{document.number}/{revision.label}",
        pieces=[*_files(document, revision), *_facts_files(document, revision, signed)],
        facts=_facts(document, revision),
        targets=[("documents.document", str(document.pk)), ("documents.revision", str(revision.pk))],
    )


def _files(document: Document, revision: Revision) -> Iterator[Piece]:
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


def _facts_files(document: Document, revision: Revision, signed: Signed) -> Iterator[Piece]:
    if revision.content is not None:
        yield Piece("content.json", _("What was signed"), content=revision.content.text.encode())
    yield _json("metadata.json", _("Metadata"), _metadata(document, revision))
    yield _json("signatures.json", _("Signatures"), signed.on(revision))
    yield _json("acknowledgements.json", _("Acknowledgements"), _acknowledged(revision))


def _json(path: str, words: str, value: Any) -> Piece:
    return Piece(path, words, content=json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode())


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


def _acknowledged(revision: Revision) -> dict[str, Any]:
    return {
        "acknowledgements": [
            {
                "name": each.person.name,
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
    zone = organization_zone()
    rows = [(_("Owner"), document.owner.name), (_("Author"), revision.author.name)]
    if revision.effective_at:
        rows.append((_("In force since"), f"{revision.effective_at.astimezone(zone):%Y-%m-%d %H:%M %Z}"))
    if revision.ended_at:
        rows.append((_("Until"), f"{revision.ended_at.astimezone(zone):%Y-%m-%d %H:%M %Z}"))
    if revision.content is not None:
        rows.append((_("Content (SHA-256)"), revision.content.sha256))
    return rows


SOURCE = EvidenceSource(label=gettext_lazy("Documents"), choices=choices, gather=gather, count=count)
