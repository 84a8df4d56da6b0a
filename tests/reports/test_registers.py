import time
from datetime import datetime
from io import BytesIO

import pikepdf
import pytest

from qms.reports.controlled import Checkpoint
from qms.reports.pdf import has_cjk_fonts
from qms.reports.press.letters import Case, Unset, plain, width_of
from qms.reports.press.paper import Paper
from qms.reports.press.setting import CELL, Setting
from qms.reports.registers import StatusReport, Tile, register_report, render_report
from qms.reports.sheets import About, Column, Sheet, Tone
from tests.reports.made import ABOUT, BERLIN, MADE_AT, make_sheet
from tests.reports.reading import claims, flowing, fonts_not_embedded, lines, page_count, sizes, tags


def register(count=3, **changes) -> bytes:
    sheet = make_sheet(count, **changes)
    report = register_report(sheet, organization="Calibra", checkpoint=Checkpoint(size=12, root="9f3c"))
    return render_report(report, identifier="master-list", made_at=MADE_AT)


def report(**changes) -> bytes:
    facts = {
        "title": "Acknowledgement status",
        "subtitle": "SOP-0012, revision 3",
        "organization": "Calibra",
        "as_of": datetime(2026, 11, 22, 9, 44, tzinfo=BERLIN),
        "made_by": "Maria Lopez",
        "tiles": [Tile("121", "acknowledged", Tone.GOOD), Tile("7", "overdue", Tone.BAD)],
        "tables": [make_sheet(1, title="Overdue"), Sheet("Objections", [Column("a", "A")], [], ABOUT)],
        "notes": ["An acknowledgement says nothing about competence."],
    }
    return render_report(StatusReport(**{**facts, **changes}), identifier="x", made_at=MADE_AT)


def test_a_register_says_what_when_and_by_whom():
    assert lines(register(1)) == [
        "Master list",
        "As of 2026-11-22 09:44 CET (UTC+01:00)",
        "Effective procedures of Plant 2",
        "Number Title State Effective from Readers Seen",
        "SOP-0000 Control of measuring equipment in hall 0, with a",
        "title that is long enough to wrap",
        "Effective 2026-01-01 0 2026-07-01 14:30",
        "Calibra",
        "Uncontrolled when printed",
        "Made 2026-11-22 09:00 CET (UTC+01:00) by Maria Lopez · Checkpoint 12 · 9f3c",
        "Page 1 of 1",
    ]


def test_a_status_report_shows_figures_tables_and_notes():
    assert lines(report()) == [
        "Acknowledgement status",
        "SOP-0012, revision 3",
        "As of 2026-11-22 09:44 CET (UTC+01:00)",
        "121",
        "acknowledged",
        "7",
        "overdue",
        "Overdue",
        "Effective procedures of Plant 2",
        "Number Title State Effective from Readers Seen",
        "SOP-0000 Control of measuring equipment in hall 0, with a",
        "title that is long enough to wrap",
        "Effective 2026-01-01 0 2026-07-01 14:30",
        "Objections",
        "Effective procedures of Plant 2",
        "Nothing to list.",
        "An acknowledgement says nothing about competence.",
        "Calibra",
        "Uncontrolled when printed",
        "Made 2026-11-22 09:00 CET (UTC+01:00) by Maria Lopez",
        "Page 1 of 1",
    ]


def test_it_is_a_tagged_archive_file_with_all_its_fonts():
    made = register()
    assert claims(made) == {"structure": "True", "title": "Master list", "lang": "en", "marked": "True", "pdfa": "3U"}
    assert fonts_not_embedded(made) == []


def test_it_is_read_aloud_in_order():
    row = ["TR", "TD", "TD", "TD", "TD", "TD", "TD"]
    assert tags(register(2)) == [
        "Document",
        "H1",
        "P",
        "P",
        "Table",
        "THead",
        "TR",
        *["TH"] * 6,
        "TBody",
        *row,
        *row,
    ]


def test_every_mark_leads_to_its_element():
    with pikepdf.open(BytesIO(register(60))) as pdf:
        rows = pdf.Root.StructTreeRoot.ParentTree.Nums
        for index, page in enumerate(pdf.pages):
            text = page.Contents.read_bytes()
            kinds = [
                part.split()[0].decode() for part in text.split(b"/MCID")[:-1] for part in [part.rsplit(b"\n", 1)[-1]]
            ]
            assert [str(element.S) for element in rows[2 * index + 1]] == kinds
        assert int(rows[0]) == 0


def test_a_head_is_repeated_on_each_page_but_read_once():
    made = register(120)
    pages = page_count(made)
    assert pages > 2
    assert ["Number Title State Effective from Readers Seen" in lines(made, page) for page in range(pages)] == [
        True
    ] * pages
    assert tags(made).count("TH") == 6
    assert [f"Page {page + 1} of {pages}" in lines(made, page) for page in range(pages)] == [True] * pages


def test_all_rows_are_there_in_order():
    made = register(150)
    numbers = [line.split()[0] for line in lines(made) if line.startswith("SOP-")]
    assert numbers == [f"SOP-{number:04}" for number in range(150)]


def test_a_row_that_is_higher_than_a_page_goes_on():
    columns = [Column("a", "A"), Column("b", "B")]
    sheet = Sheet("x", columns, [{"a": "word " * 4000, "b": "y"}], ABOUT)
    made = render_report(register_report(sheet, organization="C"), identifier="x", made_at=MADE_AT)
    assert (page_count(made) > 1, flowing(made).count("word"), tags(made).count("TD")) == (True, 4000, 2)


def test_long_words_are_broken_and_lines_in_a_cell_kept():
    sheet = Sheet("x", [Column("a", "A"), Column("b", "B")], [{"a": "W" * 500, "b": "one\ntwo"}], ABOUT)
    made = render_report(register_report(sheet, organization="C"), identifier="x", made_at=MADE_AT)
    assert ("W" * 500 in flowing(made), "two" in lines(made)) == (True, True)


@pytest.mark.parametrize(("columns", "size"), [(6, (595, 842, 0)), (7, (842, 595, 0))])
def test_many_columns_are_set_across(columns, size):
    labels = [Column(str(number), f"Column {number}") for number in range(columns)]
    sheet = Sheet("x", labels, [{"0": "a"}], ABOUT)
    made = render_report(register_report(sheet, organization="C"), identifier="x", made_at=MADE_AT)
    assert sizes(made) == [size]


def test_the_outline_leads_to_each_table():
    with pikepdf.open(BytesIO(report())) as pdf, pdf.open_outline() as outline:
        assert [item.title for item in outline.root] == ["Overdue", "Objections"]


def test_the_same_input_gives_the_same_bytes():
    assert register(40) == register(40)


def test_markup_and_invisible_letters_are_only_text():
    wild = "<b>(x)\\ \u202egnp\u202c\x00\u200b"
    made = register(1, title=wild)
    assert "<b>(x)\\ gnp" in lines(made)


@pytest.mark.skipif(not has_cjk_fonts(), reason="no fonts with Chinese, Japanese and Korean letters here")
@pytest.mark.parametrize(
    ("language", "text"), [("en", "测定设备的控制"), ("ja", "測定機器の管理手順書"), ("ko", "측정기 관리")]
)
def test_chinese_japanese_and_korean_titles_are_set(language, text):
    made = register(1, title=text, language=language)
    assert (text in lines(made), fonts_not_embedded(made)) == (True, [])


@pytest.mark.parametrize("text", ["مراقبة معدات القياس", "בקרת ציוד", "การควบคุม", "e\u0323\u0301\u0302x"])
def test_scripts_that_want_shaping_go_through_the_page_engine(text):
    sheet = make_sheet(2, title=text)
    made = render_report(register_report(sheet, organization="C"), identifier="x", made_at=MADE_AT)
    with pikepdf.open(BytesIO(made)) as pdf:
        assert str(pdf.docinfo["/Producer"]).startswith("WeasyPrint")
    found = flowing(made)
    assert (found.count("SOP-000"), claims(made)["pdfa"], "Uncontrolledwhenprinted" in found) == (2, "3U", True)


def test_a_report_of_a_thousand_rows_costs_less_than_sixty_milliseconds_a_page():
    register(50)
    start = time.process_time()
    made = register(1000)
    spent = time.process_time() - start
    assert 1000 * spent / page_count(made) <= 60


def test_a_time_without_its_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        register(1, about=About("x", datetime(2026, 1, 1), "y"))


@pytest.mark.parametrize(
    ("text", "set_as"),
    [("a\tb", "a b"), ("a\u00a0b", "a b"), ("e\u0301", "é"), ("\u202ea\u202c", "a"), ("a\x00b", "ab"), ("\ud800", "")],
)
def test_what_is_set_has_no_hidden_letters(text, set_as):
    assert plain(text) == set_as


@pytest.mark.parametrize("letter", ["ع", "א", "ก", "\u0301"])
def test_a_letter_that_wants_shaping_is_told(letter):
    with pytest.raises(Unset):
        Case("en", bold=False).find(letter)


def test_any_text_has_a_width():
    assert [width_of(text, 10) > 0 for text in ("a", "ع", "測", "\U0001f600")] == [True] * 4
    assert width_of("aa", 10) == 2 * width_of("a", 10)


@pytest.mark.parametrize(
    "text", ["one two three four", "a-b-c-d-e-f-g-h", "W" * 40, "測定機器の管理手順書", " lead", ""]
)
def test_lines_hold_all_letters_and_fit(text):
    setting = Setting(Paper(), language="en", landscape=False)
    found = setting.wrapped(text, CELL, 40)
    assert "".join(found) == text
    assert [setting.measure(line.rstrip(), CELL) <= 40 for line in found] == [True] * len(found)
