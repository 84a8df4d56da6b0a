"""Every file of four sets that nobody on the team wrote goes through `extract`, with the outcome it must have."""

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


@pytest.fixture(scope="module")
def read(corpora: Path):
    """Read every file of a set, two at a time; the answers by path are kept for the tests of this file."""
    known: dict[str, Read] = {}

    def all_of(name: str) -> Read:
        if name not in known:
            files = sorted(path for path in (corpora / name).rglob("*") if path.is_file())
            with ThreadPoolExecutor(2) as pool:
                found = pool.map(lambda path: extract(path, path.name), files)
            known[name] = {str(path.relative_to(corpora / name)): each for path, each in zip(files, found, strict=True)}
        return known[name]

    return all_of


SETS = ("g1-openregulatory-md", "g2-openchain-docx-xlsx", "g3-fedramp-pdf", "g8-odd-pdfs")
# Everything that is not text; all other files are.
NOT_TEXT = {
    "g8-odd-pdfs": {
        "005-libreoffice-writer-password/libreoffice-writer-password.pdf": Outcome.ENCRYPTED,
        "007-imagemagick-images/imagemagick-ASCII85Decode.pdf": Outcome.NO_TEXT,
        "007-imagemagick-images/imagemagick-CCITTFaxDecode.pdf": Outcome.NO_TEXT,
        "007-imagemagick-images/imagemagick-lzw.pdf": Outcome.NO_TEXT,
        "019-grayscale-image/grayscale-image.pdf": Outcome.NO_TEXT,
        "023-cmyk-image/cmyk-image.pdf": Outcome.NO_TEXT,
        "LICENSE": Outcome.UNSUPPORTED,
        "files.json": Outcome.UNSUPPORTED,
    },
    "g2-openchain-docx-xlsx": {"LICENSE": Outcome.UNSUPPORTED},
}


@pytest.mark.parametrize("name", SETS)
def test_every_file_has_the_outcome_of_its_kind(read, name):
    found = {path: each.outcome for path, each in read(name).items() if each.outcome is not Outcome.TEXT}
    assert found == NOT_TEXT.get(name, {})


@pytest.mark.parametrize("name", SETS)
def test_every_file_that_is_not_text_says_why_and_every_other_says_nothing(read, name):
    assert {(each.outcome is Outcome.TEXT, bool(each.words)) for each in read(name).values()} <= {
        (True, False),
        (False, True),
    }


@pytest.mark.parametrize("name", SETS)
def test_the_media_type_is_that_of_the_extension_and_the_content(read, name):
    wrong = {
        path: each.media_type
        for path, each in read(name).items()
        if each.media_type != MEDIA_TYPES.get(Path(path).suffix, "application/octet-stream")
    }
    assert wrong == {}


@pytest.mark.parametrize("name", SETS)
def test_no_passage_is_too_long_to_be_indexed_or_holds_what_a_database_refuses(read, name):
    texts = [passage.text for each in read(name).values() for passage in each.passages]
    assert max(len(text.encode()) for text in texts) <= PASSAGE_BYTES
    assert [text for text in texts if "\0" in text or not text.strip()] == []


@pytest.mark.parametrize("name", SETS)
def test_html_is_clean_already(read, name):
    assert [path for path, each in read(name).items() if sanitise(each.html) != each.html] == []


@pytest.mark.parametrize("name", SETS)
def test_every_text_has_blocks_and_passages(read, name):
    empty = [path for path, each in read(name).items() if each.outcome is Outcome.TEXT and not each.blocks]
    assert empty == []
    empty = [path for path, each in read(name).items() if each.outcome is Outcome.TEXT and not each.passages]
    assert empty == []


def test_word_and_open_document_of_one_checklist_give_the_same_blocks(read):
    found = read("g2-openchain-docx-xlsx")
    pairs = [(path, path.removesuffix("docx") + "odt") for path in found if path.endswith(".docx")]
    both = [pair for pair in pairs if pair[1] in found]
    assert (len(both), [pair for pair in both if words(found[pair[0]]) != words(found[pair[1]])]) == (14, [])


def words(found: Extracted) -> list[str]:
    return " ".join(block.text for block in found.blocks).split()


def test_the_pdf_of_a_checklist_holds_the_words_of_its_document(read):
    found = read("g2-openchain-docx-xlsx")
    path = "Open-Source-Compliance-Support-Material/Activity-Checklists/en/Policy"
    tables = " ".join(block.text for block in found[f"{path}.docx"].blocks if block.kind is Kind.TABLE_ROW).split()
    printed = Counter(words(found[f"{path}.pdf"]))
    assert Counter(tables) - printed == Counter()


def test_titles_of_long_pdfs_are_what_stands_on_their_first_page(read):
    assert {path.split("/")[-1]: each.title for path, each in read("g3-fedramp-pdf").items() if each.pages} == {
        "FedRAMP_Extensions.pdf": "FedRAMP OSCAL Registry",
        "FedRAMP_OSCAL_Vendor_Resources.pdf": "Adopting OSCAL",
        "Guide_to_OSCAL-based_FedRAMP_Content.pdf": "GUIDE TO OSCAL-BASED FEDRAMP CONTENT",
        "Guide_to_OSCAL-based_FedRAMP_Content_rev5.pdf": "Guide to OSCAL-Based FedRAMP® Content",
        "Guide_to_OSCAL-based_FedRAMP_Plan_of_Action_and_Milestones_(POAM)_rev5.pdf": (
            "Guide to OSCAL-Based FedRAMP® Plan of Action and Milestones (POA&M) – Rev. 5"
        ),
    }


def test_pages_of_long_pdfs_are_counted(read):
    assert sorted(each.pages for each in read("g3-fedramp-pdf").values() if each.pages) == [3, 7, 37, 59, 75]


def test_a_procedure_without_a_heading_of_its_own_has_no_title(read):
    found = read("g1-openregulatory-md")
    assert sorted(path.split("/")[-1] for path, each in found.items() if not each.title) == [
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


def test_what_odd_pdfs_carry_is_flagged(read):
    found = {path.split("/")[-1]: set(each.flags) for path, each in read("g8-odd-pdfs").items() if each.flags}
    assert found == {
        "libreoffice-form.pdf": {Flag.FORM},
        "pdflatex-forms.pdf": {Flag.FORM, Flag.EXTERNAL_LINKS},
        "reportlab-overlay.pdf": {Flag.FORM},
        "with-attachment.pdf": {Flag.EMBEDDED_FILES},
    }


def test_pages_without_text_are_counted(read):
    found = read("g8-odd-pdfs")["007-imagemagick-images/imagemagick-images.pdf"]
    assert found.notes == (Note("pages_without_text", {"pages": 2, "of": 6}),)


def test_a_sheet_with_a_used_range_to_row_1026_gives_its_filled_rows(read):
    found = read("g2-openchain-docx-xlsx")
    path = next(path for path in found if path.endswith("Version-1.1.xlsx"))
    assert sum(1 for block in found[path].blocks if block.kind is Kind.TABLE_ROW) == 100


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


def test_every_indicator_of_every_header_shape_is_a_table(corpora):
    files = sorted((corpora / "g6-sdg-kpi-series").rglob("*.csv"))
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(read_table, files))
    assert Counter(each.outcome for each in found) == {Outcome.TEXT: len(files)}
    assert [path.name for path, each in zip(files, found, strict=True) if "\ufeff" in "".join(each.header)] == []
