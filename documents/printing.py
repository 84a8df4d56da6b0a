"""From a revision to its controlled PDF: what the title block, the signatures and the history say."""

from collections.abc import Sequence
from datetime import date, datetime
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from documents.models import Body, BodyPicture, Revision, Seat
from documents.queries import scope_of
from documents.queries.adoptions import adoption_told
from documents.reading import addresses, html_of
from documents.rights import GRANTS, Can
from documents.states import Decision, RoundKind, RoundOutcome, State
from qms.filing.models import StoredFile
from qms.filing.services import open_file
from qms.organization.queries import logo_in_use, organization_zone, roles, setting
from qms.organization.states import ROLE_WORDS
from qms.reports.controlled import (
    Change,
    ControlledCopy,
    FileBody,
    HtmlBody,
    PdfBody,
    Signature,
    render_controlled,
    render_file_cover,
)
from qms.reports.pdf import Picture
from qms.reports.stamp import UnreadablePdf, render_stamped


def controlled_pdf(revision: Revision, body: Body, shown: Sequence[BodyPicture] = ()) -> bytes:
    """Return the controlled PDF of a frozen revision; `shown` are the pictures that its text shows.

    The author's own PDF is stamped page by page; a text is set from its HTML; what can be neither gets a cover sheet.
    """
    copy = controlled_copy(revision)
    content = revision.content.sha256 if revision.content else ""
    identifier = f"{revision.document.number}/{revision.pk}/{content}/{revision.state}"
    made_at = revision.effective_at or revision.created_at
    if body.rendition_is_own and body.rendition is not None:
        return _stamped(copy, body, body.rendition, identifier=identifier, made_at=made_at)
    html = html_of(body, shown)
    if html:
        text = HtmlBody(html=html, language=body.language, pictures=_pictures(body, shown))
        return render_controlled(copy, text, identifier=identifier, made_at=made_at)
    return render_file_cover(copy, _file_body(body), identifier=identifier, made_at=made_at)


def proof_copy(body: Body, html: str) -> bytes:
    """Return the PDF an author looks at before submission: everything as readers will see it, marked as a proof."""
    copy = controlled_copy(body.revision, proof=True)
    return render_controlled(
        copy,
        HtmlBody(html=html, language=body.language),
        identifier=f"proof/{body.pk}/{body.version}",
        made_at=body.revision.created_at,
    )


def cover_sheet(body: Body, reason: str) -> bytes:
    """Return the cover sheet of a file that cannot be set on paper: what it is, and how to get it."""
    copy = controlled_copy(body.revision, proof=True)
    return render_file_cover(
        copy, _file_body(body, reason), identifier=f"cover/{body.pk}/{body.version}", made_at=body.revision.created_at
    )


def controlled_copy(revision: Revision, *, proof: bool = False) -> ControlledCopy:
    """Return everything that a print of a revision says beside its body."""
    document = revision.document
    return ControlledCopy(
        organization=setting("organization.name"),
        number=document.number,
        title=revision.title,
        document_type=document.type.name,
        revision=revision.label,
        state=revision.state,
        state_words=revision.state_words,
        effective_on=_day(revision.effective_at),
        ended_on=_day(revision.ended_at),
        owner=document.owner.name,
        process=str(document.process or ""),
        site=str(document.site or ""),
        logo=_logo(),
        signatures=[_signature(seat) for seat in _approvals(revision)],
        exceptions=[_exception(seat) for seat in _approvals(revision) if seat.exception],
        history=[_change(each) for each in _history(revision)],
        notes=[*_notes(revision), *_reviewed(revision)],
        currency_url=f"{settings.BASE_URL}/c/{revision.public_code}",
        currency_code=revision.public_code,
        proof=proof,
        language=settings.LANGUAGE_CODE,
    )


def _stamped(copy: ControlledCopy, body: Body, pdf: StoredFile, *, identifier: str, made_at: datetime) -> bytes:
    own = PdfBody(data=_bytes(pdf), name=body.source_name)
    try:
        return render_stamped(copy, own, identifier=identifier, made_at=made_at)
    except UnreadablePdf as refusal:
        return render_file_cover(copy, _file_body(body, str(refusal)), identifier=identifier, made_at=made_at)


def _pictures(body: Body, shown: Sequence[BodyPicture]) -> list[Picture]:
    """The pictures of a text under the addresses by which its HTML asks for them."""
    where = addresses(body, shown)
    return [Picture(unquote(where[each.name]), _bytes(each.file), each.media_type) for each in shown]


def _bytes(file: StoredFile) -> bytes:
    with open_file(file) as stream:
        return stream.read()


def _logo() -> Picture | None:
    found = logo_in_use()
    return Picture("logo", bytes(found.data), found.media_type) if found is not None else None


def _approvals(revision: Revision) -> list[Seat]:
    seats = Seat.objects.filter(
        round__revision=revision,
        round__kind=RoundKind.APPROVAL,
        round__outcome=RoundOutcome.AGREED,
        signature__isnull=False,
    )
    return list(
        seats.select_related("signature", "exception", "person", "round__revision__document").order_by("decided_at")
    )


def _signature(seat: Seat) -> Signature:
    signature = seat.signature
    assert signature is not None
    return Signature(
        name=signature.printed_name,
        meaning=signature.meaning_words,
        signed_at=signature.signed_at.astimezone(ZoneInfo(signature.zone)),
        method=signature.method_words,
        role=_function(seat, Can.APPROVE),
    )


def _function(seat: Seat, right: Can) -> str:
    """In which roles somebody answered: those held then and there that give the right to."""
    held = roles(seat.person, scope_of(seat.round.revision.document), at=seat.decided_at)
    return ", ".join(str(words) for role, words in ROLE_WORDS.items() if role in held and right in GRANTS.get(role, ()))


def _reviewed(revision: Revision) -> list[str]:
    seats = Seat.objects.filter(
        round__revision=revision,
        round__kind=RoundKind.REVIEW,
        round__outcome=RoundOutcome.AGREED,
        decision=Decision.YES,
    )
    told = []
    for seat in seats.select_related("person", "round__revision__document").order_by("decided_at", "pk"):
        function = _function(seat, Can.REVIEW)
        told.append(f"{seat.person.name} ({function}), {_day(seat.decided_at)}" if function else f"{seat.person.name}")
    return [_("Reviewed without objection: %(people)s.") % {"people": "; ".join(told)}] if told else []


def _exception(seat: Seat) -> str:
    exception = seat.exception
    assert exception is not None
    return _("%(rule)s: set aside until %(day)s. Reason: %(reason)s. Compensating check: %(check)s") % {
        "rule": exception,
        "day": _day(exception.valid_until),
        "reason": exception.reason,
        "check": exception.compensating_check,
    }


def _history(revision: Revision) -> list[Revision]:
    kept = revision.document.revisions.filter(sequence__lte=revision.sequence).exclude(
        state__in=[State.CANCELLED, State.DRAFT]
    )
    return list(kept.select_related("author").order_by("-sequence"))


def _change(revision: Revision) -> Change:
    words = revision.reason or (_("First issue") if revision.base_id is None else "")
    day = revision.origin_effective_on or _day(revision.effective_at)
    return Change(revision=revision.label, words=words, effective_on=day, by=revision.author.name)


def _notes(revision: Revision) -> list[str]:
    told = adoption_told(revision)
    return [told] if told else []


def _file_body(body: Body, reason: str = "") -> FileBody:
    assert body.source is not None
    return FileBody(
        name=body.source_name,
        size=body.source.size,
        sha256=body.source.sha256,
        kind=body.media_type,
        where=f"{settings.BASE_URL}/go/{body.revision.document.number}",
        reason=reason or body.outcome_words,
    )


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(organization_zone()).date() if moment else None
