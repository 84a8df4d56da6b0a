import csv
import io
import time
import tracemalloc
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice

import openpyxl
import pytest

from qms.reports import sheets
from qms.reports.sheets import (
    About,
    Column,
    Kind,
    Link,
    Sheet,
    Tone,
    Toned,
    about_line,
    csv_chunks,
    guarded,
    words,
    write_xlsx,
)
from tests.reports.made import ABOUT, BERLIN, make_rows, make_sheet

ABOUT_WORDS = (
    "Master list: Effective procedures of Plant 2. Made 2026-11-22 09:44 by Maria Lopez; times are in Europe/Berlin."
)
HEAD = ["Number", "Title", "State", "Effective from", "Readers", "Seen"]


def read_csv(sheet, **options):
    text = b"".join(csv_chunks(sheet, **options)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def write(*found) -> bytes:
    stream = io.BytesIO()
    write_xlsx(found, stream)
    return stream.getvalue()


def read_xlsx(data: bytes):
    return openpyxl.load_workbook(io.BytesIO(data))


def test_the_first_line_says_what_is_shown_when_and_by_whom():
    assert about_line(make_sheet()) == ABOUT_WORDS


def test_a_sheet_as_csv():
    assert read_csv(make_sheet(1)) == [
        [ABOUT_WORDS],
        HEAD,
        [
            "SOP-0000",
            "Control of measuring equipment in hall 0, with a title that is long enough to wrap",
            "Effective",
            "2026-01-01",
            "0",
            "2026-07-01T14:30:00+02:00",
        ],
    ]


@pytest.mark.parametrize(("byte_order_mark", "start"), [(True, b"\xef\xbb\xbfMaster"), (False, b"Master")])
def test_the_mark_for_excel_is_a_choice(byte_order_mark, start):
    assert b"".join(csv_chunks(make_sheet(0), byte_order_mark=byte_order_mark)).startswith(start)


def test_a_sheet_as_xlsx():
    book = read_xlsx(write(make_sheet(1)))
    rows = [[cell.value for cell in row] for row in book["Master list"].iter_rows()]
    assert rows == [
        [ABOUT_WORDS, None, None, None, None, None],
        HEAD,
        [
            "SOP-0000",
            "Control of measuring equipment in hall 0, with a title that is long enough to wrap",
            "Effective",
            datetime(2026, 1, 1),
            0,
            datetime(2026, 7, 1, 14, 30),
        ],
    ]
    page = book["Master list"]
    assert (page.freeze_panes, page.auto_filter.ref) == ("A3", "A2:F3")
    assert page["A3"].hyperlink.target == "https://qms.example/documents/0/"
    assert (page["D3"].number_format, page["F3"].number_format) == ("yyyy-mm-dd", "yyyy-mm-dd hh:mm")


def test_the_same_sheet_gives_the_same_bytes(monkeypatch):
    first = write(make_sheet(5))
    monkeypatch.setattr(time, "time", lambda: 2e9)
    assert write(make_sheet(5)) == first


DANGEROUS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\tx",
    "\rx",
    '=HYPERLINK("http://x")',
    "=cmd|' /C calc'!A0",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "﹢1",
]


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_begins_like_a_formula(text):
    columns = [Column("a", text), Column("b", "b", Kind.LINK), Column("c", "c"), Column("d", "d", Kind.NUMBER)]
    row = {"a": text, "b": Link(text, "https://x.example/"), "c": Toned(text, Tone.BAD), "d": text}
    about = About("x", ABOUT.made_at, "y")
    sheet = Sheet(text, columns, [row], about)
    as_csv = read_csv(sheet)
    assert as_csv[2] == [f"'{text}"] * 4
    assert [as_csv[0][0][0], as_csv[1][0][0]] == ["'", "'"]
    book = read_xlsx(write(Sheet(text, columns, [row], about)))
    cells = [cell for line in book.worksheets[0].iter_rows() for cell in line if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value[0] for cell in book.worksheets[0][3]] == ["'"] * 4


def test_numbers_stay_numbers():
    columns = [Column("a", "a", Kind.NUMBER), Column("b", "b", Kind.NUMBER), Column("c", "c", Kind.NUMBER)]
    row = {"a": -5, "b": Decimal("-1.50"), "c": 2.5}
    assert read_csv(Sheet("x", columns, [row], ABOUT))[2] == ["-5", "-1.50", "2.5"]
    page = read_xlsx(write(Sheet("x", columns, [row], ABOUT))).worksheets[0]
    assert [cell.value for cell in page[3]] == [-5, -1.5, 2.5]


@pytest.mark.parametrize(("text", "result"), [("", ""), ("a=b", "a=b"), ("=", "'="), (" =1", " =1"), ("'x", "'x")])
def test_only_what_begins_like_a_formula_is_marked(text, result):
    assert guarded(text) == result


@pytest.mark.parametrize(
    ("value", "result"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (0, "0"),
        (Decimal("1.10"), "1.10"),
        (date(2026, 3, 1), "2026-03-01"),
        (datetime(2026, 3, 1, 23, 30, tzinfo=UTC), "2026-03-02 00:30"),
        (Link("SOP-1", "https://x.example"), "SOP-1"),
        (Toned("overdue", Tone.BAD), "overdue"),
    ],
)
def test_values_in_words(value, result):
    assert words(value, BERLIN) == result


def test_lines_in_a_cell_commas_and_quotes_survive():
    text = 'one, "two"\nthree; Ä 測定 العربية'
    sheet = Sheet("x", [Column("a", "a")], [{"a": text}], ABOUT)
    assert read_csv(sheet)[2] == [text]
    assert read_xlsx(write(Sheet("x", [Column("a", "a")], [{"a": text}], ABOUT))).worksheets[0]["A3"].value == text


def test_what_excel_cannot_hold_is_cut_and_said():
    row = {"a": "x" * 40_000, "b": "a\x00b\x0bc\ud800d"}
    page = read_xlsx(write(Sheet("x", [Column("a", "a"), Column("b", "b")], [row], ABOUT))).worksheets[0]
    assert (len(page["A3"].value), page["A3"].value[-2:]) == (32_767, "x…")
    assert page["B3"].value.endswith("c\ufffdd")


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc/passwd", "external:x", "https://x.example/" + "a" * 3000]
)
def test_only_web_addresses_become_links(url):
    sheet = Sheet("x", [Column("a", "a", Kind.LINK)], [{"a": Link("text", url)}], ABOUT)
    page = read_xlsx(write(sheet)).worksheets[0]
    assert (page["A3"].value, page["A3"].hyperlink) == ("text", None)


@pytest.mark.parametrize(
    ("titles", "names"),
    [
        (["Master list", "Master list", "MASTER LIST"], ["Master list", "Master list 2", "MASTER LIST 3"]),
        (["a/b:c*[d]?\\"], ["a b c  d"]),
        (["'", "History", ""], ["Sheet", "History 2", "Sheet 2"]),
        (["x" * 40, "x" * 40], ["x" * 31, "x" * 29 + " 2"]),
    ],
)
def test_sheets_get_names_that_excel_accepts(titles, names):
    found = [Sheet(title, [Column("a", "a")], [], ABOUT) for title in titles]
    assert read_xlsx(write(*found)).sheetnames == names


def test_a_sheet_that_is_too_long_goes_on_in_the_next(monkeypatch):
    monkeypatch.setattr(sheets, "MOST_ROWS", 4)
    book = read_xlsx(write(make_sheet(5)))
    assert [(page.title, page.max_row, page["A2"].value) for page in book] == [
        ("Master list", 4, "Number"),
        ("Master list 2", 4, "Number"),
        ("Master list 3", 3, "Number"),
    ]


def test_a_workbook_needs_a_sheet():
    with pytest.raises(ValueError, match="sheet"):
        write()


def test_a_time_without_its_zone_is_refused():
    about = About("x", datetime(2026, 1, 1), "y")
    with pytest.raises(ValueError, match="zone"):
        b"".join(csv_chunks(make_sheet(1, about=about)))


def test_rows_are_read_as_they_are_written():
    taken = []
    rows = (taken.append(row) or row for row in make_rows(5000))
    chunks = csv_chunks(make_sheet(rows=rows))
    list(islice(chunks, 2))
    assert 0 < len(taken) <= sheets.CHUNK_ROWS


def test_twenty_times_the_rows_cost_no_more_memory():
    peaks = []
    for count in (200, 4_000):
        tracemalloc.start()
        for _chunk in csv_chunks(make_sheet(count)):
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 3
