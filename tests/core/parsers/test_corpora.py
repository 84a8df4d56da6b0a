"""Files of four sets that nobody on the team wrote go through `extract`, with the outcome they must have.

Before a release every file of a set; otherwise one in EVERY of them.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from qms.core.parsers import Extracted, Flag, Kind, Note, Outcome, extract, read_table
from qms.core.parsers.model import PASSAGE_BYTES
from qms.core.parsers.sanitise import sanitise

OPEN_XML = "application/vnd.openxmlformats-officedocument."
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
MEDIA_TYPES = {
    ".md": "text/markdown",
    ".pdf": "application/pdf",
    ".docx": OPEN_XML + "wordprocessingml.document",
    ".xlsx": OPEN_XML + "spreadsheetml.sheet",
    ".odt": OPEN_DOCUMENT + "text",
    ".ods": OPEN_DOCUMENT + "spreadsheet",
}
Read = dict[str, Extracted]
EVERY = 8


def read(folder: Path, every: int = 1) -> Read:
    """Read the files of a set, or one in so many, two at a time; the answers by path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())[::every]
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda path: extract(path, path.name), files)
        return {str(path.relative_to(folder)): each for path, each in zip(files, found, strict=True)}


# Everything of the odd ones that is not text.
ODD = {
    "005-libreoffice-writer-password/libreoffice-writer-password.pdf": Outcome.ENCRYPTED,
    "007-imagemagick-images/imagemagick-ASCII85Decode.pdf": Outcome.NO_TEXT,
    "007-imagemagick-images/imagemagick-CCITTFaxDecode.pdf": Outcome.NO_TEXT,
    "007-imagemagick-images/imagemagick-lzw.pdf": Outcome.NO_TEXT,
    "019-grayscale-image/grayscale-image.pdf": Outcome.NO_TEXT,
    "023-cmyk-image/cmyk-image.pdf": Outcome.NO_TEXT,
    "LICENSE": Outcome.UNSUPPORTED,
    "files.json": Outcome.UNSUPPORTED,
}


def check(found: Read, not_text: dict[str, Outcome]) -> None:
    """Check what holds for every file of any set."""
    assert {path: each.outcome for path, each in found.items() if each.outcome is not Outcome.TEXT} == not_text
    assert {path: each.media_type for path, each in found.items()} == {path: media_type(path) for path in found}
    assert {path for path, each in found.items() if each.words} == set(not_text)
    texts = {path: each for path, each in found.items() if path not in not_text}
    assert [path for path, each in texts.items() if not (each.blocks and each.passages)] == []
    assert [path for path, each in texts.items() if sanitise(each.html) != each.html] == []
    passages = [passage.text for each in texts.values() for passage in each.passages]
    assert [text for text in passages if "\0" in text or not text.strip() or len(text.encode()) > PASSAGE_BYTES] == []


def media_type(path: str) -> str:
    return MEDIA_TYPES.get(Path(path).suffix, "application/octet-stream")


def words(found: Extracted) -> list[str]:
    return " ".join(block.text for block in found.blocks).split()


@pytest.mark.parametrize(
    ("name", "not_text"),
    [
        ("g1-openregulatory-md", {}),
        ("g2-openchain-docx-xlsx", {"LICENSE": Outcome.UNSUPPORTED}),
        ("g3-fedramp-pdf", {}),
        ("g8-odd-pdfs", ODD),
    ],
)
def test_some_files_of_each_set(corpora, name, not_text):
    found = read(corpora / name, EVERY)
    check(found, {path: outcome for path, outcome in not_text.items() if path in found})


@pytest.mark.release
def test_markdown_procedures(corpora):
    found = read(corpora / "g1-openregulatory-md")
    check(found, {})
    assert sorted(path.split("/")[-1] for path, each in found.items() if not each.title) == WITHOUT_TITLE


# Procedures without a heading of their own.
WITHOUT_TITLE = [
    "algorithm-validation-report.md",
    "field-safety-notice.md",
    "list-of-medical-devices.md",
    "literature-evaluation-table.md",
    "software-architecture-description.md",
    "sop-clinical-evaluation.md",
    "sop-deployment.md",
    "sop-human-resources-administration.md",
    "sop-internal-audit.md",
    "sop-machine-learning-model-development.md",
    "sop-management-review.md",
    "sop-product-certification-and-registration.md",
    "sop-update-of-regulations.md",
    "training-record.md",
]


@pytest.mark.release
def test_office_files_in_five_languages(corpora):
    found = read(corpora / "g2-openchain-docx-xlsx")
    check(found, {"LICENSE": Outcome.UNSUPPORTED})
    pairs = [(path, path.removesuffix("docx") + "odt") for path in found if path.endswith(".docx")]
    both = [pair for pair in pairs if pair[1] in found]
    assert (len(both), [pair for pair in both if words(found[pair[0]]) != words(found[pair[1]])]) == (14, [])
    policy = "Open-Source-Compliance-Support-Material/Activity-Checklists/en/Policy"
    tables = " ".join(block.text for block in found[f"{policy}.docx"].blocks if block.kind is Kind.TABLE_ROW).split()
    assert Counter(tables) - Counter(words(found[f"{policy}.pdf"])) == Counter()
    model = next(each for path, each in found.items() if path.endswith("Version-1.1.xlsx"))
    assert sum(1 for block in model.blocks if block.kind is Kind.TABLE_ROW) == 100


@pytest.mark.release
def test_long_pdfs_have_the_titles_of_their_first_pages(corpora):
    found = read(corpora / "g3-fedramp-pdf")
    check(found, {})
    assert {path.split("/")[-1]: (each.pages, each.title) for path, each in found.items() if each.pages} == LONG


LONG = {
    "FedRAMP_Extensions.pdf": (7, "FedRAMP OSCAL Registry"),
    "FedRAMP_OSCAL_Vendor_Resources.pdf": (3, "Adopting OSCAL"),
    "Guide_to_OSCAL-based_FedRAMP_Content.pdf": (59, "GUIDE TO OSCAL-BASED FEDRAMP CONTENT"),
    "Guide_to_OSCAL-based_FedRAMP_Content_rev5.pdf": (75, "Guide to OSCAL-Based FedRAMP® Content"),
    "Guide_to_OSCAL-based_FedRAMP_Plan_of_Action_and_Milestones_(POAM)_rev5.pdf": (
        37,
        "Guide to OSCAL-Based FedRAMP® Plan of Action and Milestones (POA&M) – Rev. 5",
    ),
}


@pytest.mark.release
def test_odd_pdfs(corpora):
    found = read(corpora / "g8-odd-pdfs")
    check(found, ODD)
    assert {path.split("/")[-1]: set(each.flags) for path, each in found.items() if each.flags} == {
        "libreoffice-form.pdf": {Flag.FORM},
        "pdflatex-forms.pdf": {Flag.FORM, Flag.EXTERNAL_LINKS},
        "reportlab-overlay.pdf": {Flag.FORM},
        "with-attachment.pdf": {Flag.EMBEDDED_FILES},
    }
    scanned = found["007-imagemagick-images/imagemagick-images.pdf"]
    assert scanned.notes == (Note("pages_without_text", {"pages": 2, "of": 6}),)


# Registers


def table(corpora: Path, path: str):
    found = read_table(corpora / path)
    return len(found.header), len(found.rows), found.problems


def test_registers_are_read_with_all_their_rows(corpora):
    assert {path: table(corpora, path)[:2] for path in REGISTERS} == REGISTERS


REGISTERS = {
    "g4-document-registers/dod-issuances-2021-05.csv": (14, 1432),
    "g4-document-registers/dcma-policy-2022-01.xlsx": (13, 182),
    "g9-action-log-kev/known_exploited_vulnerabilities.csv": (11, 1404),
}


def test_every_header_shape_of_the_indicators_is_a_table(corpora):
    shapes = {}
    for path in sorted((corpora / "g6-sdg-kpi-series").rglob("*.csv")):
        shapes[path.read_bytes().splitlines()[0]] = path
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(read_table, shapes.values()))
    assert Counter(each.outcome for each in found) == {Outcome.TEXT: len(shapes)}
    assert [path.name for path, each in zip(shapes.values(), found, strict=True) if "\ufeff" in each.header[0]] == []
