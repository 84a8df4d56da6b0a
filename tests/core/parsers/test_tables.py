"""Registers for the importer: header wherever it stands, rows with their numbers, problems in words."""

import tracemalloc
from pathlib import Path

import pytest

from qms.core.parsers import Outcome, TableRow, open_table, read_table
from tests.core.parsers.making import odt, pdf, xlsx, zip_of

LINES = "Number;Title;Größe\nSOP-1;Kalibrierung;3\nSOP-2;Prüfung;4\n"


def csv(tmp_path: Path, text: str | bytes, name: str = "register.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("data", "problems"),
    [
        (LINES.encode(), ()),
        (b"\xef\xbb\xbf" + LINES.encode(), ()),
        (LINES.encode("utf-16"), ()),
        (LINES.encode("utf-16-be"), ("The file does not say how its letters are written; it was read as utf-16-be.",)),
        (LINES.encode("cp1252"), ("The file does not say how its letters are written; it was read as cp1252.",)),
        (LINES.replace(";", ",").encode(), ()),
        (LINES.replace(";", "\t").encode(), ()),
        (LINES.replace(";", "|").replace("\n", "\r\n").encode(), ()),
        (b"sep=;\n" + LINES.encode(), ()),
        (b"\n\n" + LINES.encode() + b";;\n;;\n", ()),
    ],
)
def test_encodings_delimiters_and_empty_lines_make_no_difference(tmp_path, data, problems):
    found = read_table(csv(tmp_path, data))
    assert (found.outcome, found.header, [row.cells for row in found.rows], found.problems) == (
        Outcome.TEXT,
        ("Number", "Title", "Größe"),
        [("SOP-1", "Kalibrierung", "3"), ("SOP-2", "Prüfung", "4")],
        problems,
    )


def test_cells_keep_their_line_ends_and_rows_their_numbers(tmp_path):
    found = read_table(csv(tmp_path, 'Number,Note\n1,"two\nlines, and a comma"\n2,one\n'))
    assert found.rows == (TableRow(2, ("1", "two\nlines, and a comma")), TableRow(4, ("2", "one")))


def test_the_header_is_found_below_titles_and_dates(tmp_path):
    lines = "Master list of documents,,\nas of 2026-03-01,,\n,,\nNumber,Title,Revision\n1,Gauges,2\n2,Blocks,1\n"
    found = read_table(csv(tmp_path, lines))
    assert (found.header, found.header_row, found.count) == (("Number", "Title", "Revision"), 4, 2)


def test_columns_without_a_name_or_with_a_name_twice_stay_apart(tmp_path):
    found = read_table(csv(tmp_path, "Number,Date,,Date\n1,a,b,c\n"))
    assert found.header == ("Number", "Date", "C", "Date (D)")
    assert found.problems == ("Two columns are named “Date”; the second one is marked with its letter.",)


def test_a_row_with_more_cells_than_columns_is_told(tmp_path):
    lines = "a,b\n" + "1,2\n" * 30 + "3,4,5\n"
    assert read_table(csv(tmp_path, lines)).problems == (
        "Row 32 has cells outside the columns of the table; they are left out.",
    )


def test_a_cell_of_quotes_that_never_end_is_damage(tmp_path):
    found = read_table(csv(tmp_path, 'a,b\n1,"' + "x" * 200_000))
    assert (found.outcome, found.words) == (Outcome.BROKEN, "Line 2 of the file cannot be read as a row of a table.")


@pytest.mark.parametrize("data", [b"\n\n\n", b" , , \n", b"\xef\xbb\xbf"])
def test_a_file_without_a_filled_cell_has_no_table(tmp_path, data):
    found = read_table(csv(tmp_path, data))
    assert (found.outcome, found.words) == (Outcome.NO_TEXT, "There is no table in the file: no cell is filled.")


def book(tmp_path: Path, **more) -> Path:
    sheet = (
        '<row r="2"><c r="B2" t="s"><v>0</v></c><c r="C2" t="s"><v>1</v></c></row>'
        '<row r="3"><c r="B3"><v>1</v></c><c r="C3"><f>B3*2</f><v>2</v></c></row>'
        '<row r="4"><c r="B4"><v>2</v></c><c r="C4"><f>B4*2</f></c></row>'
        '<row r="1048576"><c r="B1048576"/></row>'
    )
    return xlsx(tmp_path / "a.xlsx", sheet, strings=["<t>Number</t>", "<t>Double</t>"], **more)


def test_a_workbook_gives_values_and_says_where_a_formula_has_none(tmp_path):
    found = read_table(book(tmp_path))
    assert (found.header, found.rows, found.sheets) == (
        ("Number", "Double"),
        (TableRow(3, ("1", "2")), TableRow(4, ("2", ""))),
        ("Register",),
    )
    assert found.problems == ("Row 4, column 3: the formula was saved without its value.",)


def test_a_workbook_with_macros_is_read_and_says_so(tmp_path):
    found = read_table(book(tmp_path, **{"xl/vbaProject.bin": b"x"}), "a.xlsm")
    assert found.problems[0] == "The workbook contains macros. They are neither run nor imported."


def test_a_sheet_is_chosen_by_its_name(tmp_path):
    assert read_table(book(tmp_path), sheet="Register").count == 2
    found = read_table(book(tmp_path), sheet="Other")
    assert (found.outcome, found.words) == (Outcome.NO_TEXT, "There is no sheet named “Other” in the file.")


def test_an_open_document_register(tmp_path):
    def row(*cells: str) -> str:
        return "<table:table-row>" + "".join(map(CELL.format, cells)) + "</table:table-row>"

    table = f'<table:table table:name="A">{row("Number", "Title")}{row("1", "Gauges")}</table:table>'
    found = read_table(odt(tmp_path / "a.ods", table, kind="spreadsheet"))
    assert (found.header, [each.cells for each in found.rows], found.sheets) == (
        ("Number", "Title"),
        [("1", "Gauges")],
        ("A",),
    )


CELL = "<table:table-cell><text:p>{}</text:p></table:table-cell>"


def test_what_is_no_register_says_so(tmp_path):
    path = pdf(tmp_path / "a.pdf", [[(12, "Text")]])
    assert read_table(path).words == "This kind of file cannot be read here."
    path = zip_of(tmp_path / "a.zip", {"a.csv": "a,b\n1,2\n"})
    assert read_table(path).words.startswith("This is an archive.")


def test_a_long_register_is_read_row_by_row(tmp_path):
    path = csv(tmp_path, "Number,Title\n" + "".join(f"{number},Gauge {number}\n" for number in range(60_000)))
    with open_table(path) as table:
        tracemalloc.start()
        count = sum(1 for _row in table.rows)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert (count, table.count, peak < 1_000_000) == (60_000, 60_000, True)
