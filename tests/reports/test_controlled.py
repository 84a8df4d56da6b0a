import re
from datetime import date, datetime, timedelta, timezone
from io import BytesIO

import lxml.html
import pikepdf
import pypdfium2
import pytest
from markdown_it import MarkdownIt
from PIL import Image

from qms.reports.controlled import FileBody, HtmlBody, qr_code, render_controlled, render_file_cover, zone_words
from qms.reports.pdf import Attachment, Picture, has_cjk_fonts
from tests.reports.made import BERLIN, MADE_AT, from_corpus, make_copy
from tests.reports.reading import (
    attachments,
    claims,
    flowing,
    fonts_not_embedded,
    lines,
    looks,
    page_count,
    sizes,
    tags,
)

BODY = "<h1>Purpose</h1><p>Gauges are calibrated.</p><h4>Scope</h4><ul><li>All plants</li></ul>"


def render(html=BODY, *, language="", pictures=(), **changes) -> bytes:
    body = HtmlBody(html=html, language=language, pictures=pictures)
    return render_controlled(make_copy(**changes), body, identifier="documents.revision/17", made_at=MADE_AT)


@pytest.fixture(scope="module")
def printed() -> bytes:
    return render()


def test_a_controlled_copy_says_all_that_it_must(printed):
    assert lines(printed) == [
        "SOP-0012",
        "Procedure",
        "Control of measuring equipment",
        "Revision",
        "3",
        "State",
        "Effective",
        "Effective from",
        "2026-11-22",
        "Owner",
        "Maria Lopez",
        "Process",
        "P7 Calibration",
        "Site",
        "Plant 2",
        "Code",
        "7F3KQ9XM2P",
        "Approved in the old system, adopted here on 2026-01-05 by Petra Novak.",
        "Purpose",
        "Gauges are calibrated.",
        "Scope",
        "All plants",
        "Signatures",
        "Name Meaning Date and time Signed with",
        "Jonas Weber",
        "Process owner",
        "Reviewed 2026-11-18 09:44:03",
        "CET (UTC+01:00)",
        "password",
        "Aiko Tanaka Approved for release",
        "No longer valid: the content",
        "has changed since.",
        "2026-07-20 16:02:41",
        "CEST (UTC+02:00)",
        "passkey",
        "Separation set aside",
        "Approver is author: set aside until 2027-03-31 by Petra Novak.",
        "History of changes",
        "Revision Effective from What changed Author",
        "3 2026-11-22 Interval shortened. Maria Lopez",
        "2 – Plant 2 added.",
        "•",
        "•",
        "Uncontrolled when printed Page 1 of 1",
        "Is this revision current? https://qms.example/c/7F3KQ9XM2P",
        "Checkpoint 1204331 · 9f3c 2a7b",
    ]


def test_it_is_a_tagged_archive_file_with_all_its_fonts(printed):
    title = "SOP-0012 Control of measuring equipment"
    assert claims(printed) == {"structure": "True", "title": title, "lang": "en", "marked": "True", "pdfa": "3U"}
    assert fonts_not_embedded(printed) == []


def test_its_headings_follow_each_other_without_a_skipped_level(printed):
    assert [tag for tag in tags(printed) if tag[0] == "H"] == ["H1", "H2", "H3", "H2", "H2", "H2"]


def test_its_outline_leads_to_its_headings(printed):
    with pikepdf.open(BytesIO(printed)) as pdf, pdf.open_outline() as outline:
        assert [(item.title, [child.title for child in item.children]) for item in outline.root] == [
            (
                "Control of measuring equipment",
                ["Purpose", "Signatures", "Separation set aside", "History of changes"],
            )
        ]


def test_every_picture_has_words(printed):
    with pikepdf.open(BytesIO(printed)) as pdf:
        figures = [
            str(obj.get("/Alt"))
            for obj in pdf.objects
            if isinstance(obj, pikepdf.Dictionary) and obj.get("/S") == pikepdf.Name.Figure
        ]
    assert sorted(figures) == [
        "Calibra Precision Gauges",
        "QR code of the page that says whether this revision is current",
    ]


def test_every_page_names_number_revision_day_and_page():
    made = render("<p>text</p>" * 90)
    pages = page_count(made)
    assert pages > 2
    for page in range(1, pages):
        found = lines(made, page)
        assert [line for line in found if line.startswith(("SOP-0012", "Uncontrolled", "Page"))] == [
            "SOP-0012 Control of measuring equipment Revision 3 · effective from 2026-11-22",
            f"Uncontrolled when printed Page {page + 1} of {pages}",
        ]


def test_a_proof_copy_says_on_every_page_that_it_is_not_in_force():
    made = render("<p>text</p>" * 90, proof=True, effective_on=None, state="in_approval", state_words="In approval")
    pages = page_count(made)
    said = [sum("DRAFT – not in force" in line for line in lines(made, page)) for page in range(pages)]
    assert (pages > 1, said) == (True, [2] * pages)
    assert ("Uncontrolled when printed" in lines(made), "not yet" in lines(made)) == (False, True)


@pytest.mark.parametrize(
    ("state", "words"), [("superseded", "SUPERSEDED – do not use"), ("obsolete", "OBSOLETE – do not use")]
)
def test_a_copy_made_after_its_time_says_on_every_page_that_it_is_over(state, words):
    made = render("<p>text</p>" * 90, state=state, state_words=state, ended_on=date(2027, 3, 1))
    pages = page_count(made)
    found = [lines(made, page) for page in range(pages)]
    said = [sum(words in line for line in page) for page in found]
    ended = ["2027-03-01" in " ".join(page) for page in found]
    assert (pages > 1, said, all(ended)) == (True, [2] * pages, True)
    assert any("Uncontrolled when printed" in line for page in found for line in page) is False


def test_what_is_not_known_is_left_out():
    made = render(
        "<p>x</p>",
        owner="",
        process="",
        site="",
        logo=None,
        signatures=(),
        exceptions=(),
        history=(),
        notes=(),
        checkpoint=None,
        currency_url="",
        currency_code="",
    )
    assert lines(made) == [
        "Calibra Precision Gauges",
        "SOP-0012",
        "Procedure",
        "Control of measuring equipment",
        "Revision",
        "3",
        "State",
        "Effective",
        "Effective from",
        "2026-11-22",
        "x",
        "Uncontrolled when printed Page 1 of 1",
    ]


WIDE = "<table>" + f"<tr>{'<td>Verification</td>' * 13}</tr>" * 3 + "</table>"


def test_a_wide_table_is_set_across_and_the_rest_upright_again():
    made = render(f"<p>before</p>{WIDE}<p>after</p>")
    assert sizes(made) == [(595, 842, 0), (842, 595, 0), (595, 842, 0)]
    assert flowing(made).count("Verification") == 39


def test_long_words_and_tall_rows_are_all_there():
    html = f"<p>{'Ä' * 400}</p><pre>{'x' * 300}</pre><table><tr><td>{'word ' * 2500}</td><td>y</td></tr></table>"
    found = flowing(render(html))
    assert (found.count("Ä"), found.replace("password", "").count("word"), "x" * 300 in found) == (400, 2500, True)


def test_nothing_is_printed_in_the_outer_margin():
    made = render(f"<p>{'Ä' * 400}</p>{WIDE}<p><code>{'/long/path' * 60}</code></p>")
    for page in range(page_count(made)):
        ink = looks(made, page, scale=1).point(lambda shade: 255 if shade < 200 else 0)
        left, _top, right, _bottom = ink.getbbox()
        assert (left >= 40, right <= ink.width - 40) == (True, True)


@pytest.mark.skipif(not has_cjk_fonts(), reason="no fonts with Chinese, Japanese and Korean letters here")
def test_chinese_japanese_and_korean_bodies_are_printed():
    texts = ["测定设备的控制", "測定機器の管理手順書", "측정기 관리 절차서"]
    made = render("".join(f"<p>{text}</p>" for text in texts), title="測定機器管理")
    assert [text for text in [*texts, "測定機器管理"] if text in lines(made)] == [*texts, "測定機器管理"]
    assert fonts_not_embedded(made) == []


def test_a_right_to_left_body_begins_at_the_right():
    middles = []
    for language in ("en", "ar"):
        document = pypdfium2.PdfDocument(render("<p>سلامة</p>", language=language))
        text = document[0].get_textpage()
        place = next(
            index for index in range(text.count_chars()) if "\u0600" < text.get_text_range(index, 1) < "\u06ff"
        )
        middles.append(text.get_charbox(place)[0] > 300)
        document.close()
    assert middles == [False, True]


def test_a_picture_of_the_body_is_printed_from_memory():
    buffer = BytesIO()
    Image.new("RGB", (60, 60), (255, 0, 0)).save(buffer, "PNG")
    picture = Picture("/documents/1/a.png", buffer.getvalue(), "image/png")
    html = '<p><img src="/documents/1/a.png" alt="A red square"></p>'
    with_it, without = render(html, pictures=[picture]), render(html)
    assert ("A red square" in lines(with_it), "A red square" in lines(without)) == (False, True)


def test_a_logo_that_cannot_be_read_leaves_the_name():
    assert "Calibra Precision Gauges" in lines(render(logo=Picture("logo", b"<svg", "image/svg+xml")))


def test_markup_in_any_field_is_text():
    wild = "<b>x</b> {{7*7}} =HYPERLINK(1)"
    fields = ("organization", "number", "title", "document_type", "revision", "state_words", "owner", "process", "site")
    made = render(logo=None, **dict.fromkeys(fields, wild))
    assert "".join(flowing(made)).count("<b>x</b>{{7*7}}=HYPERLINK(1)") >= len(fields)


def test_a_file_that_cannot_be_printed_gets_a_cover_sheet_and_travels_inside():
    body = FileBody(
        name="Torque (final) v3.xlsm",
        size=1234567,
        sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        kind="Excel workbook with macros",
        where="https://qms.example/go/SOP-0012",
        reason="A workbook with macros cannot be set on paper.",
        data=b"PK\x03\x04",
    )
    made = render_file_cover(make_copy(), body, identifier="x", made_at=MADE_AT)
    at = lines(made).index("This document is a file")
    assert lines(made)[at : at + 8] == [
        "This document is a file",
        "A workbook with macros cannot be set on paper.",
        "File Torque (final) v3.xlsm",
        "Kind Excel workbook with macros",
        "Size 1.2\xa0MB (1234567 bytes)",
        "SHA-256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "How to get it https://qms.example/go/SOP-0012",
        "Embedded The file is attached to this PDF, byte for byte.",
    ]
    assert attachments(made) == {"Torque (final) v3.xlsm": b"PK\x03\x04"}
    assert claims(made)["pdfa"] == "3U"


def test_the_source_of_a_body_travels_inside():
    made = render(attachments=[Attachment("SOP-0012.md", b"# Purpose", "The source")])
    with pikepdf.open(BytesIO(made)) as pdf:
        assert {str(spec["/AFRelationship"]) for spec in pdf.Root.AF} == {"/Source"}
    assert attachments(made) == {"SOP-0012.md": b"# Purpose"}


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 11, 22, tzinfo=BERLIN), "CET (UTC+01:00)"),
        (datetime(2026, 7, 22, tzinfo=BERLIN), "CEST (UTC+02:00)"),
        (MADE_AT, "UTC"),
        (datetime(2026, 1, 1, tzinfo=timezone(-timedelta(hours=3, minutes=30))), "UTC-03:30"),
        (datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=3), "+03")), "UTC+03:00"),
    ],
)
def test_a_time_names_its_zone(moment, words):
    assert zone_words(moment) == words


def test_a_time_without_its_zone_is_not_printed():
    with pytest.raises(ValueError, match="zone"):
        zone_words(MADE_AT.replace(tzinfo=None))


def test_a_qr_code_is_square_and_its_corner_is_dark():
    image = Image.open(BytesIO(qr_code("https://qms.example/c/7F3KQ9XM2P"))).convert("L")
    assert (image.width == image.height, image.getpixel((0, 0)), image.getpixel((12, 12))) == (True, 0, 255)


def test_effective_days_are_written_in_one_way_everywhere():
    made = render(effective_on=date(2027, 3, 1))
    assert [line for line in lines(made) if "2027-03-01" in line] == ["2027-03-01"]


@from_corpus("g1-openregulatory-md/templates/qms/capa/*.md")
def test_real_procedures_keep_every_word(path):
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(path.read_text(encoding="utf-8"))
    found = flowing(render(html)).replace("-", "").replace("‐", "")
    words = set(re.findall(r"[^\W_]+", lxml.html.fromstring(f"<div>{html}</div>").text_content()))
    assert sorted(word for word in words if word not in found) == []
