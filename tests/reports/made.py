"""What the tests print: one organization's procedure, its register, and PDFs as strangers make them."""

import os
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from qms.reports.controlled import Change, Checkpoint, ControlledCopy, Signature
from qms.reports.pdf import Picture
from qms.reports.sheets import About, Column, Kind, Link, Sheet, Tone, Toned

BERLIN = ZoneInfo("Europe/Berlin")
MADE_AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]
CORPORA = Path(os.environ.get("QMS_CORPORA", ROOT.parent / "shared" / "corpora"))
LOGO = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 24"><rect width="120" height="24" fill="#0b6b75"/></svg>'
)


def corpus(pattern: str) -> list[Path]:
    """Return the files of the corpora that match; none where the corpora are absent."""
    return sorted(CORPORA.glob(pattern))


def from_corpus(pattern: str):
    """Parametrise a test over files of the corpora; it is skipped by name where they are absent."""
    found = corpus(pattern)
    absent = [pytest.param(None, marks=pytest.mark.skip(reason=f"no corpus: {pattern}"), id="absent")]
    return pytest.mark.parametrize("path", [pytest.param(path, id=path.name) for path in found] or absent)


def make_copy(**changes) -> ControlledCopy:
    facts = {
        "organization": "Calibra Precision Gauges",
        "number": "SOP-0012",
        "title": "Control of measuring equipment",
        "document_type": "Procedure",
        "revision": "3",
        "state": "effective",
        "state_words": "Effective",
        "effective_on": date(2026, 11, 22),
        "owner": "Maria Lopez",
        "process": "P7 Calibration",
        "site": "Plant 2",
        "signatures": [
            Signature(
                name="Jonas Weber",
                role="Process owner",
                meaning="Reviewed",
                signed_at=datetime(2026, 11, 18, 9, 44, 3, tzinfo=BERLIN),
                method="password",
            ),
            Signature(
                name="Aiko Tanaka",
                meaning="Approved for release",
                signed_at=datetime(2026, 7, 20, 16, 2, 41, tzinfo=BERLIN),
                method="passkey",
                valid=False,
            ),
        ],
        "exceptions": ["Approver is author: set aside until 2027-03-31 by Petra Novak."],
        "history": [
            Change(revision="3", words="Interval shortened.", effective_on=date(2026, 11, 22), by="Maria Lopez"),
            Change(revision="2", words="Plant 2 added."),
        ],
        "notes": ["Approved in the old system, adopted here on 2026-01-05 by Petra Novak."],
        "checkpoint": Checkpoint(size=1204331, root="9f3c 2a7b"),
        "currency_url": "https://qms.example/c/7F3KQ9XM2P",
        "currency_code": "7F3KQ9XM2P",
        "logo": Picture("logo", LOGO, "image/svg+xml"),
    }
    return ControlledCopy(**{**facts, **changes})


ABOUT = About("Effective procedures of Plant 2", datetime(2026, 11, 22, 9, 44, tzinfo=BERLIN), "Maria Lopez")
COLUMNS = [
    Column("number", "Number", Kind.LINK),
    Column("title", "Title"),
    Column("state", "State"),
    Column("effective_on", "Effective from", Kind.DATE),
    Column("readers", "Readers", Kind.NUMBER),
    Column("seen_at", "Seen", Kind.DATETIME),
]


def make_rows(count: int):
    return (
        {
            "number": Link(f"SOP-{number:04}", f"https://qms.example/documents/{number}/"),
            "title": f"Control of measuring equipment in hall {number}, with a title that is long enough to wrap",
            "state": Toned("Review overdue", Tone.BAD) if number % 7 == 3 else Toned("Effective", Tone.GOOD),
            "effective_on": date(2026, 1, 1),
            "readers": number * 3,
            "seen_at": datetime(2026, 7, 1, 12, 30, tzinfo=UTC),
        }
        for number in range(count)
    )


def make_sheet(count: int = 3, **changes) -> Sheet:
    facts = {"title": "Master list", "columns": COLUMNS, "rows": make_rows(count), "about": ABOUT}
    return Sheet(**{**facts, **changes})


def make_pdf(path: Path, *pages, prepare=None) -> bytes:
    """Write a PDF of pages given as (width, height, rotation, inked box or None) and return its bytes."""
    pdf = pikepdf.new()
    for width, height, angle, ink in pages:
        page = pdf.add_blank_page(page_size=(width, height))
        page.obj["/Rotate"] = angle
        if ink is not None:
            left, bottom, right, top = ink
            page.contents_add(f"0.2 g {left} {bottom} {right - left} {top - bottom} re f".encode())
    if prepare:
        prepare(pdf)
    pdf.save(path, static_id=True)
    return path.read_bytes()


def with_scripts(pdf: pikepdf.Pdf) -> None:
    """Let a PDF run a script when it is opened, when it is printed, and behind a link."""
    script = Dictionary(S=Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    pdf.Root["/OpenAction"] = script
    pdf.Root["/AA"] = Dictionary(WP=script)
    pdf.Root["/Names"] = Dictionary(JavaScript=Dictionary(Names=Array([pikepdf.String("x"), script])))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=script)
    pdf.pages[0].obj["/Annots"] = pdf.make_indirect(Array([pdf.make_indirect(link)]))
