"""The controlled PDF of a revision: what a reader holds, an auditor files and a stranger can check.

ISO 9001 7.5.2 (identification, format, approval) and 7.5.3 (control of changes, unintended use of what is obsolete),
21 CFR 11.50 (name, time and meaning of each signature on every printed form).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import Any

import segno
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from qms.reports import body as bodies
from qms.reports.pdf import Attachment, Picture, has_cjk_fonts, needs_cjk_fonts, render_pdf

FACTS_IN_A_ROW = 4
DRAFT = _lazy("DRAFT – not in force")
MARKS = {
    **dict.fromkeys(("draft", "in_review", "in_approval"), DRAFT),
    "approved": _lazy("NOT YET IN FORCE"),
    "superseded": _lazy("SUPERSEDED – do not use"),
    "obsolete": _lazy("OBSOLETE – do not use"),
    "cancelled": _lazy("CANCELLED – never in force"),
    "migrated": _lazy("NOT IN FORCE"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature as it is printed. `signed_at` is aware and in the zone to be shown; `method` is in words."""

    name: str
    meaning: str
    signed_at: datetime
    method: str
    role: str = ""
    valid: bool = True

    @property
    def when(self) -> str:
        """The date and time that was signed at, in the zone of `signed_at`."""
        return f"{self.signed_at:%Y-%m-%d %H:%M:%S}"

    @property
    def zone(self) -> str:
        """The zone in words and as its distance from UTC (21 CFR 11.50: date and time with zone)."""
        return zone_words(self.signed_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line of the history of changes."""

    revision: str
    words: str
    effective_on: date | None = None
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The trail's head that the file leaves the house with: number of entries, first letters of the root."""

    size: int
    root: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlBody:
    """A body of clean HTML, in a language of its own where it has one; `pictures` answer its `asset:` addresses."""

    html: str
    language: str = ""
    pictures: Sequence[Picture] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfBody:
    """A body that is a PDF: the author's own file under its name."""

    data: bytes
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileBody:
    """A body that cannot be set on paper: the PDF is its cover sheet. `data` is embedded where it is given."""

    name: str
    size: int
    sha256: str
    kind: str
    where: str
    reason: str = ""
    data: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlledCopy:
    """Everything that the title block, the running lines and the last part of a controlled PDF say.

    `state` is one of the lifecycle's names and gives the colour, `state_words` is what is read. `exceptions` are the
    separations set aside, `notes` whatever else must stand under the title block (adopted from an older system …).
    """

    organization: str
    number: str
    title: str
    document_type: str
    revision: str
    state: str
    state_words: str
    effective_on: date | None = None
    ended_on: date | None = None
    owner: str = ""
    process: str = ""
    site: str = ""
    logo: Picture | None = None
    signatures: Sequence[Signature] = ()
    exceptions: Sequence[str] = ()
    history: Sequence[Change] = ()
    notes: Sequence[str] = ()
    checkpoint: Checkpoint | None = None
    currency_url: str = ""
    currency_code: str = ""
    proof: bool = False
    language: str = "en"
    attachments: Sequence[Attachment] = field(default_factory=tuple)

    @property
    def mark(self) -> str:
        """What lies across every page of a copy that nobody may work by; empty for one in force (ISO 9001 7.5.3.2)."""
        return str(DRAFT if self.proof else MARKS.get(self.state, ""))


def zone_words(moment: datetime) -> str:
    """Return the zone of an aware moment: "CET (UTC+01:00)". Raises ValueError where it has none."""
    offset = moment.strftime("%z")
    if not offset:
        raise ValueError("a time is printed with its zone only")
    name = moment.tzname() or ""
    distance = f"UTC{offset[:3]}:{offset[3:5]}" if offset.strip("+-0") else "UTC"
    return distance if name == distance or not name[:1].isalpha() else f"{name} ({distance})"


def render_controlled(copy: ControlledCopy, body: HtmlBody, *, identifier: str, made_at: datetime) -> bytes:
    """Return the controlled PDF of a revision whose body is HTML: PDF/A-3u, tagged, the same bytes each time."""
    context = {
        **context_of(copy, written=body.html),
        "body": bodies.prepare(body.html, title=copy.title),
        "body_language": body.language or copy.language,
        "body_rtl": _is_rtl(body.language or copy.language),
    }
    return render_pdf(
        "pdf/controlled.html",
        context,
        identifier=identifier,
        made_at=made_at,
        language=copy.language,
        title=f"{copy.number} {copy.title}",
        attachments=copy.attachments,
        pictures=[*body.pictures, *pictures_of(copy)],
    )


def render_file_cover(copy: ControlledCopy, body: FileBody, *, identifier: str, made_at: datetime) -> bytes:
    """Return the cover sheet of a body that cannot be set on paper: what the file is and how to get it."""
    embedded = () if body.data is None else (Attachment(body.name, body.data, body.kind),)
    return render_pdf(
        "pdf/file_cover.html",
        {**context_of(copy), "file": body},
        identifier=identifier,
        made_at=made_at,
        language=copy.language,
        title=f"{copy.number} {copy.title}",
        attachments=[*embedded, *copy.attachments],
        pictures=pictures_of(copy),
    )


def context_of(copy: ControlledCopy, *, written: str = "") -> dict[str, Any]:
    """Return what every template of a controlled copy is given. `written` is all text that will be set."""
    with translation.override(copy.language):
        notes = [*copy.notes, *_missing_letters(copy, written)]
        return {
            "copy": copy,
            "facts": _facts(copy),
            "notes": notes,
            "page_line": page_line(),
            "revision_line": revision_line(copy),
        }


def page_line() -> list[tuple[str, str]]:
    """Return "Page x of y" in pieces: words, and where the two counters stand, in the order of the language."""
    pieces = re.split(r"(\{pages?\})", _("Page {page} of {pages}"))
    return [(piece.strip("{}"), "") if piece.startswith("{page") else ("", piece) for piece in pieces if piece]


def pictures_of(copy: ControlledCopy) -> list[Picture]:
    """Return the pictures that every template of a controlled copy shows: the logo and the QR code."""
    pictures = [] if copy.logo is None else [Picture("qms-logo", copy.logo.data, copy.logo.media_type)]
    if copy.currency_url:
        pictures.append(Picture("qms-currency", qr_code(copy.currency_url), "image/png"))
    if copy.mark:
        pictures.append(Picture("qms-mark", _mark(copy.mark), "image/svg+xml"))
    return pictures


def qr_code(text: str) -> bytes:
    """Return a QR code as PNG (ISO/IEC 18004, level M: readable with 15 % of it worn off).

    As a picture it stands in the file once, as a drawing it would on every page.
    """
    buffer = BytesIO()
    image = segno.make_qr(text, error="m")
    image.save(buffer, kind="png", scale=8, border=0)
    return buffer.getvalue()


def _facts(copy: ControlledCopy) -> list[list[tuple[str, str, str]]]:
    """Give label, value and class of each box of the title block, in rows of four; what is not known is left out."""
    effective = copy.effective_on.isoformat() if copy.effective_on else _("not yet")
    facts = [
        (_("Revision"), copy.revision, "code"),
        (_("State"), copy.state_words, f"chip state-{copy.state}"),
        (_("Effective from"), effective, ""),
        (_("In force until"), copy.ended_on.isoformat() if copy.ended_on else "", ""),
        (_("Owner"), copy.owner, ""),
        (_("Process"), copy.process, ""),
        (_("Site"), copy.site, ""),
        (_("Code"), copy.currency_code, "code"),
    ]
    known = [fact for fact in facts if fact[1]]
    known += [("", "", "")] * (-len(known) % FACTS_IN_A_ROW)
    return [known[start : start + FACTS_IN_A_ROW] for start in range(0, len(known), FACTS_IN_A_ROW)]


def revision_line(copy: ControlledCopy) -> str:
    """Return revision and effective date in one line, in the language that is active."""
    if copy.effective_on is None:
        return _("Revision %(revision)s") % {"revision": copy.revision}
    facts = {"revision": copy.revision, "day": copy.effective_on.isoformat()}
    if copy.ended_on is not None:
        return _("Revision %(revision)s · in force from %(day)s to %(end)s") % {
            **facts,
            "end": copy.ended_on.isoformat(),
        }
    return _("Revision %(revision)s · effective from %(day)s") % facts


def _mark(words: str) -> bytes:
    """Draw the words that lie across each page of a copy; as a background they are no part of the text."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 600">'
        '<text transform="translate(300 300) rotate(-45)" text-anchor="middle" font-family="DejaVu Sans"'
        f' font-weight="bold" font-size="52" fill="#b3261e" fill-opacity="0.16">{escape(words)}</text></svg>'
    ).encode()


def _missing_letters(copy: ControlledCopy, written: str) -> list[str]:
    if has_cjk_fonts() or not needs_cjk_fonts(copy.title + written):
        return []
    return [_("Chinese, Japanese and Korean letters are missing in this print: no font for them is installed.")]


def _is_rtl(language: str) -> bool:
    try:
        return bool(translation.get_language_info(language)["bidi"])
    except KeyError:
        return False
