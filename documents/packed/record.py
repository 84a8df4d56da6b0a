"""What a pack holds of one revision: its files, its facts, and who is around it."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from documents.models import Document, Excusal, PeriodicReview, Revision
from documents.packed.people import People
from documents.packed.signatures import CONTENT, Signed
from documents.packed.words import fields, moment, rows
from documents.queries.adoptions import adoption_told
from documents.queries.pictures import pictures_shown
from documents.states import STATE_WORDS, State
from qms.core.canonical import instant
from qms.core.seams.evidence import EvidenceRecord, Piece
from qms.filing.models import Attachment
from qms.signatures.states import Meaning


def record_of(document: Document, revision: Revision, people: People, forms: Sequence[Attachment]) -> EvidenceRecord:
    """Return what a pack holds of a revision, with the other forms that came with it."""
    folder = f"documents/{document.number}/{revision.label}"
    up, signatures = "../" * len(folder.split("/")), people.signatures[revision.pk]
    adopted = [("documents.adoption", str(revision.adoption_id))] if revision.adoption_id else []
    return EvidenceRecord(
        number=f"{document.number} {revision.label}",
        title=revision.title,
        kind=document.type.name,
        state=str(STATE_WORDS[State(revision.state)]),
        folder=folder,
        pieces=[
            *_files(document, revision, forms),
            *_signed(revision, signatures, up),
            Piece("metadata.json", _("Metadata"), content=fields(_metadata(document, revision, signatures, up))),
            *_periodic(people.periodic[revision.pk]),
            Piece("acknowledgements.json", _("Acknowledgements"), content=_acknowledged(revision, people)),
        ],
        facts=_facts(document, revision),
        lists=[(heading, lines) for heading, lines in _lists(revision, people) if lines],
        targets=[("documents.document", str(document.pk)), ("documents.revision", str(revision.pk)), *adopted],
        people=[
            *(each.signature.person_id for each in signatures),
            *(each.person_id for each in revision.excusals.all()),
            *([revision.origin_typed_by_id] if revision.origin_typed_by_id else []),
        ],
        counts=[(_("Signatures"), len(signatures)), (_("Acknowledgements"), len(people.given[revision.pk]))],
    )


def _files(document: Document, revision: Revision, forms: Sequence[Attachment]) -> Iterator[Piece]:
    name = f"{document.number}-{revision.label}"
    if revision.controlled_pdf is not None:
        yield Piece(f"{name}.pdf", _("Controlled PDF"), stored=revision.controlled_pdf.sha256)
    for body in revision.bodies.all():
        if body.source is not None:
            source = f"{name}-source-{body.source_name or f'{body.language}.md'}"
            yield Piece(source, _("Source"), stored=body.source.sha256)
        if body.rendition is not None and body.rendition_id != body.source_id:
            yield Piece(f"{name}-signed-{body.language}.pdf", _("PDF as signed"), stored=body.rendition.sha256)
        for picture in pictures_shown(body):
            yield Piece(f"{name}-{body.language}-{picture.name}", _("Picture"), stored=picture.file.sha256)
    for form in forms:
        yield Piece(f"{name}-{form.name}", _("Other form"), stored=form.file.sha256)


def _signed(revision: Revision, signatures: Sequence[Signed], up: str) -> Iterator[Piece]:
    """Yield what was signed, as the bytes that were hashed, and the signatures that name them."""
    if revision.content is not None:
        yield Piece(CONTENT, _("What was signed"), content=revision.content.text.encode())
    for each in signatures:
        folder, _slash, name = each.file.rpartition("/")
        if each.file not in {"", CONTENT} and each.found.text is not None:
            words = _("Signed when somebody was excused") if each.is_excusal else _("Signed at the adoption")
            yield Piece(name, words, content=each.found.text.encode(), folder=folder)
    told = rows(each.told(up) for each in signatures)
    yield Piece("signatures.json", _("Signatures"), content=told.encode())


def _acknowledged(revision: Revision, people: People) -> bytes:
    given, excused = rows(people.acknowledged(revision)), rows(map(_excusal, revision.excusals.all()))
    return f'{{"acknowledgements": {given},\n"excused": {excused}}}\n'.encode()


def _periodic(reviews: Sequence[PeriodicReview]) -> Iterator[Piece]:
    told = rows(
        {
            "by": each.round.opened_by.name,
            "reviewed_at": instant(each.reviewed_at),
            "outcome": each.outcome,
            "words": each.words,
            "next_review_on": str(each.next_review_on),
        }
        for each in reviews
    )
    if reviews:
        yield Piece("periodic-reviews.json", _("Periodic reviews"), content=told.encode())


def _excusal(excusal: Excusal) -> dict[str, Any]:
    return {"name": excusal.person.name, "by": excusal.excused_by.name, "reason": excusal.reason}


def _metadata(document: Document, revision: Revision, signatures: Sequence[Signed], up: str) -> dict[str, Any]:
    lists = [up + each.file for each in signatures if each.file and each.signature.meaning == Meaning.ADOPTED]
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
        "origin_effective_on": str(revision.origin_effective_on) if revision.origin_effective_on else None,
        "origin_typed_by": revision.origin_typed_by.name if revision.origin_typed_by else None,
        "adopted_at": instant(revision.adoption.adopted_at) if revision.adoption else None,
        "adopted_with": lists[0] if lists else None,
    }


def _facts(document: Document, revision: Revision) -> list[tuple[str, str]]:
    found = [(_("Owner"), document.owner.name), (_("Author"), revision.author.name)]
    if revision.effective_at:
        found.append((_("In force since"), moment(revision.effective_at)))
        found.append((_("Until"), moment(revision.ended_at) if revision.ended_at else _("still in force")))
        if revision.controlled_pdf is None:
            found.append((_("Controlled PDF"), _("not made when this pack was")))
    if revision.adoption is not None:
        found.append((_("From an older system"), adoption_told(revision)))
    if revision.content is not None:
        found.append((_("Content (SHA-256)"), revision.content.sha256))
    return found


def _lists(revision: Revision, people: People) -> Iterator[tuple[str, list[str]]]:
    """Yield who reviewed, signed, acknowledged and has not yet, each dated; what does not count stands apart."""
    signatures = [each for each in people.signatures[revision.pk] if not each.is_excusal]
    yield _("Reviewed by"), people.reviews[revision.pk]
    yield _("Signed by"), [each.line() for each in signatures if each.counts]
    yield _("Refused, returned or no longer valid"), [each.line() for each in signatures if not each.counts]
    yield _("Periodic reviews"), [_reviewed(each) for each in people.periodic[revision.pk]]
    yield _("Acknowledged by"), list(people.readers(revision))
    yield _("Not yet acknowledged by"), people.owed[revision.pk]
    yield _("Excused"), [_excused(each) for each in revision.excusals.all()]


def _reviewed(review: PeriodicReview) -> str:
    outcome = f"{review.outcome_words}: {review.words}"
    return f"{review.round.opened_by.name} · {moment(review.reviewed_at)} · {outcome}"


def _excused(excusal: Excusal) -> str:
    words = _("signed by %(name)s") % {"name": excusal.excused_by.name}
    return f"{excusal.person.name} · {words} · {moment(excusal.excused_at)}: {excusal.reason}"
